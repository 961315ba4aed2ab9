"""The blueprint, and what every page of the community knows."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for

from app import clock
from app.community import policy
from app.community.compose import Composed, compose
from app.community.links import person_url, question_url
from app.community.models.acts import Act
from app.community.models.posts import Answer, Question
from app.community.models.shelves import Category
from app.community.queries import shelves
from app.community.settings import ANSWERS_PER_PAGE, AUTHOR_EDIT_HOURS, COMMENT_EDIT_HOURS
from app.errors import Invalid
from app.web.forms import attach
from app.web.language import current_language
from app.web.panels import notes, panels

bp = Blueprint("community", __name__)


Answered = str | Response | tuple[str, int]


@bp.context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "policy": policy,
        "question_url": question_url,
        "person_url": person_url,
        "category_name": category_name,
        "category_words": category_words,
        "panels": panels,
        "notes": notes,
        "now": clock.now(),
        "author_hours": AUTHOR_EDIT_HOURS.value,
        "comment_hours": COMMENT_EDIT_HOURS.value,
    }


def category_name(category_id: int) -> str:
    """Return a category's name in the reader's language; one statement per request for all of them."""
    if "category_names" not in g:
        g.category_names = {each.id: category_words(each)["name"] for each in shelves.categories()}
    found: str = g.category_names.get(category_id, "")
    return found


def category_words(category: Category) -> dict[str, str]:
    """Return a category's name and description in the reader's language, else in any it has."""
    texts = category.texts
    words: dict[str, str] = texts.get(current_language()) or texts.get("en") or next(iter(texts.values()))
    return {"name": category.slug, "description": "", **words}


def moved(url: str) -> Response:
    """Lead on to where this has moved for good."""
    query = request.query_string.decode("ascii", "ignore")
    base, _hash, anchor = url.partition("#")
    return redirect(base + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else ""), 301)  # type: ignore[return-value]


def composed(form: Any) -> Composed | None:
    """Return the text of a valid form, ready to be stored; None, with the reason at its field, when it cannot be."""
    try:
        title = form.title.data if "title" in form else ""
        return compose(form.body.data, title=title, prior=current_language())
    except Invalid as error:
        attach(form, error)
        return None


def say_with_undo(text: str, act: Act) -> None:
    """Tell what was done on the next page, with a button that takes it back."""
    flash({"text": text, "undo_action": url_for("community.undo", act_id=act.id)}, "good")  # type: ignore[arg-type]


def answer_url(question: Question, answer_id: int | None, comment_id: int | None = None) -> str:
    """Return the address of an answer or comment on its question's page; where there are several, of that one."""
    url = question_url(question.id, question.title, answer_id=answer_id, comment_id=comment_id)
    if answer_id is None or question.answers_count < ANSWERS_PER_PAGE.value:
        return url
    return url.replace("#", f"?answer={answer_id}#", 1)


def back_to(found: Answer) -> Response:
    """Lead back to an answer on its question's page."""
    return redirect(answer_url(found.question, found.id), 303)  # type: ignore[return-value]
