"""What a view does when a form with a draft was taken: nothing of the draft stays, here or in the browser.

The browser keeps what it sends until it hears that it was taken; it hears that on the page that comes after.
"""

from __future__ import annotations

from flask import Response, flash, g, url_for

from app.actor import Actor
from app.drafts import services

CATEGORY = "posted"


def posted(actor: Actor, place: str) -> None:
    """Forget the draft of what was just sent, in the same transaction."""
    services.posted(actor, place)
    g.setdefault("posted_places", []).append(place)


def tell_browser(response: Response) -> Response:
    """Let the next page say which copies the browser can forget, if the request ended well."""
    for place in g.pop("posted_places", ()):
        if response.status_code < 400:
            flash(url_for("drafts.save", place=place), CATEGORY)
    return response
