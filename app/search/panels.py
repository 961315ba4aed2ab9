"""What pages show of search: at the end of a question, the way to others like it; on the home page, a saved search."""

from __future__ import annotations

from typing import Any

from app.actor import Actor
from app.community.models.saved_filters import SavedFilter
from app.community.queries.thread import Thread
from app.community.views.blueprint import mark_news
from app.search.queries import asked_in, search_for

LONGEST = 20


def related_panel(_viewer: Actor, thread: Thread) -> tuple[str, dict[str, Any]]:
    """Lead to the questions like this one. They are looked for when somebody comes near, not for each page."""
    return "search/_related.html", {"question_id": thread.question.id}


def home_list_panel(viewer: Actor, saved: SavedFilter) -> tuple[str, dict[str, Any]] | None:
    """Return what a saved search finds now; None for filters that are no search."""
    if saved.place != "search":
        return None
    page = search_for(viewer, asked_in(saved.asked), size=LONGEST)
    mark_news(each.row for each in page.found)
    return "search/_home.html", {"page": page}
