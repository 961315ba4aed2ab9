"""What an actor may do with a case. Loaded objects in, a verdict out.

Who works on a case does so for an organisation: its holder, or the front desk while that decides who goes on. Whoever
asked is the customer and nothing else, also where she works for the holder.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from app.actor import Actor
from app.cases.states import Act, Mover, can_move, is_open, may_begin
from app.community.models.posts import Question
from app.trust.standing import can_write
from app.verdict import ALLOWED, Verdict


class CaseLike(Protocol):
    """What the rules look at: a `Case`, or the `CaseView` that pages have."""

    @property
    def id(self) -> int: ...
    @property
    def asker_id(self) -> int: ...
    @property
    def holder_organisation_id(self) -> int: ...
    @property
    def holder_person_id(self) -> int | None: ...
    @property
    def state(self) -> str: ...
    @property
    def arbiter_since(self) -> datetime | None: ...
    @property
    def over_at(self) -> datetime | None: ...
    @property
    def work_from(self) -> datetime | None: ...


class HandoverLike(Protocol):
    """What the rules look at of a handover."""

    @property
    def to_organisation_id(self) -> int: ...
    @property
    def to_person_id(self) -> int | None: ...
    @property
    def state(self) -> str: ...


class QuoteLike(Protocol):
    """What the rules look at of a quote."""

    @property
    def organisation_id(self) -> int: ...


def is_customer(actor: Actor, case: CaseLike) -> bool:
    """Say whether the case is hers, or that of the person she represents now."""
    return actor.asker_id is not None and case.asker_id == actor.asker_id


def holds(actor: Actor, case: CaseLike) -> bool:
    """Say whether she acts for the holder, and the case is not her own."""
    if actor.acting_for_organisation_id != case.holder_organisation_id or case.asker_id == actor.person_id:
        return False
    return _works_here(actor)


def arbitrates(actor: Actor, case: CaseLike) -> bool:
    """Say whether she acts for the front desk while that decides about the case."""
    if case.arbiter_since is None or case.asker_id == actor.person_id:
        return False
    return actor.seat is not None and actor.seat.organisation_kind == "front_desk" and _works_here(actor)


def manages(actor: Actor) -> bool:
    """Say whether she leads the organisation she acts for."""
    return actor.through_organisation_id is None and actor.may_manage(actor.acting_for_organisation_id)


def mover_in(actor: Actor, case: CaseLike) -> Mover | None:
    """Return as what she moves a case; None where she does not."""
    if actor.kind == "system":
        return "program"
    if is_customer(actor, case):
        return "customer"
    return "holder" if holds(actor, case) else None


def can_open(actor: Actor) -> Verdict:
    """Everybody who may write; for somebody else, where that is among what she lets her do."""
    return can_write(actor, work="cases")


def can_open_for_others(actor: Actor) -> Verdict:
    """Whoever acts for an organisation that helps: she enters what somebody said by telephone or at the desk."""
    if not (standing := can_write(actor, work="cases")):
        return standing
    helps = actor.seat is not None and actor.seat.organisation_kind != "customer"
    return ALLOWED if helps and _works_here(actor) else Verdict("helpers_only")


def can_go_on_in_private(actor: Actor, question: Question) -> Verdict:
    """Who asked a question that gets personal, and moderators for her."""
    if not (standing := can_open(actor)):
        return standing
    return ALLOWED if question.asker_id == actor.asker_id or actor.is_moderator else Verdict("not_the_asker")


def can_post(actor: Actor, case: CaseLike) -> Verdict:
    """Its customer and its holder, until it is closed."""
    if not (standing := _part(actor, case)):
        return standing
    return Verdict("case_over") if case.state in {"closed", "duplicate"} else ALLOWED


def can_note(actor: Actor, case: CaseLike) -> Verdict:
    """Its holder, and the front desk while that decides."""
    return _working(actor, case, arbiter=True)


def can_claim(actor: Actor, case: CaseLike) -> Verdict:
    """At the holder, while nobody there has it; who leads there may take it over."""
    if not (standing := _working_on_open(actor, case)):
        return standing
    if case.holder_person_id in {None, actor.person_id} or manages(actor):
        return ALLOWED
    return Verdict("claimed_already")


def can_release(actor: Actor, case: CaseLike) -> Verdict:
    """Who has it, or leads there."""
    if not (standing := _working_on_open(actor, case)):
        return standing
    if case.holder_person_id is None:
        return Verdict("nobody_has_it")
    return ALLOWED if case.holder_person_id == actor.person_id or manages(actor) else Verdict("claimed_already")


def can_move_to(actor: Actor, case: CaseLike, to_state: str) -> Verdict:
    """Whoever the table of states allows this move."""
    mover = mover_in(actor, case)
    if mover != "program" and not (standing := _part(actor, case)):
        return standing
    assert mover is not None, "who takes part moves it as something"
    return ALLOWED if can_move(case.state, to_state, mover) else Verdict("no_such_move")


def can_ask_if_solved(actor: Actor, case: CaseLike, *, now: datetime) -> Verdict:
    """Its holder, while it is open and work on it may have begun."""
    if not (standing := _working_on_open(actor, case)):
        return standing
    return has_begun("ask_if_solved", case, now=now)


def can_close_with_cause(actor: Actor, case: CaseLike) -> Verdict:
    """Its holder, while it is not closed."""
    if not (standing := _working(actor, case)):
        return standing
    return ALLOWED if can_move(case.state, "closed", "holder") else Verdict("no_such_move")


def can_say_not_solved(actor: Actor, case: CaseLike) -> Verdict:
    """Its customer, while it waits for her."""
    if not (standing := _part(actor, case)):
        return standing
    if not is_customer(actor, case):
        return Verdict("not_your_case")
    return ALLOWED if case.state == "waiting" else Verdict("no_such_move")


def can_reopen(actor: Actor, case: CaseLike, *, now: datetime, within_days: int) -> Verdict:
    """Its customer, for so many days after it was solved or closed."""
    if not (standing := can_write(actor, work="cases")):
        return standing
    if not is_customer(actor, case):
        return Verdict("not_your_case")
    if case.state not in {"solved", "closed"} or case.over_at is None:
        return Verdict("no_such_move")
    return ALLOWED if now - case.over_at <= timedelta(days=within_days) else Verdict("reopen_too_late")


def can_hand_over(actor: Actor, case: CaseLike) -> Verdict:
    """Its holder, while it is open and the front desk does not decide."""
    if not (standing := _working_on_open(actor, case)):
        return standing
    return ALLOWED if case.arbiter_since is None else Verdict("front_desk_decides")


def can_answer_handover(actor: Actor, case: CaseLike, handover: HandoverLike) -> Verdict:
    """Whoever was asked: the person named, else everybody who acts for that organisation."""
    if not (standing := can_write(actor, work="cases")):
        return standing
    if actor.acting_for_organisation_id != handover.to_organisation_id or not _works_here(actor):
        return Verdict("not_your_handover")
    if case.asker_id == actor.person_id or handover.to_person_id not in {None, actor.person_id}:
        return Verdict("not_your_handover")
    return ALLOWED if handover.state == "pending" else Verdict("handover_answered")


def can_withdraw_handover(actor: Actor, case: CaseLike, handover: HandoverLike) -> Verdict:
    """Its holder, until somebody answered."""
    if not (standing := _working(actor, case)):
        return standing
    return ALLOWED if handover.state == "pending" else Verdict("handover_answered")


def can_assign(actor: Actor, case: CaseLike) -> Verdict:
    """The front desk, while it decides."""
    if not (standing := can_write(actor, work="cases")):
        return standing
    return ALLOWED if arbitrates(actor, case) else Verdict("front_desk_only")


def can_merge(actor: Actor, case: CaseLike, into: CaseLike) -> Verdict:
    """Who holds both, where both are one customer's and open."""
    for each in (case, into):
        if not (standing := _working_on_open(actor, each)):
            return standing
    if case.id == into.id:
        return Verdict("merge_same_case")
    return ALLOWED if case.asker_id == into.asker_id else Verdict("merge_other_customer")


def can_direct_parts(actor: Actor, whole: CaseLike) -> Verdict:
    """Its customer says who does a part of what she asked for, or that she does it herself."""
    if not (standing := _part(actor, whole)):
        return standing
    if not is_customer(actor, whole):
        return Verdict("not_your_case")
    return Verdict("case_over") if whole.state == "duplicate" else ALLOWED


def can_quote(actor: Actor, case: CaseLike, *, now: datetime) -> Verdict:
    """Its holder, for whom it may agree things, while the case is open and work on it may have begun."""
    if not (standing := _working_on_open(actor, case)):
        return standing
    if not actor.covers("agreements"):
        return Verdict("not_let_do_this")
    return has_begun("quote", case, now=now)


def has_begun(act: Act, case: CaseLike, *, now: datetime) -> Verdict:
    """Nobody works on a case before its customer confirmed what she asks: see the table of what waits for her yes."""
    return ALLOWED if may_begin(act, work_from=case.work_from, now=now) else Verdict("not_confirmed")


def can_withdraw_quote(actor: Actor, case: CaseLike, quote: QuoteLike) -> Verdict:
    """The organisation that made it, while it still holds the case."""
    if not (standing := _working(actor, case)):
        return standing
    if quote.organisation_id != actor.acting_for_organisation_id:
        return Verdict("not_your_quote")
    return ALLOWED if actor.covers("agreements") else Verdict("not_let_do_this")


def can_agree(actor: Actor, case: CaseLike) -> Verdict:
    """Its customer, or who may agree things for her, until the case is closed."""
    if not (standing := can_write(actor, work="agreements")):
        return standing
    if not is_customer(actor, case):
        return Verdict("not_your_case")
    return Verdict("case_over") if case.state in {"closed", "duplicate"} else ALLOWED


def can_make_article(actor: Actor, case: CaseLike) -> Verdict:
    """Its holder, once it is over: what helped one customer may help the next one."""
    if not (standing := _working(actor, case)):
        return standing
    return ALLOWED if case.state in {"solved", "closed"} else Verdict("no_such_move")


def can_keep_causes(actor: Actor) -> Verdict:
    """Who leads an organisation that helps keeps its list of causes."""
    if not (standing := can_open_for_others(actor)):
        return standing
    return ALLOWED if manages(actor) else Verdict("managers_only")


def _works_here(actor: Actor) -> bool:
    """Say whether her seat lets her work on cases: readers only read, and an agency does what it was engaged for."""
    return actor.seat is not None and actor.seat.role != "reader" and actor.covers("cases")


def _part(actor: Actor, case: CaseLike) -> Verdict:
    if not (standing := can_write(actor, work="cases")):
        return standing
    return ALLOWED if is_customer(actor, case) or holds(actor, case) else Verdict("not_your_case")


def _working(actor: Actor, case: CaseLike, *, arbiter: bool = False) -> Verdict:
    if not (standing := can_write(actor, work="cases")):
        return standing
    return ALLOWED if holds(actor, case) or (arbiter and arbitrates(actor, case)) else Verdict("not_your_case")


def _working_on_open(actor: Actor, case: CaseLike) -> Verdict:
    if not (standing := _working(actor, case)):
        return standing
    return ALLOWED if is_open(case.state) else Verdict("case_over")
