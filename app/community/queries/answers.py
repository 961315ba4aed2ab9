"""Reading the answers to a question with who gave them, what people say of them, and in which order they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Subquery, case, func, select

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.models.votes import Vote
from app.community.queries.evidence import Evidence, evidence_on
from app.community.queries.visibility import answer_there
from app.community.ratio import answer_ratio
from app.db import db
from app.organisations.capacity import capacity_word
from app.organisations.models import Organisation

ORDERS = ("best", "newest", "oldest")


@dataclass(frozen=True)
class AnswerRow:
    """One answer as the question page shows it."""

    evidence: Evidence
    answer: Answer
    author_name: str
    author_handle: str
    organisation_name: str | None
    organisation_kind: str | None
    organisation_slug: str | None
    own_vote: int
    ups: int
    downs: int

    @property
    def capacity(self) -> str:
        return capacity_word(self.organisation_kind)

    @property
    def is_confirmed(self) -> bool:
        return self.answer.accepted_at is not None

    @property
    def ratio(self) -> float:
        """How good it is by votes and evidence. Imported tallies have no rows: what they add counts on its side."""
        tally = self.answer.score - (self.ups - self.downs)
        said = self.evidence
        return answer_ratio(
            ups=self.ups + max(0, tally),
            downs=self.downs + max(0, -tally),
            worked=said.worked,
            outdated=said.outdated,
            dangerous=said.dangerous,
        )


def answers_of(viewer: Actor, question: Question, *, order: str = "best") -> list[AnswerRow]:
    """Return the answers of a question the viewer may see.

    `best`: confirmed ones first, the main one before the others; then by the shrunk ratio of what people say, the
    score, the oldest. `newest` and `oldest`: by time alone.
    """
    votes = _votes_on(question, viewer)
    evidence = evidence_on(viewer, question)
    rows: Iterable[Sequence[Any]] = db.session.execute(
        select(
            Answer,
            Person.name,
            Person.handle,
            Organisation.name,
            Organisation.kind,
            Organisation.slug,
            func.coalesce(votes.c.own, 0),
            func.coalesce(votes.c.ups, 0),
            func.coalesce(votes.c.downs, 0),
        )
        .join(Person, Person.id == Answer.author_id)
        .outerjoin(Organisation, Organisation.id == Answer.acting_for_organisation_id)
        .outerjoin(votes, votes.c.answer_id == Answer.id)
        .where(Answer.question_id == question.id, answer_there())
    )
    found = [AnswerRow(evidence.get(row[0].id, _NOTHING_SAID), *row) for row in rows]
    return _sorted(found, question, order)


_NOTHING_SAID = Evidence()


def _sorted(rows: list[AnswerRow], question: Question, order: str) -> list[AnswerRow]:
    def by_time(row: AnswerRow) -> Any:
        return row.answer.created_at, row.answer.id

    def by_worth(row: AnswerRow) -> Any:
        is_main = row.answer.id == question.accepted_answer_id
        return not row.is_confirmed, not is_main, -row.ratio, -row.answer.score, *by_time(row)

    if order == "best":
        return sorted(rows, key=by_worth)
    return sorted(rows, key=by_time, reverse=order == "newest")


def _votes_on(question: Question, viewer: Actor) -> Subquery:
    """Return per answer how many votes are up and down, and the viewer's own."""
    own = case((Vote.person_id == (viewer.person_id or 0), Vote.value), else_=0)
    return (
        select(
            Vote.answer_id,
            func.sum(case((Vote.value > 0, 1), else_=0)).label("ups"),
            func.sum(case((Vote.value < 0, 1), else_=0)).label("downs"),
            func.sum(own).label("own"),
        )
        .join(Answer, Answer.id == Vote.answer_id)
        .where(Answer.question_id == question.id)
        .group_by(Vote.answer_id)
        .subquery()
    )
