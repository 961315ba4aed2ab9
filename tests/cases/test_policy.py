"""Who may do what with a case: one line each, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from app.actor import VISITOR, Actor, Seat
from app.cases import policy

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOLDER, OTHER, DESK = 1, 2, 9
CUSTOMER, AGENT, COLLEAGUE = 11, 12, 13


@dataclass(frozen=True)
class Kept:
    """A case as the rules look at it."""

    id: int = 5
    asker_id: int = CUSTOMER
    holder_organisation_id: int = HOLDER
    holder_person_id: int | None = AGENT
    state: str = "with_helper"
    arbiter_since: datetime | None = None
    over_at: datetime | None = None


@dataclass(frozen=True)
class Asked:
    """A handover, or a quote."""

    to_organisation_id: int = OTHER
    to_person_id: int | None = None
    state: str = "pending"
    organisation_id: int = HOLDER


def person(person_id: int, organisation_id: int | None = None, *, role: str = "member", kind: str = "service") -> Actor:
    """Return somebody, acting for an organisation where one is given."""
    seats = () if organisation_id is None else (Seat(organisation_id, "An organisation", kind, role),)
    return Actor(kind="person", person_id=person_id, acting_for_organisation_id=organisation_id, seats=seats)


def at_the_front_desk(person_id: int) -> Actor:
    return person(person_id, DESK, kind="front_desk")


def test_who_has_it_gives_it_back_and_nobody_else() -> None:
    assert policy.can_release(person(AGENT, HOLDER), Kept())
    assert policy.can_release(person(COLLEAGUE, HOLDER, role="manager"), Kept())
    assert policy.can_release(person(COLLEAGUE, HOLDER), Kept()).reason == "claimed_already"
    assert policy.can_release(person(AGENT, HOLDER), Kept(holder_person_id=None)).reason == "nobody_has_it"


def test_what_somebody_has_is_taken_on_by_who_leads_only() -> None:
    assert policy.can_claim(person(COLLEAGUE, HOLDER), Kept()).reason == "claimed_already"
    assert policy.can_claim(person(COLLEAGUE, HOLDER, role="owner"), Kept())
    assert policy.can_claim(person(COLLEAGUE, HOLDER), Kept(holder_person_id=None))
    assert policy.can_claim(person(COLLEAGUE, OTHER), Kept(holder_person_id=None)).reason == "not_your_case"
    assert policy.can_claim(person(CUSTOMER, HOLDER), Kept(holder_person_id=None)).reason == "not_your_case"


@pytest.mark.parametrize("days, may", [(14, True), (15, False)])
def test_it_is_opened_again_for_fourteen_days(days: int, may: bool) -> None:
    over = Kept(state="solved", over_at=NOW - timedelta(days=days))

    verdict = policy.can_reopen(person(CUSTOMER), over, now=NOW, within_days=14)

    assert bool(verdict) is may
    assert may or verdict.reason == "reopen_too_late"
    assert policy.can_reopen(person(COLLEAGUE), over, now=NOW, within_days=14).reason == "not_your_case"


def test_nothing_is_handed_over_while_the_front_desk_decides() -> None:
    assert policy.can_hand_over(person(AGENT, HOLDER), Kept())
    assert policy.can_hand_over(person(AGENT, HOLDER), Kept(arbiter_since=NOW)).reason == "front_desk_decides"


def test_a_handover_is_answered_once_by_whom_it_was_offered_to() -> None:
    asked = Asked()
    assert policy.can_answer_handover(person(COLLEAGUE, OTHER), Kept(), asked)
    assert policy.can_answer_handover(person(COLLEAGUE, HOLDER), Kept(), asked).reason == "not_your_handover"
    assert policy.can_answer_handover(person(CUSTOMER, OTHER), Kept(), asked).reason == "not_your_handover"
    assert policy.can_answer_handover(VISITOR, Kept(), asked).reason == "sign_in_first"
    named = Asked(to_person_id=COLLEAGUE)
    assert policy.can_answer_handover(person(COLLEAGUE, OTHER), Kept(), named)
    assert policy.can_answer_handover(person(AGENT, OTHER), Kept(), named).reason == "not_your_handover"
    over = Asked(state="refused")
    assert policy.can_answer_handover(person(COLLEAGUE, OTHER), Kept(), over).reason == "handover_answered"
    assert policy.can_withdraw_handover(person(AGENT, HOLDER), Kept(), over).reason == "handover_answered"


def test_the_front_desk_decides_about_what_it_was_asked_and_never_about_its_own() -> None:
    waiting = Kept(arbiter_since=NOW)
    assert policy.can_assign(at_the_front_desk(COLLEAGUE), waiting)
    assert policy.can_assign(at_the_front_desk(COLLEAGUE), Kept()).reason == "front_desk_only"
    assert policy.can_assign(at_the_front_desk(CUSTOMER), waiting).reason == "front_desk_only"
    assert policy.can_assign(person(AGENT, HOLDER), waiting).reason == "front_desk_only"
    assert policy.can_assign(person(COLLEAGUE, DESK, kind="front_desk", role="reader"), waiting).reason


def test_two_cases_of_one_customer_become_one() -> None:
    agent = person(AGENT, HOLDER)
    assert policy.can_merge(agent, Kept(), Kept(id=6))
    assert policy.can_merge(agent, Kept(), Kept()).reason == "merge_same_case"
    assert policy.can_merge(agent, Kept(), Kept(id=6, asker_id=99)).reason == "merge_other_customer"
    assert policy.can_merge(agent, Kept(), Kept(id=6, state="closed")).reason == "case_over"


def test_a_quote_is_taken_back_by_who_made_it() -> None:
    assert policy.can_withdraw_quote(person(AGENT, HOLDER), Kept(), Asked())
    assert policy.can_withdraw_quote(person(AGENT, HOLDER), Kept(), Asked(organisation_id=OTHER)).reason == (
        "not_your_quote"
    )


def test_a_question_goes_on_in_private_for_its_asker_and_for_moderators() -> None:
    question = Kept()  # of a question, too, the rule looks at who asked
    moderator = Actor(kind="person", person_id=AGENT, rights=frozenset({"moderator"}))
    assert policy.can_go_on_in_private(person(CUSTOMER), question)  # type: ignore[arg-type]
    assert policy.can_go_on_in_private(moderator, question)  # type: ignore[arg-type]
    assert policy.can_go_on_in_private(person(AGENT), question).reason == "not_the_asker"  # type: ignore[arg-type]
    assert policy.can_go_on_in_private(VISITOR, question).reason == "sign_in_first"  # type: ignore[arg-type]


def test_visitors_and_the_suspended_open_nothing() -> None:
    assert policy.can_open(VISITOR).reason == "sign_in_first"
    assert policy.can_open(Actor(kind="person", person_id=CUSTOMER, is_suspended=True)).reason == "account_suspended"
    assert policy.can_open(person(CUSTOMER))
    assert policy.can_open_for_others(person(CUSTOMER)).reason == "helpers_only"
