"""Facts about promises, about what one side puts before the other, and about clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from app.outbox.facts import Code, Fact, fact

PointKind = Literal["understanding", "date", "dispute"]


@fact("promise_made")
class PromiseMade(Fact):
    """An organisation promised a person something by a moment."""

    promise_id: int
    case_id: int
    promise_kind: Code
    by_organisation_id: int
    by_person_id: int | None
    to_person_id: int
    due_at: datetime


@fact("promise_moved")
class PromiseMoved(Fact):
    """A promise has another date, to which the person it was made to said yes."""

    promise_id: int
    case_id: int
    point_id: int
    due_at: datetime


@fact("promise_moved_alone")
class PromiseMovedAlone(Fact):
    """A promise was given another date without her yes: with that it is broken."""

    promise_id: int
    case_id: int
    point_id: int
    due_at: datetime


@fact("promise_kept")
class PromiseKept(Fact):
    """What was promised was done; whether in time, the other facts about it say."""

    promise_id: int
    case_id: int


@fact("promise_released")
class PromiseReleased(Fact):
    """The person it was made to no longer needs it."""

    promise_id: int
    case_id: int


@fact("promise_broken")
class PromiseBroken(Fact):
    """The time of a promise is over and it was not kept. It follows from the others, and is what people are told of."""

    promise_id: int
    case_id: int
    due_at: datetime


@fact("point_put")
class PointPut(Fact):
    """One side put something before the other."""

    point_id: int
    case_id: int
    point_kind: PointKind
    promise_id: int | None
    due_at: datetime | None


@fact("point_answered")
class PointAnswered(Fact):
    """What came of it."""

    point_id: int
    case_id: int
    point_kind: PointKind
    answer: Code


@fact("clock_warned")
class ClockWarned(Fact):
    """A clock of a case will soon have run out."""

    case_id: int
    clock: Code
    organisation_id: int
    due_at: datetime


@fact("clock_ran_out")
class ClockRanOut(Fact):
    """A clock of a case has run out. That of the next update is the one both sides are told of."""

    case_id: int
    clock: Code
    organisation_id: int
    due_at: datetime
