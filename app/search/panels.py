"""What pages show of search: at the end of a question, the way to others like it."""

from __future__ import annotations

from typing import Any

from app.actor import Actor
from app.community.queries.thread import Thread


def related_panel(_viewer: Actor, thread: Thread) -> tuple[str, dict[str, Any]]:
    """Lead to the questions like this one. They are looked for when somebody comes near, not for each page."""
    return "search/_related.html", {"question_id": thread.question.id}
