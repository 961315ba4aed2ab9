"""What feeds add to the head of pages to their left."""

from __future__ import annotations

from typing import Any

from flask import current_app

from app.actor import Actor
from app.community.queries.thread import Thread
from app.feeds.structured import qa_page
from app.privacy.audiences import PUBLIC


def question_head_panel(viewer: Actor, thread: Thread) -> tuple[str, dict[str, Any]] | None:
    """Describe a public question to machines, which are visitors; nobody else needs it."""
    if not viewer.is_visitor or thread.question.audience != PUBLIC:
        return None
    return "feeds/_structured.html", {"described": qa_page(thread, current_app.extensions["samen.config"].base_url)}
