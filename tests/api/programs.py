"""A program with a token, as tests use it; whatever it is answered must match the API's own document."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

from app.accounts.models import Person
from tests.accounts import make as accounts

BASE = "/api/v1"


class Program:
    """Calls the API as somebody's program does."""

    def __init__(self, client: FlaskClient, secret: str | None) -> None:
        self.client, self.secret = client, secret
        self.document: dict[str, Any] = client.application.extensions["samen.api_document"]

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.call("GET", path, **more)

    def post(self, path: str, sent: Any, **more: Any) -> TestResponse:
        return self.call("POST", path, json=sent, **more)

    def call(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        own = {} if self.secret is None else {"Authorization": f"Bearer {self.secret}"}
        answer = self.client.open(BASE + path, method=method, headers={**own, **(headers or {})}, **more)
        self._check(method, answer)
        return answer

    def _check(self, method: str, answer: TestResponse) -> None:
        if answer.status_code >= 400:
            assert answer.mimetype == "application/problem+json", answer.text
            self._match({"$ref": "#/components/schemas/Problem"}, answer.json)
            return
        adapter = self.client.application.url_map.bind("localhost")
        endpoint, _values = adapter.match(answer.request.path, method=method)
        rule = next(self.client.application.url_map.iter_rules(endpoint)).rule
        path = rule.replace("<int:", "{").replace("<", "{").replace(">", "}")
        told = self.document["paths"][path][method.lower()]["responses"][str(answer.status_code)]
        self._match(told["content"][answer.mimetype]["schema"], answer.json)

    def _match(self, schema: dict[str, Any], content: Any) -> None:
        resource = DRAFT202012.create_resource(self.document)
        registry = Registry().with_resource("urn:api", resource)
        absolute = {"$ref": f"urn:api{schema['$ref']}"} if "$ref" in schema else schema
        Draft202012Validator(absolute, registry=registry).validate(content)


def program_of(app: Flask, person: Person, *scopes: str, **more: Any) -> Program:
    """Return a program with a new token of this person."""
    _row, secret = accounts.api_token(person, *scopes, **more)
    return Program(app.test_client(), secret)
