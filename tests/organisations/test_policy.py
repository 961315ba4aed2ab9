"""Who may keep an organisation, and who may let whom act: one line each, without a database."""

from __future__ import annotations

from datetime import UTC, datetime

from app.actor import VISITOR, Actor, Represented, Seat
from app.community.models.posts import Answer, Question
from app.community.policy import can_confirm
from app.organisations import policy
from app.organisations.acting_models import Engagement, Representation
from app.organisations.models import Membership

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PRINCIPAL, AGENCY = 1, 2
OWNER, MANAGER, MEMBER = 11, 12, 13


def person(person_id: int, role: str, organisation_id: int = PRINCIPAL) -> Actor:
    """Return somebody with this role at an organisation, in person."""
    seat = Seat(organisation_id, "An organisation", "service", role)
    return Actor(kind="person", person_id=person_id, session_id=1, seats=(seat,))


def seat_of(person_id: int, role: str) -> Membership:
    return Membership(person_id=person_id, organisation_id=PRINCIPAL, role=role)


def test_owners_give_every_role_and_managers_those_below_them() -> None:
    assert policy.can_give_role(person(OWNER, "owner"), PRINCIPAL, "owner")
    assert policy.can_give_role(person(MANAGER, "manager"), PRINCIPAL, "reader")
    assert policy.can_give_role(person(MANAGER, "manager"), PRINCIPAL, "manager").reason == "owners_only"
    assert policy.can_give_role(person(MEMBER, "member"), PRINCIPAL, "reader").reason == "managers_only"
    assert policy.can_give_role(person(OWNER, "owner"), AGENCY, "reader").reason == "managers_only"


def test_nobody_changes_her_own_seat() -> None:
    assert policy.can_change_seat(person(OWNER, "owner"), seat_of(MEMBER, "member"))
    assert policy.can_change_seat(person(OWNER, "owner"), seat_of(OWNER, "owner")).reason == "own_seat"
    assert policy.can_change_seat(person(MANAGER, "manager"), seat_of(OWNER, "owner")).reason == "owners_only"
    assert policy.can_give_up(seat_of(OWNER, "owner"), other_owners=0).reason == "last_owner"
    assert policy.can_give_up(seat_of(OWNER, "owner"), other_owners=1)


def test_an_engagement_is_accepted_once_by_who_leads_the_agency_and_ended_by_either() -> None:
    offered = Engagement(principal_organisation_id=PRINCIPAL, agency_organisation_id=AGENCY)
    assert policy.can_accept_engagement(person(OWNER, "owner", AGENCY), offered)
    assert policy.can_accept_engagement(person(OWNER, "owner"), offered).reason == "managers_only"
    assert policy.can_end_engagement(person(OWNER, "owner"), offered)
    assert policy.can_end_engagement(person(MANAGER, "manager", AGENCY), offered)
    assert policy.can_end_engagement(person(MEMBER, "member", AGENCY), offered).reason == "managers_only"
    offered.accepted_at = NOW
    assert policy.can_accept_engagement(person(OWNER, "owner", AGENCY), offered).reason == "answered_before"
    offered.ended_at = NOW
    assert policy.can_end_engagement(person(OWNER, "owner"), offered).reason == "ended_before"


def test_a_representation_is_consented_to_by_her_alone_and_ended_by_either() -> None:
    asked = Representation(person_id=OWNER, by_person_id=MEMBER)
    assert policy.can_consent(person(OWNER, "member"), asked)
    assert policy.can_consent(person(MEMBER, "member"), asked).reason == "not_yours_to_consent"
    assert policy.can_end_representation(person(MEMBER, "member"), asked)
    assert policy.can_end_representation(person(OWNER, "member"), asked)
    assert policy.can_end_representation(person(MANAGER, "owner"), asked).reason == "not_yours_to_consent"
    assert policy.can_end_representation(VISITOR, asked).reason == "sign_in_first"
    asked.ended_at = NOW
    assert policy.can_end_representation(person(OWNER, "member"), asked).reason == "ended_before"
    assert policy.can_consent(person(OWNER, "member"), asked).reason == "answered_before"


def test_who_acts_for_the_asker_does_not_call_her_own_answer_the_solution() -> None:
    question = Question(id=1, asker_id=OWNER, audience="public")
    helper = Actor(
        kind="person",
        person_id=MEMBER,
        representing_person_id=OWNER,
        represents=(Represented(OWNER, "Carla", "carla", frozenset({"questions"})),),
    )
    assert can_confirm(helper, question, Answer(question_id=1, author_id=MANAGER))
    assert can_confirm(helper, question, Answer(question_id=1, author_id=MEMBER)).reason == "own_answer"
