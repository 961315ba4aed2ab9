"""The blueprint, and what every page of the knowledge base knows."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from app import clock
from app.community.links import person_url, question_url, tag_url
from app.community.views.blueprint import category_name, category_words
from app.knowledge import policy
from app.knowledge.links import article_path
from app.knowledge.settings import DOUBTFUL_BELOW, SUGGESTED_FROM
from app.web.panels import panels

bp = Blueprint("knowledge", __name__)

Answered = str | Response | tuple[str, int]


@bp.context_processor
def words_for_templates() -> dict[str, Any]:
    """Return what every template of the knowledge base knows."""
    return {
        "policy": policy,
        "article_path": article_path,
        "question_url": question_url,
        "doubtful_below": DOUBTFUL_BELOW.value,
        "suggested_from": SUGGESTED_FROM.value,
        "person_url": person_url,
        "tag_url": tag_url,
        "category_name": category_name,
        "category_words": category_words,
        "state_words": state_words(),
        "validation_words": validation_words(),
        "licence_words": licence_words(),
        "task_words": task_words(),
        "panels": panels,
        "now": clock.now(),
    }


def state_words() -> dict[str, str]:
    """Return what a reader is told of where an article stands."""
    return {
        "draft": _("Draft"),
        "in_review": _("In review"),
        "published": _("Published"),
        "archived": _("Archived"),
    }


def validation_words() -> dict[str, str]:
    """Return the states of Knowledge-Centered Service in words."""
    return {
        "work_in_progress": _("Work in progress"),
        "not_validated": _("Not validated"),
        "validated": _("Validated"),
        "archived": _("Archived"),
    }


def licence_words() -> dict[str, str]:
    """Return the licences in words."""
    return {"candidate": _("Candidate"), "contributor": _("Contributor"), "publisher": _("Publisher")}


def task_words() -> dict[str, str]:
    """Return why an article asks for somebody."""
    return {
        "outdated": _("Several people say that it is outdated"),
        "low_confidence": _("It is no longer sure enough"),
        "source_changed": _("The answer it was made of has changed"),
        "contradicted": _("A newer answer was confirmed instead"),
        "translation": _("The original has changed: the translation lags behind"),
        "needs_change": _("A reviewer says that it needs change"),
    }


def moved(path: str) -> Response:
    """Lead on to where an article stands now."""
    query = request.query_string.decode("ascii", "ignore")
    return redirect(path + (f"?{query}" if query else ""), 301)  # type: ignore[return-value]
