"""Lists of questions.

They read plain columns, not objects: a page of them costs two statements however long it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.models.shelves import Category, QuestionTag, Tag
from app.community.queries.visibility import answer_there, is_open, there, visible
from app.db import db
from app.errors import NotFound
from app.organisations.capacity import capacity_word
from app.organisations.models import Organisation
from app.paging import Key, Page, older_than
from app.privacy.audiences import PUBLIC
from app.requests.models import HelpRequest

ORDERS = ("newest", "active", "unanswered")
RIGHT_NOW = timedelta(days=7)


@dataclass(frozen=True)
class QuestionRow:
    """One question as a list shows it."""

    id: int
    title: str
    excerpt: str
    state: str
    answers_count: int
    score: int
    tag_names: Sequence[str]
    category_id: int
    language: str
    created_at: datetime
    last_activity_at: datetime
    asker_name: str
    organisation_name: str | None
    organisation_kind: str | None
    affected_count: int

    @property
    def capacity(self) -> str:
        return capacity_word(self.organisation_kind)


@dataclass(frozen=True)
class LiveRow:
    """A question somebody works on right now, for the home page."""

    id: int
    title: str
    language: str
    state: str
    asker_name: str
    helper_name: str
    organisation_kind: str | None
    at: datetime

    @property
    def capacity(self) -> str:
        return capacity_word(self.organisation_kind)


def questions_for(
    viewer: Actor,
    *,
    order: str = "newest",
    category: Category | None = None,
    tag: Tag | None = None,
    asker_id: int | None = None,
    answered_by_id: int | None = None,
    after: Key | None = None,
    size: int = 25,
) -> Page[QuestionRow]:
    """Return a page of questions. `order` is one of ORDERS; raises NotFound for another word."""
    if order not in ORDERS:
        raise NotFound
    moment: Any = Question.last_activity_at if order == "active" else Question.created_at
    # First the page's ids alone, off an index; then the words of those few. In one step the database may sort all rows.
    page = select(Question.id, moment.label("moment")).where(visible(viewer))
    if tag is not None:
        moment = moment if order == "active" else QuestionTag.asked_at
    page = in_shelves(page, category=category, tag=tag)
    if order == "unanswered":
        page = page.where(Question.answers_count == 0, is_open())
    if asker_id is not None:
        page = page.where(Question.asker_id == asker_id)
    if answered_by_id is not None:
        answered = select(Answer.question_id).where(Answer.author_id == answered_by_id, answer_there())
        page = page.where(Question.id.in_(answered))
    if after is not None:
        page = page.where(older_than(after, moment, Question.id))  # type: ignore[arg-type]
    chosen = page.order_by(moment.desc(), Question.id.desc()).limit(size + 1).subquery()
    query = select_rows().join(chosen, chosen.c.id == Question.id).order_by(chosen.c.moment.desc(), Question.id.desc())
    rows = [QuestionRow(*row) for row in db.session.execute(query)]
    if len(rows) <= size:
        return Page(rows, None)
    last = rows[size - 1]
    return Page(rows[:size], Key(last.last_activity_at if order == "active" else last.created_at, last.id))


def pinned_for(viewer: Actor, category: Category | None = None, *, limit: int = 3) -> list[QuestionRow]:
    """Return the questions that moderators pinned, in one category or anywhere, the newest pin first."""
    pinned = select_rows().where(visible(viewer), Question.pinned_at.is_not(None))
    if category is not None:
        pinned = pinned.where(Question.category_id == category.id)
    newest = pinned.order_by(Question.pinned_at.desc(), Question.id.desc()).limit(limit)
    return [QuestionRow(*row) for row in db.session.execute(newest)]


def question_rows(viewer: Actor, ids: Sequence[int]) -> list[QuestionRow]:
    """Return those of these questions the viewer may see, in the order of `ids`."""
    if not ids:
        return []
    found = {
        row[0]: QuestionRow(*row)
        for row in db.session.execute(select_rows().where(Question.id.in_(ids), visible(viewer)))
    }
    return [found[each] for each in ids if each in found]


def being_solved(limit: int = 3) -> list[LiveRow]:
    """Return the public questions that were answered or solved within RIGHT_NOW, the last first, each with the helper
    who solved it, else the latest one."""
    since = clock.now() - RIGHT_NOW
    rows = db.session.execute(_being_solved(), {"since": since, "looked_at": 10 * limit, "most": limit})
    return [LiveRow(*row) for row in rows]


@cache
def _being_solved() -> Select[*tuple[Any, ...]]:
    """Return the statement of `being_solved`. Put together once."""
    since: BindParameter[datetime] = bindparam("since", type_=Question.last_activity_at.type)
    active = (
        select(Question.id)
        .where(Question.audience == PUBLIC, there(), Question.answers_count > 0, Question.last_activity_at > since)
        .order_by(Question.last_activity_at.desc(), Question.id.desc())
        .limit(bindparam("looked_at"))
        .subquery()
    )
    latest = (
        select(func.max(Answer.id))
        .where(Answer.question_id == Question.id, answer_there(), Answer.author_id != Question.asker_id)
        .correlate(Question)
        .scalar_subquery()
    )
    helper = aliased(Person)
    moment = func.coalesce(Question.accepted_at, Answer.created_at)
    return (
        select(
            Question.id,
            Question.title,
            HelpRequest.language,
            HelpRequest.state,
            Person.name,
            helper.name,
            Organisation.kind,
            moment,
        )
        .join(active, active.c.id == Question.id)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .join(Person, Person.id == Question.asker_id)
        .join(Answer, Answer.id == func.coalesce(Question.accepted_answer_id, latest))
        .join(helper, helper.id == Answer.author_id)
        .outerjoin(Organisation, Organisation.id == Answer.acting_for_organisation_id)
        .where(moment > since, Answer.author_id != Question.asker_id)
        .order_by(moment.desc(), Question.id.desc())
        .limit(bindparam("most"))
    )


def in_shelves(query: Select[Any], *, category: Category | None, tag: Tag | None) -> Select[Any]:
    """Return a query on questions narrowed to one category, one tag, or both."""
    if tag is not None:
        query = query.join(QuestionTag, QuestionTag.question_id == Question.id).where(QuestionTag.tag_id == tag.id)
    return query if category is None else query.where(Question.category_id == category.id)


@cache
def select_rows() -> Select[*tuple[Any, ...]]:
    """Return the columns of QuestionRow, in its order, of all questions: the caller says which. Put together once."""
    return (
        select(
            Question.id,
            Question.title,
            Question.excerpt,
            HelpRequest.state,
            Question.answers_count,
            Question.score,
            Question.tag_names,
            Question.category_id,
            HelpRequest.language,
            Question.created_at,
            Question.last_activity_at,
            Person.name,
            Organisation.name,
            Organisation.kind,
            Question.affected_count,
        )
        .join(HelpRequest, HelpRequest.id == Question.id)
        .join(Person, Person.id == Question.asker_id)
        .outerjoin(Organisation, Organisation.id == HelpRequest.acting_for_organisation_id)
    )
