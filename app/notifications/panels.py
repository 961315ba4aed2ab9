"""What the question page shows of notices: a bar for answers that come while it is read, and that it was read."""

from __future__ import annotations

from typing import Any

from app.actor import Actor
from app.community.queries.thread import Thread
from app.notifications.views.blueprint import unread_now


def news_panel(_viewer: Actor, thread: Thread) -> tuple[str, dict[str, Any]] | None:
    """Return the bar, empty until there is something to say, and for who has news here the form that marks it read."""
    return "notifications/_news.html", {
        "question": thread.question,
        "after": thread.page.newest_id,
        "upto": unread_now().get(thread.question.id),
    }
