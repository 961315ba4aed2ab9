"""The OpenAPI document is valid, complete, and anybody may read it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema, ValidationError, fields
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.api.document import document_of


def test_the_document_is_valid(app: Flask) -> None:
    OpenAPIV31SpecValidator(document_of(app)).validate()

    assert document_of(app)["openapi"].startswith("3.1.")


def test_everybody_may_read_it_and_it_loads_nothing(client: FlaskClient, app: Flask, database: object) -> None:
    answer = client.get("/api/v1/openapi.json")

    assert answer.status_code == 200
    assert answer.json == document_of(app)
    assert "http" not in answer.text.replace('"type":"http"', "").replace('"scheme"', "")


def test_every_address_of_the_api_is_in_it(app: Flask) -> None:
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    told = {
        (path, method) for path, ways in document_of(app)["paths"].items() for method in ways if method != "parameters"
    }

    assert served == told


def test_what_no_address_may_hold_is_described(app: Flask, client: FlaskClient) -> None:
    """A client that is made from the document would send it else, and hear 400."""
    listing = document_of(app)["paths"]["/api/v1/services"]["get"]["parameters"]
    texts = [each["schema"] for each in listing if "string" in each["schema"]["type"]]

    assert {re.search(each["pattern"], "a\x00") for each in texts} == {None}
    assert all(re.search(each["pattern"], "één") for each in texts)
    assert client.get("/api/v1/services?q=a%00").status_code == 400


def test_a_body_holds_what_the_document_says_and_nothing_that_could_be_read_as_it(app: Flask) -> None:
    """No number with a fraction for a whole one, no text for a number or a yes: a client would never learn of it."""
    wrong = {fields.Integer: (2.6e-42, 1.5, "5", True), fields.Boolean: ("true", "yes", 1, 0, "0")}
    bodies = [
        parameter["schema"]
        for view in app.view_functions.values()
        for parameter in getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", ())
        if parameter["in"] == "json"
    ]
    asked = [(each, value) for body in bodies for each in fields_in(body()) for value in wrong.get(kind_of(each), ())]

    assert len(bodies) >= 8
    assert {kind_of(each) for each, _value in asked} == set(wrong)
    assert [(each, value) for each, value in asked if is_taken(each, value)] == []
    assert is_taken(fields.Integer(), 1.5)
    assert is_taken(fields.Boolean(), "yes")


def fields_in(schema: Schema) -> Iterator[fields.Field[object]]:
    """Yield all fields of a schema, those inside lists and other schemas too."""
    waiting = list(schema.fields.values())
    while waiting:
        field = waiting.pop()
        yield field
        if isinstance(field, fields.List):
            waiting.append(field.inner)
        if isinstance(field, fields.Nested):
            waiting.extend(field.schema.fields.values())


def kind_of(field: fields.Field[object]) -> type | None:
    return next((kind for kind in (fields.Integer, fields.Boolean) if isinstance(field, kind)), None)


def is_taken(field: fields.Field[object], value: object) -> bool:
    try:
        field.deserialize(value)
    except ValidationError:
        return False
    return True
