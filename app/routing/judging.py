"""Hold one version of the ranking's numbers against another, on decisions that were made and what came of them.

The replay: where each version would have put those who answered, and whose answer was accepted, among the candidates a
decision kept, in the order that /ask uses. The estimate of what invitations would have brought is hindsight's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.ranking.metrics import Judged, interval, summary
from app.ranking.model import Model
from app.ranking.rank import Appraisal
from app.routing.kept import read
from app.routing.models import Outcome, RoutingDecision
from app.routing.replaying import Stored, appraisal, in_order, stored
from app.routing.settings import FIRST_ASKED

AT_ONCE = 200
DAY_MINUTES = 1440.0


@dataclass(frozen=True)
class Tried:
    """A decision made on asking, and what came of it: provider → minutes to the first answer; whose was accepted."""

    decision_id: int
    help_request_id: int
    stored: Stored
    waits: dict[int, float]
    accepted: frozenset[int]


@dataclass(frozen=True)
class SideBySide:
    """Two versions on the same decisions: figures as metrics.summary gives them, and how much the second is better.

    answered, accepted: of whoever answered, of whose answer was accepted; minutes: until the first of the first few
    replied, as recorded, a day where none did; difference: of mean reciprocal ranks over who answered.
    """

    decisions: int
    answered: tuple[dict[str, Any], dict[str, Any]]
    accepted: tuple[dict[str, Any], dict[str, Any]]
    minutes: tuple[float, float]
    difference: float
    difference_ci: tuple[float, float]
    places_changed: list[tuple[Tried, int]]  # how many of the first few are others, the most first

    @property
    def is_telling(self) -> bool:
        return self.answered[0]["n"] > 0


def count_tried(session: Session, *, after: int = 0) -> int:
    """Return how many decisions were made on asking, after the one with this id."""
    newer = select(func.count()).select_from(RoutingDecision).where(_made_on_asking(), RoutingDecision.id > after)
    return session.scalar(newer) or 0


def tried(session: Session, *, most: int, skip: int = 0) -> Iterator[Tried]:
    """Yield decisions made on asking with what came of them, the newest first; a few hundred are in memory at once."""
    wanted = _decisions().order_by(RoutingDecision.id.desc()).offset(skip).limit(most)
    rows = session.execute(wanted).yield_per(AT_ONCE)
    for part in rows.partitions():
        waits, accepted = _came_of(session, [row.help_request_id for row in part])
        for row in part:
            request = row.help_request_id
            yield Tried(
                row.id, request, stored(row.need, read(row.numbers)), waits[request], frozenset(accepted[request])
            )


def side_by_side(cases: Iterable[Tried], one: Model, other: Model) -> SideBySide:
    """Play the decisions again by both versions; one that does not know a factor that counts for either is left out."""
    places = int(FIRST_ASKED.value)
    played = [_played(case, one, other, places) for case in cases if _is_for_both(case, one, other)]
    ranks = [[orders.answered[version] for orders in played] for version in (0, 1)]
    told = [position for position, case in enumerate(ranks[0]) if len(case.ranks)]
    gains = np.array([1 / ranks[1][at].ranks.min() - 1 / ranks[0][at].ranks.min() for at in told])
    low, high = interval(gains) if len(gains) else (0.0, 0.0)
    changed = sorted(((each.case, each.changed) for each in played if each.changed), key=lambda pair: -pair[1])
    return SideBySide(
        decisions=len(played),
        answered=(summary(ranks[0]), summary(ranks[1])),
        accepted=(
            summary([each.accepted[0] for each in played]),
            summary([each.accepted[1] for each in played]),
        ),
        minutes=tuple(float(np.mean([each.minutes[version] for each in played] or [0.0])) for version in (0, 1)),  # type: ignore[arg-type]
        difference=float(gains.mean()) if len(gains) else 0.0,
        difference_ci=(low, high),
        places_changed=changed,
    )


@dataclass(frozen=True)
class _Played:
    case: Tried
    answered: tuple[Judged, Judged]
    accepted: tuple[Judged, Judged]
    minutes: tuple[float, float]
    changed: int


def _is_for_both(case: Tried, one: Model, other: Model) -> bool:
    return len(case.stored.pool) > 0 and case.stored.understands(one) and case.stored.understands(other)


def _played(case: Tried, one: Model, other: Model, places: int) -> _Played:
    answered, accepted, minutes, first = [], [], [], []
    for model in (one, other):
        ranks = _ranks(case.stored, appraisal(case.stored, model))
        answered.append(_judged(ranks, [each for each in case.waits if each in ranks]))
        accepted.append(_judged(ranks, [each for each in case.accepted if each in ranks]))
        first.append({provider for provider, rank in ranks.items() if rank <= places})
        minutes.append(min([DAY_MINUTES, *(case.waits[each] for each in first[-1] if each in case.waits)]))
    return _Played(
        case,
        (answered[0], answered[1]),
        (accepted[0], accepted[1]),
        (minutes[0], minutes[1]),
        len(first[0] - first[1]),
    )


def _ranks(of: Stored, worth: Appraisal) -> dict[int, float]:
    return {int(of.pool.ids[position]): float(rank) for rank, position in enumerate(in_order(of, worth), 1)}


def _judged(ranks: dict[int, float], relevant: Sequence[int]) -> Judged:
    found: NDArray[np.float64] = np.array([ranks[each] for each in relevant], dtype=np.float64)
    return Judged(found, np.ones(len(found)))


def _decisions() -> Select[Any]:
    columns = (
        RoutingDecision.id,
        RoutingDecision.help_request_id,
        RoutingDecision.need,
        RoutingDecision.numbers,
    )
    return select(*columns).where(_made_on_asking())


def _made_on_asking() -> ColumnElement[bool]:
    return RoutingDecision.purpose == "ask"


def _came_of(session: Session, request_ids: Sequence[int]) -> tuple[dict[int, dict[int, float]], dict[int, set[int]]]:
    """Return per request who answered it (provider → minutes to the first answer), and whose answer was accepted."""
    waits: dict[int, dict[int, float]] = defaultdict(dict)
    accepted: dict[int, set[int]] = defaultdict(set)
    rows = session.execute(
        select(Outcome.help_request_id, Outcome.provider_id, Outcome.kind, Outcome.minutes)
        .where(Outcome.help_request_id.in_(sorted(request_ids)), Outcome.kind != "voted")
        .order_by(Outcome.id)
    )
    for row in rows:
        if row.kind == "answered":
            mine = waits[row.help_request_id]
            mine[row.provider_id] = min(row.minutes, mine.get(row.provider_id, np.inf))
        elif row.kind == "accepted":
            accepted[row.help_request_id].add(row.provider_id)
        else:
            accepted[row.help_request_id].discard(row.provider_id)
    return waits, accepted
