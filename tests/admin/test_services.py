"""Rules that hold whoever is first: somebody is always left to run the installation."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.admin import services
from app.db import db, transaction
from app.errors import NotAllowed
from app.organisations.identify import actor_of
from app.outbox.models import DomainEvent
from tests.accounts import make as accounts
from tests.cast import Cast
from tests.support.processes import together


@pytest.mark.commits
def test_two_operators_who_remove_each_other_do_not_both_succeed(app: Flask, database: Session) -> None:
    ids = [accounts.person(name, is_operator=True).id for name in ("One", "Two")]
    database.commit()

    def remove_the_other(number: int) -> bool:
        with transaction() as session:
            actor = actor_of(session.get_one(Person, ids[number]))
            try:
                services.take_right(actor, session.get_one(Person, ids[1 - number]), "operator")
            except NotAllowed:
                return False
        return True

    done = together(app, remove_the_other, processes=2)

    database.rollback()
    assert sorted(done) == [False, True]
    assert len(database.scalars(select(Person.id).where(Person.is_operator)).all()) == 1


def test_a_program_of_an_operator_runs_nothing(app: Flask, cast: Cast) -> None:
    program = actor_of(cast.operator, kind="token", scopes=frozenset({"read", "write"}))

    for act in (services.suspend, services.unsuspend):
        with pytest.raises(NotAllowed):
            act(program, cast.customer)
    with pytest.raises(NotAllowed):
        services.give_right(program, cast.outsider, "operator")
    with pytest.raises(NotAllowed):
        services.retry_all(program)


def test_giving_a_right_twice_is_one_change(app: Flask, cast: Cast) -> None:
    actor = actor_of(cast.operator)

    services.give_right(actor, cast.customer, "curator")
    services.give_right(actor, cast.customer, "curator")

    assert db.session.scalar(select(Person.is_curator).where(Person.id == cast.customer.id))
    assert db.session.scalars(select(DomainEvent.kind)).all() == ["right_changed"]
