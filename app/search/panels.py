"""What pages show of search: the way to questions like one, a choice of them for moderators, a saved search at home."""

from __future__ import annotations

from typing import Any

from flask import url_for

from app.actor import Actor
from app.community.models.posts import Question
from app.community.models.saved_filters import SavedFilter
from app.community.queries.thread import Thread
from app.community.views.blueprint import mark_news
from app.search.queries import asked_in, related_to, search_for

LONGEST = 20


def related_panel(_viewer: Actor, thread: Thread) -> tuple[str, dict[str, Any]]:
    """Lead to the questions like this one. They are looked for when somebody comes near, not for each page."""
    return "search/_related.html", {"question_id": thread.question.id}


def close_choice_panel(viewer: Actor, question: Question) -> tuple[str, dict[str, Any]]:
    """Offer the questions like this one, to say that it is the same as one of them."""
    return _choice(viewer, question, "community.close_question", "target")


def merge_choice_panel(viewer: Actor, question: Question) -> tuple[str, dict[str, Any]]:
    """Offer the questions like this one, to merge it into one of them."""
    return _choice(viewer, question, "community.merge_question", "into")


def home_list_panel(viewer: Actor, saved: SavedFilter) -> tuple[str, dict[str, Any]] | None:
    """Return what a saved search finds now; None for filters that are no search."""
    if saved.place != "search":
        return None
    page = search_for(viewer, asked_in(saved.asked), size=LONGEST)
    mark_news(each.row for each in page.found)
    return "search/_home.html", {"page": page}


def _choice(viewer: Actor, question: Question, endpoint: str, field: str) -> tuple[str, dict[str, Any]]:
    base = url_for(endpoint, question_id=question.id)
    rows = [(row, f"{base}?{field}={row.id}") for row in related_to(viewer, question)]
    return "search/_choice.html", {"rows": rows}
