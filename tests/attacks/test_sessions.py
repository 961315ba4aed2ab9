"""W9: each way in which a session ends, asked at another worker: the very next request there is a visitor's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Person
from app.accounts.models import Session as SessionRow
from app.config import Config
from app.db import db
from tests.accounts.make import PASSWORD
from tests.attacks.sizes import hold, must_fail
from tests.cast import Cast, sign_in, submit
from tests.support.databases import create_app

NEW = "four quiet boats at noon"


def _sign_out(client: FlaskClient, _person: Person) -> None:
    submit(client, "/sign-out")


def _new_password(client: FlaskClient, person: Person) -> None:
    fields = {"current": PASSWORD, "current_password": PASSWORD, "password": NEW}
    assert submit(_other_browser(client, person), "/settings/password", **fields).status_code == 303


def _ended_elsewhere(client: FlaskClient, person: Person) -> None:
    assert submit(_other_browser(client, person), "/settings/sessions/end-others").status_code == 303


def _may_not_sign_in(_client: FlaskClient, person: Person) -> None:
    person.can_sign_in = False


def _erased(_client: FlaskClient, person: Person) -> None:
    person.erased_at = clock.now()


def _past_its_end(_client: FlaskClient, person: Person) -> None:
    db.session.execute(sa.update(SessionRow).where(SessionRow.person_id == person.id).values(expires_at=clock.now()))


def _other_browser(client: FlaskClient, person: Person) -> FlaskClient:
    other = client.application.test_client()
    sign_in(other, person)
    return other


ENDS: dict[str, Callable[[FlaskClient, Person], None]] = {
    "signing out": _sign_out,
    "a new password": _new_password,
    "ended from another browser": _ended_elsewhere,
    "barred": _may_not_sign_in,
    "erased": _erased,
    "past its end": _past_its_end,
}


@pytest.mark.commits
@pytest.mark.long
def test_a_session_that_ended_is_over_at_every_worker(app: Flask, database: Session, cast: Cast) -> None:
    config: Config = app.extensions["samen.config"]
    url = db.engine.url.render_as_string(hide_password=False)
    worker = create_app(replace(config, database_url=url))
    name, still_in, were_in = app.config["SESSION_COOKIE_NAME"], [], 0

    def is_in(cookie: str) -> bool:
        elsewhere = FlaskClient(worker, worker.response_class)
        elsewhere.set_cookie(name, cookie)
        return elsewhere.get("/mine").status_code == 200

    people = [cast.customer, cast.peer, cast.agent, cast.partner, cast.rival, cast.outsider]
    for (how, end), person in zip(ENDS.items(), people, strict=True):
        client = app.test_client()
        sign_in(client, person)
        db.session.commit()
        kept = client.get_cookie(name)
        assert kept is not None
        were_in += is_in(kept.value)
        end(client, person)
        db.session.commit()
        still_in += [how] if is_in(kept.value) else []
    with worker.app_context():
        db.engine.dispose()

    what = f"{len(ENDS)} ways in which a session ends, the old cookie at another worker: still in"
    hold("W9", what, len(still_in), "0", held=not still_in, details=still_in)
    must_fail("W9", "the same cookies before: in", were_in, fails=were_in == len(ENDS))
