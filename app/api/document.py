"""The OpenAPI 3.1 document, made from the views and schemas when the application starts. No page, nothing loaded."""

from __future__ import annotations

import http
from typing import Any

from flask import Flask
from flask_smorest import Api

from app.api.blueprint import bp
from app.api.schemas import Problem
from app.web.once import HEADER

PROBLEM = "application/problem+json"
# What no address may hold is refused before any view (`app.web.headers`).
WITHOUT_NUL = "^[^\\u0000]*$"
TOKEN_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "A personal token, made under Settings, Programs.",
}
ONCE_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A value of your own per action. Sent again with the same content, it has no second effect.",
    "schema": {"type": "string"},
}


class _Document(Api):
    """Only the document: errors stay with `app.web.errors`."""

    def _register_error_handlers(self) -> None:
        pass

    def _register_responses(self) -> None:
        for status in http.HTTPStatus:
            if status >= 400:
                self.spec.components.response(status.name, _problem(status.phrase), lazy=True)
        self.spec.components.response("DEFAULT_ERROR", _problem("Any error"), lazy=True)


def init_api(app: Flask) -> None:
    """Make the document. The blueprint must be registered already."""
    document = _Document(
        app,
        spec_kwargs={
            "info": {"description": "Samen for programs: ask, answer, and see who can help."},
            "security": [{"token": []}],
        },
    )
    document.spec.components.security_scheme("token", TOKEN_SCHEME)
    bp.register_views_in_doc(document, app, document.spec, name=bp.name, parameters=None)
    made = document.spec.to_dict()
    for path in made["paths"].values():
        for parameter in path.get("get", {}).get("parameters", ()):
            if parameter["in"] == "query" and "string" in parameter["schema"]["type"]:
                parameter["schema"]["pattern"] = WITHOUT_NUL
        if "post" in path:
            path["post"].setdefault("parameters", []).append(ONCE_KEY)
    own = made["paths"]["/api/v1/openapi.json"]["get"]
    own["security"] = []
    own["responses"]["200"] = {
        "description": "This document",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
    app.extensions["samen.api_document"] = made


def document_of(app: Flask) -> dict[str, Any]:
    """Return the document."""
    made: dict[str, Any] = app.extensions["samen.api_document"]
    return made


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {PROBLEM: {"schema": Problem}}}
