"""Decisions and versions as operators look into them: all of it, to try other numbers on, changing nothing.

A decision about a question that an operator may not read is absent for her too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from app.actor import Actor
from app.community.models.posts import Question
from app.community.queries.visibility import visible
from app.db import db
from app.errors import NotFound
from app.paging import Key, Page
from app.providers.models import Provider
from app.ranking.features import COLUMNS
from app.ranking.model import Model
from app.ranking.offpolicy import Comparison
from app.ranking.pool import TERMS
from app.requests.models import HelpRequest
from app.routing import hindsight, judging, modelstore, policy, recomputing
from app.routing.judging import SideBySide
from app.routing.kept import read
from app.routing.models import Offer, RankingModel, RoutingDecision
from app.routing.queries.decisions import decision_about, rows_of
from app.routing.queries.providers import Helper, helpers_called
from app.routing.replaying import appraisal, in_order, stored, with_terms
from app.verdict import require

DECISIONS_PER_PAGE = 30
CANDIDATES_PER_PAGE = 25
LEFT_OUT_PER_PAGE = 100
MOST_COMPARED = 200
MOST_SHOWN = 10


@dataclass(frozen=True)
class DecisionLine:
    """A decision in the list."""

    id: int
    question_id: int
    title: str
    language: str
    purpose: str
    decided_at: datetime
    version: str
    candidates_count: int


@dataclass(frozen=True)
class Candidates:
    """One page of a decision's candidates, by place. rows: as the decision keeps them, each with its helper and the
    state of her invitation; is_exact: None for what was kept, False where the others cannot be worked out any more;
    telling: which parts of the minutes are not 0 for all of them.
    """

    decision: RoutingDecision
    question: Question
    rows: list[tuple[Helper, dict[str, Any], str | None]]
    first: int
    previous: int | None
    following: int | None
    is_exact: bool | None
    telling: list[int]


@dataclass(frozen=True)
class Moved:
    """A candidate in two orders: places from 1, values in minutes."""

    helper: Helper
    place: int
    place_after: int
    value: float
    value_after: float


@dataclass(frozen=True)
class Compared:
    """Two versions on the latest decisions with an outcome; differing: decisions with other first helpers, and how
    many are others; estimated: answers per invitation, the second minus the first, with its interval.
    """

    figures: SideBySide
    estimated: Comparison
    differing: list[tuple[DecisionLine, int]]


def decisions_for(viewer: Actor, *, question_id: int | None, after: Key | None) -> Page[DecisionLine]:
    """Return decisions, the latest made first; about one question where that is given."""
    require(policy.can_choose_model(viewer))
    wanted = _lines(viewer)
    if question_id is not None:
        wanted = wanted.where(RoutingDecision.help_request_id == question_id)
    if after is not None:
        wanted = wanted.where(RoutingDecision.id < after.row_id)
    wanted = wanted.order_by(RoutingDecision.id.desc()).limit(DECISIONS_PER_PAGE + 1)
    rows = [DecisionLine(*row) for row in db.session.execute(wanted)]
    if len(rows) <= DECISIONS_PER_PAGE:
        return Page(rows, None)
    shown = rows[:DECISIONS_PER_PAGE]
    return Page(shown, Key(shown[-1].decided_at, shown[-1].id))


def candidates_of(viewer: Actor, decision_id: int, *, first: int) -> Candidates:
    """Return the candidates from this place on; those the decision did not keep are worked out again if possible."""
    require(policy.can_choose_model(viewer))
    decision, question = decision_about(viewer, decision_id)
    rows = rows_of(decision)
    kept, is_exact = len(rows), None
    if first > kept:
        others = recomputing.the_others(decision, question)
        is_exact = others is not None
        names = {"columns": list(COLUMNS), "named": decision.candidates["minutes"]}
        rows += [row | names for row in others or ()]
    page = [(at, row) for at, row in enumerate(rows, 1) if first <= at < first + CANDIDATES_PER_PAGE]
    helpers = helpers_called(row["provider"] for _at, row in page)
    states = _invitations(decision)
    until = first + CANDIDATES_PER_PAGE
    return Candidates(
        decision=decision,
        question=question,
        rows=[(helpers[row["provider"]], row, states.get(row["provider"])) for _at, row in page],
        first=first,
        previous=None if first == 1 else max(1, first - CANDIDATES_PER_PAGE),
        following=until if until <= decision.candidates_count and is_exact is not False else None,
        is_exact=is_exact,
        telling=[
            at for at in range(len(decision.candidates["minutes"])) if any(row["minutes"][at] for _at, row in page)
        ],
    )


def left_out_of(
    viewer: Actor, decision_id: int, *, code: str | None, after: int
) -> tuple[RoutingDecision, Question, list[Helper], int | None]:
    """Return who was left out for one reason, by id from `after` on, and where the next page begins.

    Raises NotFound for a reason the decision does not know.
    """
    require(policy.can_choose_model(viewer))
    decision, question = decision_about(viewer, decision_id)
    if code is None:
        return decision, question, [], None
    if code not in decision.exclusions:
        raise NotFound
    inside = [
        and_(Provider.id >= first, Provider.id <= last) for first, last in decision.exclusions[code] if last > after
    ]
    if not inside:
        return decision, question, [], None
    ids = db.session.scalars(
        select(Provider.id)
        .where(or_(*inside[:LEFT_OUT_PER_PAGE]), Provider.id > after)
        .order_by(Provider.id)
        .limit(LEFT_OUT_PER_PAGE + 1)
    ).all()
    shown = ids[:LEFT_OUT_PER_PAGE]
    helpers = helpers_called(shown)
    more = len(ids) > len(shown) or len(inside) > LEFT_OUT_PER_PAGE
    return decision, question, [helpers[each] for each in shown], shown[-1] if more and shown else None


def decision_and_model(viewer: Actor, decision_id: int) -> tuple[RoutingDecision, Question, Model]:
    """Return a decision to try other numbers on, and those to begin with: its own, or, where it was made for other
    factors, those in force.
    """
    require(policy.can_choose_model(viewer))
    decision, question = decision_about(viewer, decision_id)
    return decision, question, modelstore.usable(decision.model) or modelstore.in_force_now()


def what_if(decision: RoutingDecision, model: Model, numbers: Mapping[str, float]) -> list[Moved]:
    """Return the kept candidates as they stood, and as they would stand with these numbers (versions_told.to_try), in
    the latter order. Nothing is stored; what is known of the candidates is what the decision knew.
    """
    weights = model.weights.copy()
    for position, column in enumerate(COLUMNS):
        weights[position] = numbers.get(f"weight-{column}", weights[position])
    terms = {term: numbers.get(f"term-{term}", 1.0) for term in TERMS}
    then = [(row["value"], row["provider"]) for row in decision.candidates["rows"]]
    return _moved(then, _values(decision, replace(model, weights=weights), terms))


def two_orders(decision: RoutingDecision, one: Model, other: Model) -> list[Moved]:
    """Return the kept candidates by one version and by another, in the order of the first."""
    moved = _moved(sorted(_values(decision, one, {}), key=lambda pair: -pair[0]), _values(decision, other, {}))
    return sorted(moved, key=lambda each: each.place)


def compared(viewer: Actor, one: RankingModel, other: RankingModel) -> Compared | None:
    """Hold two versions against each other on the latest decisions; None where one cannot be used any more."""
    require(policy.can_choose_model(viewer))
    first, second = modelstore.usable(one), modelstore.usable(other)
    if first is None or second is None:
        return None
    session = db.session()
    figures = judging.side_by_side(judging.tried(session, most=MOST_COMPARED), first, second)
    changed = {case.decision_id: count for case, count in figures.places_changed}
    lines = {
        row.id: DecisionLine(*row)
        for row in session.execute(_lines(viewer).where(RoutingDecision.id.in_(list(changed)[: 5 * MOST_SHOWN])))
    }
    differing = [(lines[each], count) for each, count in changed.items() if each in lines][:MOST_SHOWN]
    return Compared(
        figures, hindsight.compare_models(session, second, first, margin=0.0, most=MOST_COMPARED), differing
    )


def _lines(viewer: Actor) -> Any:
    return (
        select(
            RoutingDecision.id,
            Question.id,
            Question.title,
            HelpRequest.language,
            RoutingDecision.purpose,
            RoutingDecision.decided_at,
            RankingModel.version,
            RoutingDecision.candidates_count,
        )
        .join(Question, Question.id == RoutingDecision.help_request_id)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .join(RankingModel, RankingModel.id == RoutingDecision.model_id)
        .where(visible(viewer))
    )


def _invitations(decision: RoutingDecision) -> dict[int, str]:
    rows = db.session.execute(select(Offer.provider_id, Offer.state).where(Offer.decision_id == decision.id))
    return {row.provider_id: row.state for row in rows}


def _values(decision: RoutingDecision, model: Model, terms: Mapping[str, float]) -> list[tuple[float, int]]:
    """Return the value of each kept candidate and her id, best first."""
    of = with_terms(stored(decision.need, read(decision.numbers)), terms)
    worth = appraisal(of, model)
    return [(float(worth.values[at]), int(of.pool.ids[at])) for at in in_order(of, worth)]


def _moved(before: Sequence[tuple[float, int]], after: Sequence[tuple[float, int]]) -> list[Moved]:
    helpers = helpers_called(provider for _value, provider in before)
    places = {provider: (place, value) for place, (value, provider) in enumerate(before, 1)}
    return [
        Moved(helpers[provider], places[provider][0], place, places[provider][1], value)
        for place, (value, provider) in enumerate(after, 1)
    ]
