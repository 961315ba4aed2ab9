"""The blueprint of notices, and the number at the bell that every page shows."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

from app.community.links import question_url
from app.notifications.queries import unread_requests
from app.web.current_actor import actor, known_actor

bp = Blueprint("notifications", __name__)


@bp.context_processor
def _for_templates() -> dict[str, Any]:
    return {"question_url": question_url}


@bp.app_context_processor
def _unread() -> dict[str, Any]:
    """One statement per request of who is signed in, however many templates a page is made of."""
    return {"unread": len(unread_now())}


def unread_now() -> dict[int, int]:
    """Return the requests of which this person has unread news, with the latest item of each; asked once.

    Visitors have none, and nor has a page that is made before anybody knew who asks: an error's.
    """
    if known_actor().is_visitor:
        return {}
    if "unread_requests" not in g:
        g.unread_requests = unread_requests(actor())
    found: dict[int, int] = g.unread_requests
    return found
