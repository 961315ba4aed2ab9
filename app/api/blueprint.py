"""The API's blueprint: what holds for every resource before its view runs. Scope, limit, media type.

A token acts within its scopes: "read" for what only looks, "write" for what changes. Sessions and cookies mean nothing
here (`app.organisations.identify`), so there is nothing for another site to forge.
"""

from __future__ import annotations

from typing import Any, NoReturn

from flask import Response, request
from flask_babel import lazy_gettext as _l
from flask_smorest import Blueprint
from marshmallow import ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from app.accounts.tokens import digest
from app.api.messages import in_words
from app.errors import InvalidFields, NotAllowed
from app.verdict import SENTENCES
from app.web import throttle
from app.web.current_actor import actor
from app.web.transactions import SAFE_METHODS


class Parser(FlaskParser):
    """Reads what was sent; what does not fit is told field by field."""

    def handle_error(self, error: ValidationError, *_rest: Any, **_more: Any) -> NoReturn:
        """Raise InvalidFields with every complaint."""
        fields: dict[str, list[str]] = {}
        for messages in error.normalized_messages().values():
            _collect(messages, "", fields)
        raise InvalidFields("invalid_fields", _l("Some of what was sent cannot be used."), fields) from error

    def _handle_invalid_json_error(self, error: Any, *_rest: Any, **_more: Any) -> NoReturn:
        raise BadRequest from error


class ApiBlueprint(Blueprint):
    """A blueprint that documents itself."""

    ARGUMENTS_PARSER = Parser()


bp = ApiBlueprint("api", __name__, url_prefix="/api/v1", description="Samen for programs.")


@bp.before_request
def check_caller() -> None:
    """Count the call, and refuse what the token does not cover or the server cannot read."""
    caller = actor()
    count = throttle.count_look if request.method in SAFE_METHODS else throttle.count
    if caller.is_visitor:
        count("api_by_network", throttle.network())
    else:
        count("api_by_token", digest(request.headers["Authorization"]))
        scope = "read" if request.method in SAFE_METHODS else "write"
        if not caller.may(scope):
            raise NotAllowed("scope_missing", SENTENCES["scope_missing"])
    if request.method not in SAFE_METHODS and request.mimetype != "application/json":
        raise UnsupportedMediaType
    if request.method not in SAFE_METHODS:
        request.get_json()  # what is no JSON, or holds a number nobody can read, is a bad request


@bp.after_request
def keep_nowhere(response: Response) -> Response:
    """Let no cache give one caller's answer to another."""
    response.headers["Cache-Control"] = "private, no-store"
    response.vary.add("Authorization")
    return response


def _collect(messages: Any, path: str, fields: dict[str, list[str]]) -> None:
    if isinstance(messages, dict):
        for name, inner in messages.items():
            _collect(inner, f"{path}.{name}" if path else str(name), fields)
    else:
        fields.setdefault(path, []).extend(map(in_words, messages if isinstance(messages, list) else [messages]))
