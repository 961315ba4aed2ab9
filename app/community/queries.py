"""Reading questions and answers. Every read names its viewer; visibility is written once, in `_visible`.

Lists read plain columns, not objects: a page of them costs two statements however long it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Person
from app.actor import Actor
from app.community.models import Answer, Category, Question, QuestionTag, Revision, Tag, Vote
from app.db import db
from app.errors import NotFound
from app.organisations.models import Organisation
from app.paging import Key, Page, older_than
from app.privacy.audiences import PUBLIC, known_to
from app.requests.models import HelpRequest

ORDERS = ("newest", "active", "unanswered")


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

    @property
    def capacity(self) -> str:
        return capacity_word(self.organisation_kind)


@dataclass(frozen=True)
class AnswerRow:
    """One answer as the question page shows it."""

    answer: Answer
    author_name: str
    author_handle: str
    organisation_name: str | None
    organisation_kind: str | None
    organisation_slug: str | None
    own_vote: int

    @property
    def capacity(self) -> str:
        return capacity_word(self.organisation_kind)


def capacity_word(organisation_kind: str | None) -> str:
    """Return the word for somebody acting for an organisation of this kind; None is for herself."""
    return {None: "peer", "partner": "partner", "customer": "peer"}.get(organisation_kind, "agent")


def question_for(viewer: Actor, question_id: int) -> Question:
    """Return the question. Raises NotFound when absent or hidden: the two look the same from outside."""
    question = db.session.scalars(
        select(Question)
        .where(Question.id == question_id, _visible(viewer))
        .options(joinedload(Question.asker), joinedload(Question.category), joinedload(Question.request))
    ).one_or_none()
    if question is None:
        raise NotFound
    return question


def answer_for(viewer: Actor, answer_id: int) -> Answer:
    """Return the answer with its question. Raises NotFound when absent or its question is hidden."""
    answer = db.session.scalars(
        select(Answer)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.id == answer_id, _visible(viewer))
        .options(joinedload(Answer.question))
    ).one_or_none()
    if answer is None:
        raise NotFound
    return answer


def answers_of(viewer: Actor, question: Question) -> list[AnswerRow]:
    """Return the answers of a question the viewer may see: the accepted one first, then by score, then the oldest."""
    own = select(Vote.answer_id, Vote.value).where(Vote.person_id == (viewer.person_id or 0)).subquery()
    rows = db.session.execute(
        select(
            Answer,
            Person.name,
            Person.handle,
            Organisation.name,
            Organisation.kind,
            Organisation.slug,
            func.coalesce(own.c.value, 0),
        )
        .join(Person, Person.id == Answer.author_id)
        .outerjoin(Organisation, Organisation.id == Answer.acting_for_organisation_id)
        .outerjoin(own, own.c.answer_id == Answer.id)
        .where(Answer.question_id == question.id)
        .order_by(Answer.accepted_at.is_(None), Answer.score.desc(), Answer.created_at, Answer.id)
    )
    return [AnswerRow(*row) for row in rows]


def own_vote_on(viewer: Actor, question: Question) -> int:
    """Return the viewer's vote on the question itself: 1, -1, or 0."""
    if viewer.is_visitor:
        return 0
    mine = select(Vote.value).where(Vote.person_id == viewer.person_id, Vote.question_id == question.id)
    return db.session.scalar(mine) or 0


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
    page = select(Question.id, moment.label("moment")).where(_visible(viewer))
    if tag is not None:
        page = page.join(QuestionTag, QuestionTag.question_id == Question.id).where(QuestionTag.tag_id == tag.id)
        moment = moment if order == "active" else QuestionTag.asked_at
    if order == "unanswered":
        page = page.where(Question.answers_count == 0)
    if category is not None:
        page = page.where(Question.category_id == category.id)
    if asker_id is not None:
        page = page.where(Question.asker_id == asker_id)
    if answered_by_id is not None:
        page = page.where(Question.id.in_(select(Answer.question_id).where(Answer.author_id == answered_by_id)))
    if after is not None:
        page = page.where(older_than(after, moment, Question.id))  # type: ignore[arg-type]
    chosen = page.order_by(moment.desc(), Question.id.desc()).limit(size + 1).subquery()
    query = _rows().join(chosen, chosen.c.id == Question.id).order_by(chosen.c.moment.desc(), Question.id.desc())
    rows = [QuestionRow(*row) for row in db.session.execute(query)]
    if len(rows) <= size:
        return Page(rows, None)
    last = rows[size - 1]
    return Page(rows[:size], Key(last.last_activity_at if order == "active" else last.created_at, last.id))


def question_rows(viewer: Actor, ids: Sequence[int]) -> list[QuestionRow]:
    """Return those of these questions the viewer may see, in the order of `ids`."""
    if not ids:
        return []
    found = {
        row[0]: QuestionRow(*row) for row in db.session.execute(_rows().where(Question.id.in_(ids), _visible(viewer)))
    }
    return [found[each] for each in ids if each in found]


def categories() -> Sequence[Category]:
    """Return every category, in the order operators gave them."""
    return db.session.scalars(select(Category).order_by(Category.position, Category.id)).all()


def category_called(slug: str) -> Category:
    """Return the category with this slug. Raises NotFound."""
    category = db.session.scalars(select(Category).where(Category.slug == slug)).one_or_none()
    if category is None:
        raise NotFound
    return category


def popular_tags(limit: int = 100) -> Sequence[Tag]:
    """Return the tags most used, those in use only."""
    query = select(Tag).where(Tag.questions_count > 0).order_by(Tag.questions_count.desc(), Tag.name).limit(limit)
    return db.session.scalars(query).all()


def tag_called(viewer: Actor, name: str) -> Tag:
    """Return the tag of this name. Raises NotFound when no question the viewer may see carries it."""
    carried = select(QuestionTag.tag_id).join(Question, Question.id == QuestionTag.question_id).where(_visible(viewer))
    tag = db.session.scalars(
        select(Tag).where(Tag.name == name, or_(Tag.questions_count > 0, Tag.id.in_(carried)))
    ).one_or_none()
    if tag is None:
        raise NotFound
    return tag


def revisions_of(subject: Question | Answer) -> Sequence[Revision]:
    """Return what a text said before, newest first. The caller loaded `subject` for its viewer."""
    key = Revision.question_id if isinstance(subject, Question) else Revision.answer_id
    query = select(Revision).where(key == subject.id).order_by(Revision.number.desc())
    return db.session.scalars(query.options(joinedload(Revision.replaced_by))).all()


@dataclass(frozen=True)
class LiveRow:
    """A question somebody works on right now, for the home page."""

    id: int
    title: str
    state: str
    asker_name: str
    helper_name: str
    organisation_kind: str | None
    last_activity_at: datetime

    @property
    def capacity(self) -> str:
        return capacity_word(self.organisation_kind)


def being_solved(limit: int = 3) -> list[LiveRow]:
    """Return the answered public questions on which something happened last, with the latest helper of each."""
    chosen = (
        select(Question.id)
        .where(Question.audience == PUBLIC, Question.answers_count > 0)
        .order_by(Question.last_activity_at.desc(), Question.id.desc())
        .limit(limit)
        .subquery()
    )
    latest = select(func.max(Answer.id)).where(Answer.question_id == chosen.c.id).correlate(chosen).scalar_subquery()
    last = select(chosen.c.id, latest.label("answer_id")).subquery()
    helper = aliased(Person)
    rows = db.session.execute(
        select(
            Question.id,
            Question.title,
            HelpRequest.state,
            Person.name,
            helper.name,
            Organisation.kind,
            Question.last_activity_at,
        )
        .join(last, last.c.id == Question.id)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .join(Person, Person.id == Question.asker_id)
        .join(Answer, Answer.id == last.c.answer_id)
        .join(helper, helper.id == Answer.author_id)
        .outerjoin(Organisation, Organisation.id == Answer.acting_for_organisation_id)
        .order_by(Question.last_activity_at.desc(), Question.id.desc())
    )
    return [LiveRow(*row) for row in rows]


def _rows() -> Select[*tuple[Any, ...]]:
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
        )
        .join(HelpRequest, HelpRequest.id == Question.id)
        .join(Person, Person.id == Question.asker_id)
        .outerjoin(Organisation, Organisation.id == HelpRequest.acting_for_organisation_id)
    )


def _visible(viewer: Actor) -> ColumnElement[bool]:
    return known_to(viewer, Question.audience)
