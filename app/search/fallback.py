"""Search without an index: slower, and it knows no stems, but it never has nothing to say.

Only for the minutes in which the index is missing or damaged. Each word must stand somewhere in the title, the text or
an answer; the newest come first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.models.shelves import Category, QuestionTag, Tag
from app.community.queries.visibility import answer_there, is_open, visible
from app.db import db, folded
from app.requests.models import CLOSED_STATES, HelpRequest
from app.search.analysis import fold, words
from app.search.query_language import Filter, Form, Query, Term, moment
from app.search.stop_words import ALL_STOP_WORDS

# Each word is a walk through all texts.
MOST_WORDS = 4
MOST_FOUND = 200
# Endings differ; the beginning of a word stands for its stem.
BEGINNING = 6


def find(viewer: Actor, query: Query) -> list[int]:
    """Return the ids of up to MOST_FOUND questions the viewer may see, newest first; of a text, the likest first."""
    if query.is_text:
        return find_similar(viewer, query.words, limit=MOST_FOUND, filters=query.filters)
    terms = [term for term in query.terms if term.form is Form.PHRASE or set(words(term.text)) - ALL_STOP_WORDS]
    conditions = [_of_term(term) for term in terms[:MOST_WORDS]] + [_of_filter(each) for each in query.filters]
    if query.terms and not conditions:
        return []
    return list(db.session.scalars(_questions(viewer).where(*conditions).limit(MOST_FOUND)))


def find_similar(viewer: Actor, text: str, *, limit: int, filters: Sequence[Filter] = ()) -> list[int]:
    """Return questions with the longest words of a text in the title, those with most of them first."""
    content = {word[:BEGINNING] for word in words(text) if word not in ALL_STOP_WORDS and len(word) > 3}
    chosen = sorted(content, key=lambda word: (-len(word), word))[:MOST_WORDS]
    if not chosen:
        return []
    some = or_(*(_contains(Question.title, word) for word in chosen))
    found = db.session.execute(
        _questions(viewer, Question.title).where(some, *map(_of_filter, filters)).limit(MOST_FOUND)
    )
    rows = sorted(found, key=lambda row: -sum(word in fold(row.title) for word in chosen))
    return [row.id for row in rows[:limit]]


def people_called(name: str) -> frozenset[int]:
    """Return the ids of everybody with this handle or this whole name."""
    called = or_(Person.handle_key == folded(name), func.lower(Person.name) == name.lower())
    return frozenset(db.session.scalars(select(Person.id).where(called).limit(MOST_FOUND)))


def _questions(viewer: Actor, *more: InstrumentedAttribute[str]) -> Select[*tuple[Any, ...]]:
    query = select(Question.id, *more).join(HelpRequest, HelpRequest.id == Question.id).where(visible(viewer))
    return query.order_by(Question.created_at.desc(), Question.id.desc())


def _of_term(term: Term) -> ColumnElement[bool]:
    if term.form is Form.PHRASE:
        wanted = [term.text]
    else:
        wanted = [word[:BEGINNING] for word in words(term.text)]
    condition = and_(*(_anywhere(each, in_title=term.in_title) for each in wanted))
    return not_(condition) if term.is_excluded else condition


def _anywhere(text: str, *, in_title: bool) -> ColumnElement[bool]:
    in_the_title = _contains(Question.title, text)
    if in_title:
        return in_the_title
    in_an_answer = exists().where(Answer.question_id == Question.id, answer_there(), _contains(Answer.body, text))
    return or_(in_the_title, _contains(Question.body, text), in_an_answer)


def _contains(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    return column.icontains(text, autoescape=True)


def _of_filter(asked: Filter) -> ColumnElement[bool]:
    condition = _FILTERS[asked.field](asked.value)
    return not_(condition) if asked.is_excluded else condition


def _by_tag(value: str) -> ColumnElement[bool]:
    tagged = exists().where(QuestionTag.question_id == Question.id, QuestionTag.tag_id == Tag.id)
    return tagged.where(func.lower(Tag.name) == value.lower())


def _by_category(value: str) -> ColumnElement[bool]:
    return exists().where(Category.id == Question.category_id, Category.slug == value.lower())


def _by_author(value: str) -> ColumnElement[bool]:
    people = people_called(value)
    answered = exists().where(Answer.question_id == Question.id, answer_there(), Answer.author_id.in_(people))
    return or_(Question.asker_id.in_(people), answered)


_STATES: dict[str, ColumnElement[bool]] = {
    "unanswered": and_(Question.answers_count == 0, is_open()),
    "answered": Question.answers_count > 0,
    "accepted": Question.accepted_answer_id.is_not(None),
    "closed": HelpRequest.state.in_(CLOSED_STATES),
}
_FILTERS: dict[str, Callable[[str], ColumnElement[bool]]] = {
    "tag": _by_tag,
    "category": _by_category,
    "author": _by_author,
    "is": lambda value: _STATES[value],
    "lang": lambda value: HelpRequest.language == value,
    "before": lambda value: Question.created_at < moment(value),
    "after": lambda value: Question.created_at >= moment(value),
}
