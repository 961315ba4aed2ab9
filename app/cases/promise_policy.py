"""What an actor may do with promises, with what one side puts before the other, and with clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from app.actor import Actor
from app.cases.policy import CaseLike, has_begun, holds, is_customer, manages
from app.cases.states import is_open
from app.trust.standing import can_write
from app.verdict import ALLOWED, Verdict

# Ways by which a customer's words reach an agent who writes them down for her.
OTHER_CHANNELS = frozenset({"phone", "desk", "mail", "chat", "social"})


class RequestLike(Protocol):
    """What the rules look at of how a case came in: a `HelpRequest`, or the `CaseView` that pages have."""

    @property
    def entered_by_id(self) -> int | None: ...
    @property
    def channel(self) -> str: ...


class PointLike(Protocol):
    """What the rules look at of a point."""

    @property
    def kind(self) -> str: ...
    @property
    def answer(self) -> str | None: ...


def can_work(actor: Actor, case: CaseLike) -> Verdict:
    """Do what was promised, confirm a detail: its holder, whatever state it is in, as promises go on."""
    if not (standing := can_write(actor, work="cases")):
        return standing
    return ALLOWED if holds(actor, case) else Verdict("not_your_case")


def can_promise(actor: Actor, case: CaseLike, *, now: datetime) -> Verdict:
    """Its holder, once work on it may have begun."""
    if not (standing := can_work(actor, case)):
        return standing
    return has_begun("promise", case, now=now)


def can_ask_customer(actor: Actor, case: CaseLike) -> Verdict:
    """Say what is meant, ask for details: its holder, while it is open."""
    if not (standing := can_work(actor, case)):
        return standing
    return ALLOWED if is_open(case.state) else Verdict("case_over")


def is_entered(case: RequestLike) -> bool:
    """Say whether somebody who helps wrote the case down for its customer, who was on another channel."""
    return case.entered_by_id is not None and case.channel in OTHER_CHANNELS


def can_direct(actor: Actor, case: CaseLike) -> Verdict:
    """Agree to a date, release a promise, dispute: whose case it is."""
    if not (standing := can_write(actor, work="cases")):
        return standing
    return ALLOWED if is_customer(actor, case) else Verdict("not_the_asker")


def can_answer(actor: Actor, case: CaseLike, point: PointLike) -> Verdict:
    """The other side: the customer what the holder says, the holder what she disputes; while it waits."""
    verdict = can_work(actor, case) if point.kind == "dispute" else can_direct(actor, case)
    if not verdict:
        return verdict
    return ALLOWED if point.answer is None else Verdict("point_answered")


def can_keep_levels(actor: Actor) -> Verdict:
    """Who leads an organisation that helps says how long things take there."""
    if not (standing := can_write(actor, work="cases")):
        return standing
    if actor.seat is None or actor.seat.organisation_kind == "customer":
        return Verdict("helpers_only")
    return ALLOWED if manages(actor) else Verdict("managers_only")
