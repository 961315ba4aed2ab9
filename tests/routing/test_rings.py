"""Rings and loops in the product: found once a day, shown to moderators with what speaks for it, and nothing more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.community.models.posts import Answer
from app.community.models.shelves import Category
from app.db import db
from app.errors import Conflict, NotAllowed
from app.organisations.models import Organisation
from app.privacy.rights import erase_person, export_person
from app.routing import rings
from app.routing.ring_models import RingFinding, RingMember
from tests.accounts import make as accounts
from tests.cast import acting, sign_in, submit
from tests.community import make as community
from tests.organisations import make as organisations
from tests.providers import make as providers
from tests.routing import make


@pytest.fixture
def ring(cast) -> RingFinding:
    made = RingFinding(
        kind="ring",
        evidence=make.RING_EVIDENCE,
        found_at=clock.now(),
        seen_at=clock.now(),
        note="",
        members=[
            RingMember(person_id=cast.outsider.id, confirms=True, is_confirmed=False),
            RingMember(person_id=cast.customer.id, confirms=True, is_confirmed=False),
            RingMember(person_id=cast.peer.id, confirms=False, is_confirmed=True),
        ],
    )
    db.session.add(made)
    db.session.flush()  # read by the pages
    return made


def helped(shelf: Category, asker, helper, *, days_ago: float, organisation: Organisation | None = None) -> Answer:
    """Let somebody have asked, and confirmed the answer."""
    at = clock.now() - timedelta(days=days_ago)
    question = community.question(asker, category=shelf, created_at=at)
    answer = community.answer(
        question, helper, created_at=at, acting_for_organisation_id=organisation and organisation.id
    )
    answer.accepted_at = at
    return answer


def planted_ring() -> tuple[list[int], list[int]]:
    """Let honest people confirm helpers over a year, and twelve accounts the same four within three days."""
    shelf = community.category()
    helpers = [accounts.person(f"Helper {number}", email="") for number in range(12)]
    for one in helpers:
        providers.provider(one)
    for number in range(10):
        asker = accounts.person(f"Honest {number}", email="")
        for turn in range(3):
            helped(shelf, asker, helpers[(5 * number + turn) % 12], days_ago=11 * (3 * number + turn) + 40)
    members = [accounts.person(f"Member {number}", email="") for number in range(12)]
    for number, member in enumerate(members):
        for turn in range(4):
            helped(shelf, member, helpers[turn], days_ago=3 - number / 6)
    db.session.flush()  # read by the build
    return [one.id for one in members], [one.id for one in helpers[:4]]


def test_a_planted_ring_is_found_once_and_named(cast):
    members, praised = planted_ring()
    make.learn_history()

    rings.look_for_rings()
    rings.look_for_rings()

    (found,) = db.session.scalars(db.select(RingFinding)).all()
    assert found.kind == "ring"
    assert {one.person_id for one in found.members if one.confirms} == set(members)
    assert {one.person_id for one in found.members if one.is_confirmed} == set(praised)


def test_what_is_found_again_stays_looked_at(cast):
    planted_ring()
    make.learn_history()
    rings.look_for_rings()
    (found,) = db.session.scalars(db.select(RingFinding)).all()
    rings.look_at(acting(cast.moderator), found, note="A club of friends.")

    rings.look_for_rings()

    assert rings.waiting(acting(cast.moderator)) == 0


def test_a_quiet_community_has_no_ring(cast):
    make.past(cast, cast.peer, answers=9, accepted=6)
    make.learn_history()

    rings.look_for_rings()

    assert db.session.scalars(db.select(RingFinding)).all() == []


def test_partners_whose_staff_praise_each_other_are_found_as_a_loop(cast):
    shelf = community.category()
    pairs = ((cast.waterworks, cast.agent, cast.partner), (cast.plumbers, cast.partner, cast.agent))
    for number in range(5):
        for organisation, helper, asker in pairs:
            helped(shelf, asker, helper, days_ago=number, organisation=organisation)
    db.session.flush()  # read by the build
    make.learn_history()

    rings.look_for_rings()

    (found,) = db.session.scalars(db.select(RingFinding)).all()
    assert found.kind == "loop"
    assert {one.organisation_id for one in found.members} == {cast.waterworks.id, cast.plumbers.id}
    assert found.evidence["inside"] == 10


@pytest.mark.parametrize("role", ["moderator", "operator"])
def test_those_who_keep_the_place_in_order_read_what_speaks_for_it(client, cast, ring, role):
    sign_in(client, getattr(cast, role))

    page = client.get("/moderation/rings")

    assert page.status_code == 200
    assert "2 accounts gave 6 of their 7 confirmations to the same 1 people" in page.text
    assert "Otto Outsider" in page.text
    assert "weighs 4% of" in page.text


def test_the_page_is_in_dutch_for_a_dutch_reader(client, cast, ring):
    sign_in(client, cast.moderator)

    page = client.get("/moderation/rings", headers={"Accept-Language": "nl"}).text

    assert "Groepen die elkaar bevestigen" in page
    assert "2 accounts gaven 6 van hun 7 bevestigingen" in page


def test_a_loop_of_organisations_is_shown_with_their_names(client, cast):
    organisation = organisations.organisation("Ring & Sons", kind="partner")
    members = [RingMember(organisation_id=organisation.id, confirms=True, is_confirmed=True)]
    evidence = {"inside": 80, "received": 300}
    now = clock.now()
    loop = RingFinding(kind="loop", evidence=evidence, found_at=now, seen_at=now, note="", members=members)
    db.session.add(loop)
    db.session.flush()  # read by the page
    sign_in(client, cast.moderator)

    page = client.get("/moderation/rings").text

    assert "Ring &amp; Sons" in page
    assert "80 of the 300 cases" in page


@pytest.mark.parametrize("role", ["customer", "agent", "partner", "curator"])
def test_to_others_the_page_and_the_finding_are_absent(client, cast, ring, role):
    sign_in(client, getattr(cast, role))

    assert client.get("/moderation/rings").status_code == 404
    assert submit(client, f"/moderation/rings/{ring.id}/looked-at", words="Mine.").status_code == 404


def test_a_visitor_is_sent_to_sign_in(client, cast):
    assert "/sign-in" in client.get("/moderation/rings").headers["Location"]


def test_where_nothing_was_found_the_page_says_so(client, cast):
    sign_in(client, cast.moderator)

    assert "Nothing was found" in client.get("/moderation/rings").text
    assert "/moderation/rings" not in client.get("/moderation").text


def test_moderators_are_told_that_something_waits(client, cast, ring):
    sign_in(client, cast.moderator)

    assert "1 finding waits for somebody to look at it." in client.get("/moderation").text


def test_a_note_is_kept_and_nobody_is_punished(client, cast, ring):
    sign_in(client, cast.moderator)

    answer = submit(client, f"/moderation/rings/{ring.id}/looked-at", words="  A club of   friends. ")

    assert answer.status_code == 303
    db.session.refresh(ring)
    assert (ring.note, ring.looked_at_by_id) == ("A club of friends.", cast.moderator.id)
    assert cast.outsider.suspended_at is None
    assert "A club of friends." in client.get("/moderation/rings").text


@pytest.mark.parametrize("words", ["", "   ", "x" * 301])
def test_a_note_without_words_or_with_too_many_is_refused(client, cast, ring, words):
    sign_in(client, cast.moderator)

    answer = submit(client, f"/moderation/rings/{ring.id}/looked-at", words=words)

    assert answer.status_code == 422
    db.session.refresh(ring)
    assert ring.looked_at is None


def test_a_finding_that_is_not_there_is_absent(client, cast):
    sign_in(client, cast.moderator)

    assert submit(client, "/moderation/rings/999999/looked-at", words="?").status_code == 404
    assert client.get("/moderation/rings/999999/looked-at").status_code in {404, 405}


def test_of_two_who_look_the_second_hears_it(cast, ring):
    rings.look_at(acting(cast.moderator), ring, note="Friends.")

    with pytest.raises(Conflict):
        rings.look_at(acting(cast.operator), ring, note="Fraud.")


def test_nobody_else_may_keep_a_note(cast, ring):
    with pytest.raises(NotAllowed):
        rings.look_at(acting(cast.curator), ring, note="Friends.")


def test_a_person_reads_that_she_was_found_and_is_forgotten_with_it(cast, ring):
    rings.look_at(acting(cast.moderator), ring, note="A club of friends.")

    held = export_person(cast.outsider.id)
    assert held["found_in_rings"][0]["note"] == "A club of friends."
    assert export_person(cast.moderator.id)["notes_on_rings"] == ["A club of friends."]

    erase_person(acting(cast.outsider), cast.outsider.id)
    assert db.session.scalars(db.select(RingMember).where(RingMember.person_id == cast.outsider.id)).all() == []
