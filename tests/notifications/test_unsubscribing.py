"""The link in letters: opening it changes nothing, pressing it stops the mail, and it can do no more than that."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.db import db
from app.notifications.models import Notice, NoticePreference
from app.notifications.tokens import unsubscribe_token
from tests.cast import Cast
from tests.community import make as community


@pytest.fixture
def link(cast: Cast) -> str:
    question = community.question(cast.customer)
    return f"/unsubscribe/{unsubscribe_token(cast.customer.id, question.id)}"


def wish() -> str | None:
    db.session.expire_all()
    return db.session.scalar(sa.select(NoticePreference.mail))


def test_opening_the_page_changes_nothing(client: FlaskClient, link: str) -> None:
    page = client.get(link)

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Carla" not in page.text
    assert wish() is None


def test_one_press_of_a_mail_program_stops_all_mail(client: FlaskClient, link: str) -> None:
    answer = client.post(link, data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert wish() == "off"


def test_quiet_hours_stay_when_the_way_changes(client: FlaskClient, cast: Cast, link: str) -> None:
    row = {"person_id": cast.customer.id, "mail": "immediately", "changed_at": cast.customer.created_at}
    db.session.add(NoticePreference(quiet_from=22, quiet_until=7, **row))

    client.post(link, data={"choice": "daily"})

    kept = db.session.scalars(sa.select(NoticePreference)).one()
    assert (kept.mail, kept.quiet_from, kept.quiet_until) == ("daily", 22, 7)


def test_one_question_can_be_muted(client: FlaskClient, link: str) -> None:
    client.post(link, data={"choice": "mute"})

    assert db.session.scalars(sa.select(Notice)).one().muted_at is not None
    assert wish() is None


@pytest.mark.parametrize("choice", ["immediately", "", "everything"])
def test_link_cannot_do_anything_else(client: FlaskClient, link: str, choice: str) -> None:
    assert client.post(link, data={"choice": choice}).status_code == 404
    assert wish() is None


@pytest.mark.parametrize(
    "spoil",
    [
        # Not the last letter: it has bits to spare, so another one may stand for the same signature.
        lambda link: link[:-2] + ("A" if link[-2] != "A" else "B") + link[-1],
        lambda link: link + "x",
    ],
)
def test_forged_link_is_no_page(client: FlaskClient, link: str, spoil) -> None:
    assert client.get(spoil(link)).status_code == 404
    assert client.post(spoil(link)).status_code == 404
    assert wish() is None


def test_who_is_forgotten_has_no_wish(client: FlaskClient, cast: Cast, link: str) -> None:
    cast.customer.erased_at = cast.customer.created_at

    assert client.post(link).status_code == 404
    assert wish() is None
