"""Nobody is invited beyond what she takes: not by two decisions at once, nor by a job that is killed and run again."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.community.models.posts import Question
from app.db import db, transaction
from app.providers.models import Provider
from app.routing import modelstore, services, upkeep
from app.routing.models import Offer, RoutingDecision
from tests.community import make as community
from tests.routing import make
from tests.support.waiting import until


def open_offers(provider_id: int) -> int:
    return db.session.scalar(
        db.select(db.func.count()).select_from(Offer).where(Offer.provider_id == provider_id, Offer.state == "offered")
    )


@pytest.mark.commits
@pytest.mark.only_postgresql
def test_two_decisions_at_once_do_not_take_the_same_last_place(app, database, cast):
    make.past(cast, cast.peer, answers=12, accepted=8, days_ago=1)
    cast.peer_provider.most_open_offers = 1
    peer, shelf = cast.peer_provider.id, community.category()
    modelstore.in_force()  # there from now on, so that nobody waits for that
    asked = [community.question(cast.customer, title=f"Which reading {n}?", category=shelf).id for n in range(2)]
    database.commit()
    make.learn_history()

    def second() -> None:
        with app.app_context(), transaction() as session:
            services.route(session.get_one(Question, asked[1]))

    other = threading.Thread(target=second)
    with transaction() as session:
        services.route(session.get_one(Question, asked[0]))
        assert open_offers(peer) == 1
        other.start()
        # The other one has decided, without having seen our invitation, and waits for us to end.
        with db.engine.connect() as looking:
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            assert until(lambda: looking.exec_driver_sql(waiting).scalar(), seconds=10)
    other.join(20)

    database.expire_all()
    newest = database.scalars(db.select(RoutingDecision).where(RoutingDecision.help_request_id == asked[1])).one()
    assert peer in {row["provider"] for row in newest.candidates["rows"]}
    assert open_offers(peer) == 1


def test_a_turn_that_is_killed_leaves_everything_to_the_next(cast, database, clock):
    make.past(cast, cast.peer, answers=6, accepted=3, days_ago=1)
    make.learn_history()
    shelf = community.category()
    questions = [make.ask(cast, title=f"Which meter reading {n}?", category=shelf) for n in range(2)]
    clock.shift(timedelta(hours=49))
    before = {question.id: len(make.offers(question)) for question in questions}
    database.commit()

    def killed(_session: object) -> None:
        raise KeyboardInterrupt

    event.listen(db.session(), "before_commit", killed, once=True)
    with pytest.raises(KeyboardInterrupt):
        upkeep.expire_offers()

    for question in questions:
        assert {offer.state for offer in make.offers(question)} == {"offered"}
        assert services.latest_decision(question.id).purpose == "ask"
    upkeep.expire_offers()
    for question in questions:
        states = [offer.state for offer in make.offers(question)]
        assert states[: before[question.id]] == ["expired"] * before[question.id]
        assert services.latest_decision(question.id).purpose == "next"
        assert len({offer.provider_id for offer in make.offers(question)}) == len(states)


def test_a_question_for_which_nobody_had_room_is_not_forgotten(cast, database, clock):
    make.past(cast, cast.peer, answers=6, accepted=3, days_ago=1)
    everybody = db.session.scalars(db.select(Provider)).all()
    for each in everybody:
        each.most_open_offers = 0
    make.learn_history()
    shelf = community.category()
    full, answered = (make.ask(cast, title=f"Which meter reading {n}?", category=shelf) for n in range(2))
    community.answer(answered, cast.agent)
    database.commit()
    assert make.offers(full) == []

    upkeep.ask_for_the_waiting()  # too early
    assert services.latest_decision(full.id).purpose == "ask"
    clock.shift(timedelta(minutes=61))
    upkeep.ask_for_the_waiting()  # still nobody
    tried = services.latest_decision(full.id)
    assert (tried.purpose, make.offers(full)) == ("next", [])
    for each in everybody:
        each.most_open_offers = 1
    database.commit()
    clock.shift(timedelta(minutes=61))
    upkeep.ask_for_the_waiting()

    assert len(make.offers(full)) == 3
    assert make.offers(answered) == []
    again = services.latest_decision(full.id).id
    clock.shift(timedelta(hours=2))
    upkeep.ask_for_the_waiting()
    assert services.latest_decision(full.id).id == again  # somebody is invited: nothing waits
