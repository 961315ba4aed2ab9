"""The blueprint of notices, and the number at the bell that every page shows."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request

from app.notifications.queries.bell import Bell, bell_of
from app.web.current_actor import actor, known_actor

bp = Blueprint("notifications", __name__)


@bp.app_context_processor
def _unread() -> dict[str, Any]:
    """One statement per request of who is signed in, however many templates a page is made of."""
    return {"unread": bell_now().number}


def unread_now() -> dict[int, int]:
    """Return the requests of which this person has unread news, with the latest item of each."""
    return bell_now().unread


def bell_now() -> Bell:
    """Return what the bell says; asked once, and in the same statement whether this page's question is muted.

    Visitors have none, and nor has a page that is made before anybody knew who asks: an error's.
    """
    if known_actor().is_visitor:
        return Bell({})
    if "bell" not in g:
        g.bell = bell_of(actor(), here=(request.view_args or {}).get("question_id"))
    found: Bell = g.bell
    return found
