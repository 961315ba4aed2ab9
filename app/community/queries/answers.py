"""Reading the answers to a question with who gave them, what people say of them, and in which order they stand.

A page shows the first few dozen. Of a question with more, the places are found out from a few columns, and only what is
shown is loaded whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, bindparam, case, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.models.votes import Vote
from app.community.queries.evidence import Evidence, evidence_on
from app.community.queries.visibility import answer_there
from app.community.ratio import answer_ratio
from app.db import db
from app.errors import NotFound
from app.organisations.capacity import capacity_word
from app.organisations.models import Organisation

ORDERS = ("best", "newest", "oldest")


class Standing(NamedTuple):
    """What decides where an answer stands."""

    id: int
    created_at: datetime
    accepted_at: datetime | None
    score: int
    ups: int
    downs: int


@dataclass(frozen=True)
class AnswerRow:
    """One answer as the question page shows it. `confirmer_name` is whose it was, where not the asker confirmed it."""

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
    confirmer_name: str | None
    through_name: str | None
    represented_name: str | None

    @property
    def capacity(self) -> str:
        return capacity_word(self.organisation_kind)

    @property
    def is_confirmed(self) -> bool:
        return self.answer.accepted_at is not None

    @property
    def standing(self) -> Standing:
        given = self.answer
        return Standing(given.id, given.created_at, given.accepted_at, given.score, self.ups, self.downs)


@dataclass(frozen=True)
class AnswerPage:
    """The answers of one page, and of all of them: the first, the main confirmed one, how many, the newest's id."""

    rows: list[AnswerRow]
    first: AnswerRow | None
    main: AnswerRow | None
    count: int
    confirmed_count: int
    number: int = 1
    last: int = 1
    size: int = 0
    newest_id: int = 0

    @property
    def begins_with(self) -> int:
        """The place of the first answer shown, from 1."""
        return (self.number - 1) * self.size + 1


def answers_of(viewer: Actor, question: Question, *, order: str = "best") -> list[AnswerRow]:
    """Return all answers of a question the viewer may see.

    `best`: confirmed ones first, the main one before the others; then by the shrunk ratio of what people say, the
    score, the oldest. `newest` and `oldest`: by time alone.
    """
    evidence = evidence_on(viewer, question)
    rows = _rows(viewer, evidence, _UNDER, question_id=question.id)
    return [rows[each] for each in _in_order([row.standing for row in rows.values()], question, evidence, order)]


def answers_on_page(
    viewer: Actor, question: Question, *, order: str, size: int, number: int = 1, around: int | None = None
) -> AnswerPage:
    """Return one page of answers, in the order of `answers_of`; the one with the answer `around` where that is given.

    Raises NotFound for a page that is not there.
    """
    evidence = evidence_on(viewer, question)
    rows: dict[int, AnswerRow] = {}
    if question.answers_count <= size:
        rows = _rows(viewer, evidence, _UNDER, question_id=question.id)
        standings = [row.standing for row in rows.values()]
    else:
        standings = _standings(question)
    ids = _in_order(standings, question, evidence, order)
    last = max(1, -(-len(ids) // size))
    if around in ids:
        number = ids.index(around) // size + 1
    if not 1 <= number <= last:
        raise NotFound
    shown = ids[(number - 1) * size : number * size]
    first = min(standings, key=lambda each: (each.created_at, each.id), default=None)
    main_id = question.accepted_answer_id
    if not rows and shown:
        ends = [each for each in (first.id if first else None, main_id) if each is not None]
        rows = _rows(viewer, evidence, _THESE, ids=[*{*shown, *ends}])
    return AnswerPage(
        rows=[rows[each] for each in shown],
        first=rows.get(first.id) if first else None,
        main=rows.get(main_id) if main_id is not None else None,
        count=len(ids),
        confirmed_count=sum(each.accepted_at is not None for each in standings),
        number=number,
        last=last,
        size=size,
        newest_id=max(ids, default=0),
    )


_NOTHING_SAID = Evidence()


# Which answers: all under a question, or some of them.
_UNDER = and_(Answer.question_id == bindparam("question_id"), answer_there())
_THESE = Answer.id.in_(bindparam("ids", expanding=True))


def ratio_of(standing: Standing, said: Evidence) -> float:
    """Return how good an answer is by votes and evidence. Imported tallies have no rows: they count on their side."""
    tally = standing.score - (standing.ups - standing.downs)
    return answer_ratio(
        ups=standing.ups + max(0, tally),
        downs=standing.downs + max(0, -tally),
        worked=said.worked,
        outdated=said.outdated,
        dangerous=said.dangerous,
    )


def _in_order(
    standings: Collection[Standing], question: Question, evidence: Mapping[int, Evidence], order: str
) -> list[int]:
    def by_time(each: Standing) -> Any:
        return each.created_at, each.id

    def by_worth(each: Standing) -> Any:
        ratio = ratio_of(each, evidence.get(each.id, _NOTHING_SAID))
        is_main = each.id == question.accepted_answer_id
        return each.accepted_at is None, not is_main, -ratio, -each.score, *by_time(each)

    placed = sorted(standings, key=by_worth if order == "best" else by_time, reverse=order == "newest")
    return [each.id for each in placed]


def _standings(question: Question) -> list[Standing]:
    """Return what decides where each answer stands, without their words."""
    rows = db.session.execute(_of_standings(), {"question_id": question.id, "person_id": 0})
    return [Standing(*row) for row in rows]


@cache
def _of_standings() -> Select[*tuple[Any, ...]]:
    votes = _votes(_UNDER)
    return (
        select(
            Answer.id,
            Answer.created_at,
            Answer.accepted_at,
            Answer.score,
            func.coalesce(votes.c.ups, 0),
            func.coalesce(votes.c.downs, 0),
        )
        .outerjoin(votes, votes.c.answer_id == Answer.id)
        .where(_UNDER)
    )


def _rows(
    viewer: Actor, evidence: Mapping[int, Evidence], which: ColumnElement[bool], **told: Any
) -> dict[int, AnswerRow]:
    """Return these answers whole, by id; `told` are the values that `which` asks for."""
    told["person_id"] = viewer.person_id or 0
    rows: Iterable[Sequence[Any]] = db.session.execute(_whole(which), told)
    return {row[0].id: AnswerRow(evidence.get(row[0].id, _NOTHING_SAID), *row) for row in rows}


@cache
def _whole(which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the statement, put together once: it runs for every page of a question."""
    votes, confirmer = _votes(which), aliased(Person)
    through, represented = aliased(Organisation), aliased(Person)
    return (
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
            confirmer.name,
            through.name,
            represented.name,
        )
        .join(Person, Person.id == Answer.author_id)
        .outerjoin(confirmer, confirmer.id == Answer.accepted_by_id)
        .outerjoin(Organisation, Organisation.id == Answer.acting_for_organisation_id)
        .outerjoin(through, through.id == Answer.through_organisation_id)
        .outerjoin(represented, represented.id == Answer.representing_person_id)
        .outerjoin(votes, votes.c.answer_id == Answer.id)
        .where(which)
    )


def _votes(which: ColumnElement[bool]) -> Subquery:
    """Return per answer how many votes are up and down, and the own one of `person_id`."""
    return (
        select(
            Vote.answer_id,
            func.sum(case((Vote.value > 0, 1), else_=0)).label("ups"),
            func.sum(case((Vote.value < 0, 1), else_=0)).label("downs"),
            func.sum(case((Vote.person_id == bindparam("person_id"), Vote.value), else_=0)).label("own"),
        )
        .join(Answer, Answer.id == Vote.answer_id)
        .where(which)
        .group_by(Vote.answer_id)
        .subquery()
    )
