"""The blueprint, and what every page of the community knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.community import policy
from app.community.compose import Composed, compose
from app.community.links import person_url, question_url, tag_url
from app.community.models.acts import Act
from app.community.models.posts import Answer, Post, Question, question_of
from app.community.models.shelves import Category
from app.community.queries import shelves, splits, thread
from app.community.queries.lists import QuestionRow
from app.community.queries.shelves import CategoryRow
from app.community.queries.unread import Mark, marks_on
from app.community.settings import ANSWERS_PER_PAGE, AUTHOR_EDIT_HOURS, COMMENT_EDIT_HOURS
from app.errors import Gone, Invalid, Moved, NotFound
from app.paging import LARGEST_ID
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language
from app.web.panels import notes, panels

bp = Blueprint("community", __name__)
bp.add_app_template_global(tag_url)


Answered = str | Response | tuple[str, int]
# The number in "…/q/123/how-do-i", or the number alone.
QUESTION_ADDRESS = re.compile(r"(?:^|/q/)(\d{1,19})(?:[/?#]|$)", re.ASCII)


@bp.context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "policy": policy,
        "question_url": question_url,
        "person_url": person_url,
        "post_url": post_url,
        "post_key": post_key,
        "subject_url": subject_url,
        "category_name": category_name,
        "category_words": category_words,
        "news_of": news_of,
        "panels": panels,
        "notes": notes,
        "now": clock.now(),
        "author_hours": AUTHOR_EDIT_HOURS.value,
        "comment_hours": COMMENT_EDIT_HOURS.value,
    }


def category_name(category_id: int) -> str:
    """Return a category's name in the reader's language."""
    if "category_names" not in g:
        g.category_names = {each.id: category_words(each)["name"] for each in _all_categories()}
    found: str = g.category_names.get(category_id, "")
    return found


def categories() -> list[CategoryRow]:
    """Return every category that stands, in its order; with those of `category_name` one statement per request."""
    return [each for each in _all_categories() if each.merged_into_id is None]


def category_names() -> dict[str, str]:
    """Return slug → name, for the reader."""
    return {each.slug: category_words(each)["name"] for each in categories()}


def _all_categories() -> list[CategoryRow]:
    if "categories" not in g:
        g.categories = shelves.even_merged_categories()
    found: list[CategoryRow] = g.categories
    return found


def mark_news(rows: Iterable[QuestionRow]) -> dict[int, Mark]:
    """Find out what is new to the viewer in these rows, and let `news_of` tell it; one statement for all of them."""
    g.marks = g.get("marks", {}) | marks_on(actor(), {row.id for row in rows})
    found: dict[int, Mark] = g.marks
    return found


def news_of(question_id: int) -> dict[str, Any]:
    """Return what is new about a question as its row shows it, where `mark_news` was asked."""
    mark: Mark | None = g.get("marks", {}).get(question_id)
    if mark is None:
        return {}
    if mark.is_new:
        return {"is_unread": True}
    words = ngettext("%(num)s new answer", "%(num)s new answers", mark.answers)
    return {"is_unread": True, "news": words, "news_href": url_for("community.answer", answer_id=mark.first_answer_id)}


def category_words(category: Category | CategoryRow) -> dict[str, str]:
    """Return a category's name and description in the reader's language, else in any it has."""
    texts = category.texts
    words: dict[str, str] = texts.get(current_language()) or texts.get("en") or next(iter(texts.values()))
    return {"name": category.slug, "description": "", **words}


def moved(url: str) -> Response:
    """Lead on to where this has moved for good."""
    query = request.query_string.decode("ascii", "ignore")
    base, _hash, anchor = url.partition("#")
    return redirect(base + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else ""), 301)  # type: ignore[return-value]


def gone_page(question_id: int, gone: Gone, *, words: str = "") -> Answered:
    """Say why the question is no longer there, and to whoever may put it back, where. Whoever was writing there has her
    `words` to copy.
    """
    found = thread.even_deleted_question(actor(), question_id)
    if found.merged_into_id is not None:  # that one was deleted
        found = thread.even_deleted_question(actor(), found.merged_into_id)
    origin = splits.put_back_to(found)
    page = render_template(
        "community/gone.html",
        question_id=found.id,
        origin=origin,
        is_own=not actor().is_visitor and found.deleted_by_id == actor().person_id,
        sentence=gone.sentence() if origin is None else _("What stood here is back where it came from."),
        request_id=g.get("request_id"),
        words=words,
    )
    return page, gone.status


def question_named(text: str) -> Question | None:
    """Return the question whose address or number was typed, or the one it is part of; None where she sees none."""
    number = QUESTION_ADDRESS.search(text.strip())
    if number is None or int(number[1]) > LARGEST_ID:
        return None
    try:
        try:
            return thread.question_for(actor(), int(number[1]))
        except Moved as moved:
            return thread.question_for(actor(), moved.into_id)
    except (NotFound, Gone):
        return None


def composed(form: Any) -> Composed | None:
    """Return the text of a valid form, ready to be stored; None, with the reason at its field, when it cannot be."""
    try:
        title = form.title.data if "title" in form else ""
        source_format = form.source_format.data if "source_format" in form else None
        return compose(form.body.data, title=title, prior=current_language(), source_format=source_format or "markdown")
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


def post_url(post: Post) -> str:
    """Return the address of a question, or of an answer on its question's page."""
    question = question_of(post)
    return answer_url(question, post.id if isinstance(post, Answer) else None)


def subject_url(act: Act) -> str:
    """Return the address of what an act was done to."""
    if act.tag is not None:
        return url_for("community.tag", name=act.tag.name)
    if act.category is not None:
        return url_for("community.category", slug=act.category.slug)
    assert act.question is not None, "an act has one subject"
    return answer_url(act.question, act.answer_id, act.details.get("comment_id"))


def post_key(post: Post) -> dict[str, int]:
    """Return what names a post in the addresses that questions and answers both have."""
    return {"question_id": post.id} if isinstance(post, Question) else {"answer_id": post.id}


def post_for(question_id: int | None, answer_id: int | None) -> Post:
    """Return the post an address names, if this viewer may see it. Raises NotFound."""
    if question_id is not None:
        return thread.question_for(actor(), question_id)
    assert answer_id is not None, "an address names one of the two"
    return thread.answer_for(actor(), answer_id)


def back_to(found: Answer) -> Response:
    """Lead back to an answer on its question's page."""
    return see_other(answer_url(found.question, found.id))
