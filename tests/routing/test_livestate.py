"""The state in a process: catches up over numbered changes, is the same whichever way it came to be."""

from __future__ import annotations

import numpy as np
import pytest

from app.community.models.posts import Answer
from app.community.services import answering, judging
from app.db import db
from app.providers.services import change_skills
from app.ranking.features import features, topic_answers
from app.ranking.need import need_of
from app.ranking.protocol import plain
from app.ranking.snapshot import state_bytes
from app.routing import livestate, rows, upkeep
from app.routing.deciding import need_of_question
from app.routing.models import Change, StoredState
from tests.cast import acting
from tests.community import make as community
from tests.routing import make


def seen(state) -> dict[int, list[float]]:
    """Return the factors of every provider by id, for one need."""
    need = need_of(state, at=1_772_443_800.0, asker=-1, title="Meter reading", body="Which number?")
    return dict(zip(state.providers["id"].tolist(), features(state, need).round(9).tolist(), strict=True))


def current():
    return livestate.up_to_date(db.session()).state


def rebuilt():
    return livestate.build(db.session())[0]


def test_a_web_process_never_builds_from_history(cast):
    make.past(cast, cast.peer, answers=3)

    assert current().events == 0


def test_a_process_begins_with_the_stored_state(cast):
    make.past(cast, cast.peer, answers=3)
    make.learn_history()

    assert seen(current()) == seen(rebuilt())


def test_catching_up_gives_what_building_anew_gives(cast):
    make.past(cast, cast.peer, answers=3, accepted=1)
    make.learn_history()
    current()
    question = make.ask(cast)
    answer = post(cast.agent, question)
    judging.accept(acting(cast.customer), question, answer)
    judging.vote(acting(cast.peer), answer, 1)

    make.catch_up()

    new, built = seen(current()), seen(rebuilt())
    assert new.keys() == built.keys()
    for provider, factors in new.items():
        np.testing.assert_allclose(factors, built[provider], atol=1e-6)


def test_taking_a_change_in_twice_does_no_harm(cast):
    make.past(cast, cast.peer, answers=2)
    make.learn_history()
    question = make.ask(cast)
    judging.accept(acting(cast.customer), question, post(cast.peer, question))
    make.catch_up()
    state = current()
    before = state_bytes(state)

    livestate.reconcile(db.session(), state, [question.id])

    assert state_bytes(state) == before


def test_an_acceptance_taken_back_and_an_answer_gone_are_taken_back(cast):
    question = make.ask(cast)
    answer = post(cast.peer, question)
    judging.accept(acting(cast.customer), question, answer)
    state = rebuilt()
    row = state.provider_row[cast.peer_provider.id]
    assert (state.providers["accepted"][row], state.providers["answers"][row]) == (1, 1)

    judging.unaccept(acting(cast.customer), question)
    livestate.reconcile(db.session(), state, [question.id])
    assert state.providers["accepted"][row] == 0

    db.session.execute(db.delete(Answer).where(Answer.id == answer.id))
    livestate.reconcile(db.session(), state, [question.id])
    assert state.providers["answers"][row] == 0


def test_numbers_are_given_once_and_without_gaps(cast):
    question = make.ask(cast)
    db.session.add_all(
        Change(key=f"k{n}", help_request_id=question.id, recorded_at=question.created_at) for n in range(5)
    )
    db.session.flush()

    upkeep.number_changes()
    db.session.add(Change(key="late", help_request_id=question.id, recorded_at=question.created_at))
    db.session.flush()
    upkeep.number_changes()

    numbers = db.session.scalars(db.select(Change.number).order_by(Change.id)).all()
    assert list(numbers) == list(range(1, len(numbers) + 1))


def test_a_change_without_a_number_is_not_seen_yet(cast):
    make.learn_history()
    question = make.ask(cast)
    db.session.add(Change(key="k", help_request_id=question.id, recorded_at=question.created_at))
    db.session.flush()

    assert question.id not in current().request_row
    upkeep.number_changes()
    assert question.id in current().request_row


def test_a_newer_stored_state_replaces_the_one_in_memory(cast):
    make.learn_history()
    first = livestate.up_to_date(db.session()).key
    make.past(cast, cast.peer, answers=1)
    make.learn_history()

    mine = livestate.up_to_date(db.session())

    assert mine.key != first
    assert mine.state.events > 0


def test_a_restored_backup_is_noticed(cast):
    make.learn_history()
    question = make.ask(cast)
    make.catch_up()
    current()
    db.session.execute(db.update(Change).values(key="of another past"))
    db.session.execute(db.update(Change).values(number=None))

    assert question.id not in current().request_row


def test_states_and_changes_that_nobody_needs_go(cast):
    for _round in range(4):
        make.ask(cast)
        make.catch_up()
        make.learn_history()

    assert db.session.scalar(db.select(db.func.count()).select_from(StoredState)) == 2
    oldest = db.session.scalar(db.select(db.func.min(StoredState.number)))
    assert db.session.scalar(db.select(db.func.min(Change.number))) > oldest


def test_a_damaged_state_is_replaced_by_the_worker(cast):
    make.past(cast, cast.peer, answers=2)
    make.learn_history()
    db.session.execute(db.update(StoredState).values(content=b"damaged"))

    assert current().events == 0
    upkeep.store_when_due()

    assert current().events > 0


def test_the_worker_stores_only_when_due(cast, clock):
    upkeep.store_when_due()
    stored = db.session.scalar(db.select(db.func.count()).select_from(StoredState))
    upkeep.store_when_due()
    assert db.session.scalar(db.select(db.func.count()).select_from(StoredState)) == stored == 1

    clock.shift(86_401)
    upkeep.store_when_due()
    assert db.session.scalar(db.select(db.func.count()).select_from(StoredState)) == 2


def test_a_question_without_tags_counts_for_its_category():
    assert rows.topics_of([], 7) == (-7,)
    assert rows.topics_of([9, 3], 7) == (3, 9)


@pytest.mark.parametrize("source_format", ["markdown", "html"])
def test_evaluation_and_asking_read_the_same_words(cast, source_format):
    question = community.question(cast.customer, title="A <b>meter</b>", body="<p>two &amp; three</p>")
    question.source_format = source_format
    db.session.flush()
    state = rebuilt()

    live = need_of_question(state, question, tag_ids=[], now=question.created_at)
    measured = need_of(
        state,
        at=question.created_at.timestamp(),
        asker=cast.customer.id,
        title=question.title,
        body=plain(question.body, source_format),
        topics=(-question.category_id,),
        request=question.id,
    )

    assert live.counts == measured.counts
    np.testing.assert_array_equal(features(state, live), features(state, measured))


def post(author, question) -> Answer:

    return answering.post_answer(
        acting(author), question, text=make.composed("Send the first number, without decimals.")
    )


def test_what_somebody_says_she_knows_reaches_every_process(cast):
    meter = community.tag("meter")
    make.past(cast, cast.peer, answers=3, tag=meter)
    make.learn_history()
    question = make.ask(cast, tags=("meter",))
    partner = cast.partner_provider.id

    def share() -> float:
        state = current()
        need = need_of_question(state, question, tag_ids=[meter.id], now=question.created_at)
        found = topic_answers(state, need).tolist()
        return dict(zip(state.providers["id"].tolist(), found, strict=True)).get(partner, 0)

    assert share() == 0
    change_skills(acting(cast.partner, for_organisation=cast.plumbers), ["meter"])
    make.catch_up()
    upkeep.store_when_due()
    assert share() > 0

    change_skills(acting(cast.partner, for_organisation=cast.plumbers), [])
    make.catch_up()
    upkeep.store_when_due()
    assert share() == 0
