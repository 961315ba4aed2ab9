"""What pages show of search: the way to questions like one, a choice of them for moderators, a saved search at home."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from app.actor import Actor
from app.cases.queries.case_view import CaseView
from app.community.models.posts import Question
from app.community.models.saved_filters import SavedFilter
from app.community.queries.thread import Thread
from app.community.views.blueprint import mark_news
from app.knowledge.links import article_path
from app.search.fitting import articles_like
from app.search.queries import ALL_KINDS, asked_in, related_to, search_for

LONGEST = 20


def related_panel(_viewer: Actor, thread: Thread) -> tuple[str, dict[str, Any]]:
    """Lead to the questions like this one. They are looked for when somebody comes near, not for each page."""
    return "search/_related.html", {"question_id": thread.question.id}


def like_case_panel(_viewer: Actor, case: CaseView) -> tuple[str, dict[str, Any]] | None:
    """Lead who works on a case to what resembles it. It is looked for when somebody comes near."""
    return ("search/_like_case_panel.html", {"public_id": case.public_id}) if case.is_inside else None


def close_choice_panel(viewer: Actor, question: Question) -> tuple[str, dict[str, Any]]:
    """Offer the questions like this one, to say that it is the same as one of them."""
    return _choice(viewer, question, "community.close_question", "target")


def merge_choice_panel(viewer: Actor, question: Question) -> tuple[str, dict[str, Any]]:
    """Offer the questions like this one, to merge it into one of them."""
    return _choice(viewer, question, "community.merge_question", "into")


def fitting_panel(viewer: Actor, typed: str) -> tuple[str, dict[str, Any]] | None:
    """Return the articles that fit what somebody is about to ask; None where there are none."""
    rows = articles_like(viewer, typed, is_typing="X-Fragment" in request.headers)
    return ("knowledge/_fitting.html", {"rows": rows, "article_path": article_path}) if rows else None


def home_list_panel(viewer: Actor, saved: SavedFilter) -> tuple[str, dict[str, Any]] | None:
    """Return what a saved search finds now; None for filters that are no search."""
    if saved.place != "search":
        return None
    page = search_for(viewer, asked_in(saved.asked), size=LONGEST, kinds=ALL_KINDS)
    mark_news(each.row for each in page.found)
    return "search/_home.html", {"page": page}


def _choice(viewer: Actor, question: Question, endpoint: str, field: str) -> tuple[str, dict[str, Any]]:
    base = url_for(endpoint, question_id=question.id)
    rows = [(row, f"{base}?{field}={row.id}") for row in related_to(viewer, question)]
    return "search/_choice.html", {"rows": rows}
