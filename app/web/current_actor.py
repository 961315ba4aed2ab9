"""Who is asking, for views and templates. Who that is, `app.organisations.identify` finds out, once per request."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, g, has_request_context

from app.actor import SYSTEM, VISITOR, Actor
from app.db import db


def actor() -> Actor:
    """Return the actor of this request; SYSTEM outside of one (worker, commands)."""
    if not has_request_context():
        return SYSTEM
    found: Actor | None = g.get("actor")
    if found is None:
        load: Callable[[], Actor] | None = current_app.extensions.get("samen.identify")
        found = g.actor = load() if load else VISITOR
    return found


def known_actor() -> Actor:
    """Return the actor if this request found out who asks, else a visitor; never touches the database.

    For hooks that also run when the database does not answer.
    """
    return g.get("actor") or VISITOR


def settle_actor() -> None:
    """Find out who asks before the view runs, and end the reading.

    Reading first and writing later in one transaction is what SQLite refuses under load; so a writing request begins
    its transaction only after this.
    """
    actor()
    db.session.rollback()
