"""Audiences: one stable token on a row says who may know it, one set of tokens says what a viewer may know.

The set is computed for each request, so that a seat given up or a grant withdrawn works at once, without touching rows
or the search index.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from app.actor import Actor

PUBLIC, MODERATORS, OPERATORS = "public", "moderators", "operators"


def organisation_audience(organisation_id: int) -> str:
    """Return the token for everybody with a seat at this organisation."""
    return f"org:{organisation_id}"


def person_audience(person_id: int) -> str:
    """Return the token for one person alone."""
    return f"person:{person_id}"


def request_audience(help_request_id: int) -> str:
    """Return the token for everybody who takes part in one request."""
    return f"request:{help_request_id}"


def audiences_of(viewer: Actor) -> frozenset[str]:
    """Return every token this viewer may know."""
    tokens = {PUBLIC}
    if viewer.person_id is not None:
        tokens.add(person_audience(viewer.person_id))
    tokens.update(organisation_audience(seat.organisation_id) for seat in viewer.seats if seat.covers("questions"))
    if viewer.is_moderator:
        tokens.add(MODERATORS)
    if viewer.is_operator:
        tokens.add(OPERATORS)
    return frozenset(tokens)


def may_know(viewer: Actor, audience: str) -> bool:
    """Say whether a row with this token is for the viewer's eyes."""
    return audience in audiences_of(viewer)


def known_to(viewer: Actor, audience: ColumnElement[str] | Any) -> ColumnElement[bool]:
    """Return the condition under which rows with this audience column are for the viewer's eyes."""
    tokens = audiences_of(viewer)
    return audience == PUBLIC if tokens == {PUBLIC} else audience.in_(sorted(tokens))
