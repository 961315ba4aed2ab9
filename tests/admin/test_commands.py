"""The first operator, from the keyboard."""

from __future__ import annotations

from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import db
from app.outbox.models import DomainEvent
from tests.accounts import make as accounts


def appoint(app: Flask, email: str) -> Result:
    db.session.commit()
    return app.test_cli_runner().invoke(args=["people", "appoint", email])


def test_who_sits_at_the_machine_makes_the_first_operator(app: Flask, database: Session) -> None:
    person = accounts.person("Olga", email="olga@example.org")

    said = appoint(app, "Olga@Example.org")

    assert (said.exit_code, "is an operator" in said.output) == (0, True)
    database.refresh(person)
    assert (person.is_operator, person.is_moderator) == (True, False)
    (fact,) = database.scalars(select(DomainEvent).where(DomainEvent.kind == "right_changed"))
    assert (fact.actor_kind, fact.payload["right"]) == ("system", "operator")


def test_nobody_is_made_an_operator_who_cannot_sign_in(app: Flask, database: Session) -> None:
    person = accounts.person("Ex", email="ex@example.org", can_sign_in=False)

    refused = [appoint(app, email) for email in ("ex@example.org", "stranger@example.org", "nonsense")]

    assert [said.exit_code for said in refused] == [1, 1, 1]
    assert ["Sign up" in said.output for said in refused] == [True, True, False]
    database.refresh(person)
    assert not person.is_operator
