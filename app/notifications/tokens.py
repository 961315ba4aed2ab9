"""The signed part of an unsubscribe link: it works without signing in, for years, and can do nothing but stop mail."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.errors import NotFound


def unsubscribe_token(person_id: int, request_id: int) -> str:
    """Return the token for a letter to this person; `request_id` 0 is for letters about several requests."""
    return str(_signer().dumps([person_id, request_id]))


def read_token(token: str) -> tuple[int, int]:
    """Return the person and the request a token is for. Raises NotFound for one that we did not sign."""
    try:
        person_id, request_id = _signer().loads(token)
    except (BadData, TypeError, ValueError) as error:
        raise NotFound from error
    return int(person_id), int(request_id)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="samen.unsubscribe")
