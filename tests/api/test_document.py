"""The OpenAPI document is valid, complete, and anybody may read it."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
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
