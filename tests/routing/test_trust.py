"""Trust in the product: who is known, whose confirmation weighs what, and that it is said in plain words."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import update

from app import clock
from app.accounts.models import Person
from app.community.models.posts import Answer
from app.community.services import answering, judging
from app.db import db
from app.organisations.models import Membership
from app.ranking.credence import Known, weighed_verdicts
from app.routing import livestate
from app.routing.knowing import known_people, source_of
from app.routing.services import latest_decision
from tests.accounts import make as accounts
from tests.cast import acting, sign_in
from tests.community import make as community
from tests.organisations import make as organisations
from tests.routing import make

SUMS = ("known_judged", "known_accepted", "unknown_judged", "unknown_accepted", "accepted", "judged")


def known() -> Known:
    return known_people(db.session())


def rebuilt():
    return livestate.build(db.session())[0]


def sums(state, provider) -> list[float]:
    row = state.provider_row[provider.id]
    return [float(state.providers[name][row]) for name in SUMS]


def helped_by_strangers(cast, count: int) -> None:
    """Let that many fresh accounts each ask once, and confirm the peer's answer."""
    for number in range(count):
        stranger = accounts.person(f"Stranger {number}", email="")
        question = community.question(stranger, title=f"Meter reading {number}", body="Which number?")
        answer = community.answer(question, cast.peer)
        question.accepted_answer_id, question.accepted_at = answer.id, answer.created_at
        answer.accepted_at = answer.created_at
    db.session.flush()  # read by the next build


@pytest.mark.parametrize("role", ["operator", "moderator", "curator"])
def test_people_with_rights_are_known_by_themselves(cast, role):
    person = getattr(cast, role)

    assert (person.id, person.id) in known().seats


def test_a_seat_at_an_organisation_makes_known_and_counts_for_it(cast):
    found = known()

    assert (cast.agent.id, source_of(cast.waterworks.id)) in found.seats
    owners = dict(found.owners)
    assert owners[cast.agent_provider.id] == owners[cast.desk_provider.id] == source_of(cast.waterworks.id)
    assert owners[cast.peer_provider.id] == cast.peer.id


@pytest.mark.parametrize("role", ["customer", "peer", "outsider", "suspended"])
def test_everybody_else_is_not(cast, role):
    found, person = known(), getattr(cast, role)

    assert person.id not in {one for one, _ in found.seats}
    assert person.id not in found.imported


def test_who_is_suspended_or_whose_seat_has_ended_is_no_longer_known(cast):
    cast.moderator.suspended_at = clock.now()
    membership = organisations.membership(cast.peer, cast.energy)
    membership.ended_at = clock.now()
    cast.plumbers.closed_at = clock.now()
    db.session.flush()  # read by the query

    people = {one for one, _ in known().seats}

    assert not people & {cast.moderator.id, cast.peer.id, cast.partner.id}


def test_imported_people_are_known_by_their_operator(cast):
    imported = accounts.person("Ina Import", email="", source="archive", source_key="17")

    assert known().imported == (imported.id,)


def test_where_nobody_is_verified_everything_counts_as_it_is(cast):
    helped_by_strangers(cast, 30)
    db.session.execute(update(Person).values(is_operator=False, is_moderator=False, is_curator=False))
    db.session.execute(update(Membership).values(ended_at=clock.now()))

    state = rebuilt()

    solved, judged = weighed_verdicts(state, share=0.2)
    assert solved.tolist() == state.providers["accepted"].tolist()
    assert judged.tolist() == state.providers["judged"].tolist()


def test_thirty_strangers_count_for_a_few_and_a_known_person_in_full(cast):
    helped_by_strangers(cast, 30)
    state = rebuilt()
    row = state.provider_row[cast.peer_provider.id]
    before = weighed_verdicts(state, share=0.2)[0][row]
    assert state.providers["accepted"][row] == 30
    assert before < 15

    question = community.question(cast.moderator)
    answer = community.answer(question, cast.peer)
    judging.accept(acting(cast.moderator), question, answer)
    livestate.reconcile(db.session(), state, [question.id])

    assert state.providers["known_accepted"][row] == 1


def test_whom_a_known_person_confirmed_is_trusted_after_the_next_upkeep(cast):
    question = community.question(cast.operator)
    judging.accept(acting(cast.operator), question, community.answer(question, cast.peer))

    words = rebuilt().words

    assert words[cast.operator.id] == 1
    assert 0.5 < words[cast.peer.id] <= 1
    assert cast.outsider.id not in words


def test_taking_a_confirmation_back_leaves_nothing_behind(cast):
    question = community.question(cast.moderator)
    answer = community.answer(question, cast.peer)
    state = rebuilt()
    before = sums(state, cast.peer_provider)

    judging.accept(acting(cast.moderator), question, answer)
    livestate.reconcile(db.session(), state, [question.id])
    during = sums(state, cast.peer_provider)
    judging.unaccept(acting(cast.moderator), question)
    livestate.reconcile(db.session(), state, [question.id])

    assert during != before
    assert sums(state, cast.peer_provider) == before


def test_catching_up_weighs_confirmations_as_building_anew_does(cast):
    question = community.question(cast.moderator)
    state = rebuilt()
    answer = answering.post_answer(acting(cast.peer), question, text=make.composed())
    judging.accept(acting(cast.moderator), question, answer)

    livestate.reconcile(db.session(), state, [question.id])

    assert sums(state, cast.peer_provider) == sums(rebuilt(), cast.peer_provider)


def test_who_confirmed_in_place_of_the_asker_is_whose_word_counts(cast):
    question = community.question(cast.outsider)
    answer = community.answer(question, cast.peer)
    answer.accepted_at, answer.accepted_by_id = answer.created_at, cast.moderator.id
    db.session.flush()  # read by the build
    state = rebuilt()
    row = state.provider_row[cast.peer_provider.id]
    assert state.providers["known_accepted"][row] == 1

    db.session.execute(update(Answer).where(Answer.id == answer.id).values(accepted_by_id=cast.customer.id))
    livestate.reconcile(db.session(), state, [question.id])

    assert state.providers["known_accepted"][row] == 0
    assert state.providers["accepted"][row] == 1


def test_why_says_that_strangers_count_less_and_the_count_as_it_is(client, cast):
    helped_by_strangers(cast, 30)
    make.learn_history()
    question = make.ask(cast)
    sign_in(client, cast.customer)

    page = f"/decisions/{latest_decision(question.id).id}/why"
    english, dutch = (client.get(page, headers={"Accept-Language": code}).text for code in ("en", "nl"))

    assert "30 of 30 confirmations come from accounts nobody knows yet" in english
    assert "Solved 30 of 30 questions." in english
    assert "30 van de 30 bevestigingen komen van accounts die nog niemand kent" in dutch


def test_why_is_silent_where_strangers_count_in_full(client, cast):
    helped_by_strangers(cast, 3)
    make.learn_history()
    question = make.ask(cast)
    sign_in(client, cast.customer)

    page = client.get(f"/decisions/{latest_decision(question.id).id}/why").text

    assert "nobody knows yet" not in page


def test_a_stored_decision_computes_to_the_same_with_weighed_verdicts(cast):
    helped_by_strangers(cast, 30)
    make.learn_history()
    decision = latest_decision(make.ask(cast).id)
    row = next(each for each in decision.candidates["rows"] if each["provider"] == cast.peer_provider.id)

    assert row["record"]["confirmed"] < 15
    assert row["known"]["confirmed"] == 30
    assert np.isfinite(row["value"])
