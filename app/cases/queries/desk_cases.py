"""Cases as a desk shows them, and who writes to their customers now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Select, and_, bindparam, literal, or_, select
from sqlalchemy.orm import aliased

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.models.clocks import CaseClock
from app.cases.models.desk import CaseSnooze
from app.cases.models.holding import Handover
from app.cases.states import TURNS
from app.db import db
from app.drafts.models import Draft
from app.drafts.places import CASE
from app.drafts.queries import Slot
from app.requests.models import HelpRequest

# Who saved a reply this lately is writing it.
WRITING = timedelta(minutes=2)

# Made once: a name for a table costs more than all else that a statement is put together from.
_asker, _has_it, _writer, _receiver = aliased(Person), aliased(Person), aliased(Person), aliased(Person)


class CaseLike(Protocol):
    """What says where drafts of replies in a case lie, and whose case it is."""

    @property
    def public_id(self) -> str: ...
    @property
    def asker_id(self) -> int: ...


class RunningClock(NamedTuple):
    """A clock of a case that runs: which, until when, and from when on one is warned."""

    kind: str
    due_at: datetime
    warn_at: datetime | None


@dataclass(frozen=True)
class DeskRow:
    """A case as the desk shows it. `clocks` are those that run, what is due first before the others; `replying` is who
    else writes to its customer now, `offered_to` whom it waits for to take it on.
    """

    id: int
    public_id: str
    title: str
    state: str
    state_since: datetime
    language: str
    created_at: datetime
    next_update_at: datetime | None
    asker_name: str
    holder_person_id: int | None
    holder_person_name: str | None
    solution_asks: int
    arbiter_since: datetime | None
    last_activity_at: datetime
    until_at: datetime | None
    offered_to: str | None
    replying: str | None
    clocks: tuple[RunningClock, ...] = ()

    @property
    def due(self) -> RunningClock | None:
        """The clock that runs out first, or did; None where none runs."""
        return self.clocks[0] if self.clocks else None

    @property
    def turn(self) -> str:
        """Whose turn it is: "customer", "holder", "front_desk", or "nobody"."""
        return "front_desk" if self.arbiter_since is not None and self.state != "waiting" else TURNS[self.state]


def drafts_in(viewer: Actor, case: CaseLike) -> tuple[Slot, list[str]]:
    """Return the viewer's own unsent reply in a case, and who else on the holder's side writes one now, by name."""
    place = f"{CASE}.{case.public_id}"
    own = Draft.person_id == viewer.person_id
    others = and_(Draft.saved_at > clock.now() - WRITING, Draft.person_id != case.asker_id)
    query = (
        select(Draft, Person.name)
        .join(Person, Person.id == Draft.person_id)
        .where(Draft.place == place, Draft.thrown_away_at.is_(None), or_(own, others))
        .order_by(Person.name)
    )
    found = db.session.execute(query).all()
    mine = next((draft for draft, _name in found if draft.person_id == viewer.person_id), None)
    return Slot(place, mine), [name for draft, name in found if draft is not mine]


def replying_to(viewer: Actor, ids: list[int]) -> list[str]:
    """Return who else writes to the customers of these cases now, by name."""
    return sorted({row.replying for row in rows_of(viewer, ids) if row.replying})


def rows_of(viewer: Actor, ids: list[int]) -> list[DeskRow]:
    """Return these cases in this order, without those that are none; two statements."""
    if not ids:
        return []
    now = clock.now()
    given = {"ids": ids, "me": viewer.person_id, "now": now, "lately": now - WRITING}
    clocks: dict[int, list[RunningClock]] = defaultdict(list)
    for case_id, kind, due_at, warn_at in db.session.execute(_clocks(), {"ids": ids}):
        clocks[case_id].append(RunningClock(kind, due_at, warn_at))
    rows = db.session.execute(_rows(), given)
    found: dict[int, DeskRow] = {row[0]: DeskRow(*(*row, tuple(clocks[row[0]]))) for row in rows}
    return [found[each] for each in ids if each in found]


@cache
def _clocks() -> Select[*tuple[Any, ...]]:
    told = select(CaseClock.help_request_id, CaseClock.kind, CaseClock.due_at, CaseClock.warn_at)
    running = told.where(CaseClock.due_at.is_not(None))
    these = CaseClock.help_request_id.in_(bindparam("ids", expanding=True))
    return running.where(these).order_by(CaseClock.due_at, CaseClock.kind)


@cache
def _rows() -> Select[*tuple[Any, ...]]:
    replying = (
        select(_writer.name)
        .join(Draft, Draft.person_id == _writer.id)
        .where(Draft.saved_at > bindparam("lately"), Draft.thrown_away_at.is_(None))
        .where(Draft.place == literal(f"{CASE}.") + Case.public_id, Draft.person_id != bindparam("me"))
        .where(Draft.person_id != HelpRequest.asker_id)
        .order_by(Draft.saved_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Case.id,
            Case.public_id,
            Case.title,
            HelpRequest.state,
            HelpRequest.state_since,
            HelpRequest.language,
            HelpRequest.created_at,
            HelpRequest.next_update_at,
            _asker.name,
            Case.holder_person_id,
            _has_it.name,
            Case.solution_asks,
            Case.arbiter_since,
            Case.last_activity_at,
            CaseSnooze.until_at,
            _receiver.name,
            replying,
        )
        .join(Case.request)
        .join(_asker, _asker.id == HelpRequest.asker_id)
        .outerjoin(_has_it, _has_it.id == Case.holder_person_id)
        .outerjoin(
            CaseSnooze,
            and_(
                CaseSnooze.case_id == Case.id,
                CaseSnooze.row_version == Case.row_version,
                CaseSnooze.until_at > bindparam("now"),
            ),
        )
        .outerjoin(Handover, and_(Handover.case_id == Case.id, Handover.state == "pending"))
        .outerjoin(_receiver, _receiver.id == Handover.to_person_id)
        .where(Case.id.in_(bindparam("ids", expanding=True)))
    )
