"""Reading what was merged: the questions that are part of one by now, where one has gone, and what a merge would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, literal, select

from app.accounts.models import Person
from app.community.links import question_url
from app.community.models.affected import Affected
from app.community.models.comments import Comment
from app.community.models.follows import Follow
from app.community.models.posts import Answer, Question
from app.community.queries.gone import gone
from app.community.queries.visibility import answer_there, comment_there
from app.db import db
from app.errors import Gone, Moved
from app.organisations.capacity import capacity_word
from app.organisations.models import Organisation
from app.requests.models import HelpRequest


@dataclass(frozen=True)
class MergedRow:
    """A question that was merged into the one a page shows, with its words."""

    id: int
    title: str
    body_html: str
    language: str
    score: int
    created_at: datetime
    merged_at: datetime | None
    asker_name: str
    asker_handle: str
    organisation_name: str | None
    organisation_kind: str | None

    @property
    def capacity(self) -> str:
        return capacity_word(self.organisation_kind)


@dataclass(frozen=True)
class Preview:
    """What merging would do, in numbers: what comes along, and who joins those of the other question."""

    answers: int
    confirmed: int
    comments: int
    followers: int
    affected: int
    merged: int


def merged_into(question: Question) -> Sequence[MergedRow]:
    """Return what was merged into a question, the oldest first. Most questions have none, and cost no statement."""
    if not question.merged_count:
        return ()
    rows = db.session.execute(
        select(
            Question.id,
            Question.title,
            Question.body_html,
            HelpRequest.language,
            Question.score,
            Question.created_at,
            Question.merged_at,
            Person.name,
            Person.handle,
            Organisation.name,
            Organisation.kind,
        )
        .join(HelpRequest, HelpRequest.id == Question.id)
        .join(Person, Person.id == Question.asker_id)
        .outerjoin(Organisation, Organisation.id == HelpRequest.acting_for_organisation_id)
        .where(Question.merged_into_id == question.id)
        .order_by(Question.id)
    )
    return [MergedRow(*row) for row in rows]


def moved(question: Question) -> Moved | Gone:
    """Return the error that leads from a question that was merged to where it is now, or, when that was deleted, says
    why it is gone: its address holds its title. The viewer may know both.
    """
    assert question.merged_into_id is not None
    into = db.session.get_one(Question, question.merged_into_id)
    if into.deleted_at is not None:
        return gone(into)
    # No "#…" in it: then a browser keeps the one it came with, and old links to answers and comments stay true.
    return Moved(
        "merged",
        _l("This question was merged with another one. Everything that was said here is there now."),
        into_id=into.id,
        address=f"{question_url(into.id, into.title)}?from={question.id}",
    )


def preview_of(question: Question, into: Question) -> Preview:
    """Return what merging the one into the other would do."""
    answers = select(func.count()).where(Answer.question_id == question.id, answer_there())
    on_answers = Comment.answer_id.is_(None) | Comment.answer_id.in_(select(Answer.id).where(answer_there()))
    comments = select(func.count()).where(Comment.question_id == question.id, comment_there(), on_answers)
    counted = {
        "answers": answers,
        "confirmed": answers.where(Answer.accepted_at.is_not(None)),
        "comments": comments,
        "followers": select(func.count()).select_from(joining_follows(question, into).subquery()),
        "affected": select(func.count()).select_from(joining_affected(question, into).subquery()),
        "merged": select(func.count()).where(Question.merged_into_id == question.id),
    }
    row = db.session.execute(select(*(each.scalar_subquery().label(name) for name, each in counted.items()))).one()
    return Preview(**row._mapping)


def joining_follows(question: Question, into: Question) -> Select[*tuple[Any, ...]]:
    """Return, as columns of a follow of the other question, who follows the one and never followed the other."""
    known = select(Follow.person_id).where(Follow.question_id == into.id)
    return select(Follow.person_id, literal(into.id), Follow.how, Follow.since).where(
        Follow.question_id == question.id, Follow.ended_at.is_(None), Follow.person_id.not_in(known)
    )


def joining_affected(question: Question, into: Question) -> Select[*tuple[Any, ...]]:
    """Return, as columns of the other question's, who has the one too: also who asked it, since they are the same."""
    said = select(Affected.person_id, Affected.acting_for_organisation_id, Affected.said_at)
    asked = (
        select(Question.asker_id, HelpRequest.acting_for_organisation_id, Question.created_at)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .where(Question.id == question.id)
    )
    all_of = said.where(Affected.question_id == question.id).union(asked).subquery()
    person_id, organisation_id, said_at = all_of.c
    known = select(Affected.person_id).where(Affected.question_id == into.id)
    new = (person_id != into.asker_id, person_id.not_in(known))
    return select(person_id, organisation_id, literal(into.id), said_at).where(*new)
