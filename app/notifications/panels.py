"""What the question page shows of notices: muting it, a bar for answers that come meanwhile, and that it was read."""

from __future__ import annotations

from typing import Any

from app.actor import Actor
from app.community.links import question_url
from app.community.queries.thread import Thread
from app.notifications.views.blueprint import bell_now, unread_now


def mute_panel(_viewer: Actor, thread: Thread) -> tuple[str, dict[str, Any]] | None:
    """Return the button that mutes a question, for whoever follows it, or that lets her hear of it again."""
    if not (thread.ties.follows or bell_now().is_muted):
        return None
    question = thread.question
    here = question_url(question.id, question.title)
    return "notifications/_mute.html", {"question": question, "is_muted": bell_now().is_muted, "here": here}


def news_panel(_viewer: Actor, thread: Thread) -> tuple[str, dict[str, Any]] | None:
    """Return the bar, empty until there is something to say, and for who has news here the form that marks it read."""
    return "notifications/_news.html", {
        "question": thread.question,
        "after": thread.page.newest_id,
        "upto": unread_now().get(thread.question.id),
    }
