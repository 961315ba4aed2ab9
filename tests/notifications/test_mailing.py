"""Letters about what happened: threads, one in ten minutes, quiet hours, one a day, and only of what she may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.community.models.posts import Question
from app.db import db
from app.mail import Letter, as_message, send_due_letters
from app.notifications import mailing, services
from app.organisations.models import Membership
from app.privacy.audiences import organisation_audience
from tests.accounts import make as accounts
from tests.cast import Cast, acting
from tests.community import make as community
from tests.notifications.make import answered, follow, notice_of
from tests.organisations import make as organisations
from tests.support.clock import NOW
from tests.support.processes import killed_at_each_step
from tests.support.smtp import MailServer, mail_server

Clock = time_machine.Traveller


@pytest.fixture
def question(cast: Cast) -> Question:
    cast.customer.interface_language = "nl"
    return community.question(cast.customer, title="How do I close the main tap?")


@pytest.fixture
def post(app: Flask, database: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """Give the application a real mail server, and a name as long as names are."""
    with mail_server() as server:
        config = replace(
            app.extensions["samen.config"], smtp_url=server.url, base_url="https://community.of-a-long-name.example.org"
        )
        monkeypatch.setitem(app.extensions, "samen.config", config)
        yield server


def letters() -> list[Letter]:
    """Write what is due, and return all letters to who asked or follows, the oldest first."""
    db.session.commit()
    mailing.write_due_letters()
    db.session.expire_all()
    of_carla = Letter.to_address.startswith("car")  # helpers follow what they answered, and get letters too
    return list(db.session.scalars(sa.select(Letter).where(of_carla).order_by(Letter.id)))


def test_letter_says_what_happened_and_why_in_her_language(cast: Cast, question: Question) -> None:
    answer = answered(question, cast.peer, body="Turn it a *quarter* to the left.")

    (letter,) = letters()

    assert letter.to_address.startswith("carla")
    assert letter.subject == "How do I close the main tap?"
    assert "Pete Peer heeft geantwoord." in letter.body
    assert "> Turn it a quarter to the left." in letter.body
    assert f"http://127.0.0.1:5000/a/{answer.id}\n" in letter.body
    assert "Jij stelde deze vraag." in letter.body
    assert letter.language == "nl"


def test_letters_about_one_question_are_a_thread_and_ten_minutes_apart(
    cast: Cast, question: Question, clock: Clock
) -> None:
    answered(question, cast.peer)
    (first,) = letters()
    clock.shift(60)
    answered(question, cast.agent)
    answered(question, cast.partner)
    assert len(letters()) == 1, "ten minutes have not passed"

    clock.shift(9 * 60)
    _first, second = letters()

    assert "2 nieuwe antwoorden." in second.body
    assert second.subject == f"Re: {first.subject}"
    assert "In-Reply-To" not in first.headers
    assert second.headers["In-Reply-To"] == second.headers["References"] == f"<{first.message_id}>"
    assert second.message_id != first.message_id
    clock.shift(3600)
    assert len(letters()) == 2


def test_what_was_read_meanwhile_is_not_sent(cast: Cast, question: Question) -> None:
    answered(question, cast.peer)
    notice = notice_of(cast.customer, question)
    assert notice is not None
    services.mark_read(acting(cast.customer), question, upto=notice.latest_item_id)

    assert letters() == []


def test_quiet_hours_put_a_letter_off_until_they_end(cast: Cast, question: Question, clock: Clock) -> None:
    services.choose_mail(cast.customer.id, mail="immediately", quiet_from=9, quiet_until=12)  # it is 10:30 there
    answered(question, cast.peer)
    assert letters() == []

    clock.move_to(datetime(2026, 3, 2, 11, 0, 1, tzinfo=UTC))
    (letter,) = letters()

    assert letter.created_at == datetime(2026, 3, 2, 11, 0, 1, tzinfo=UTC)


def test_quiet_hours_chosen_after_something_happened_hold_too(cast: Cast, question: Question) -> None:
    answered(question, cast.peer)
    services.choose_mail(cast.customer.id, mail="immediately", quiet_from=9, quiet_until=12)

    assert letters() == []


def test_daily_letter_tells_of_everything_once_in_the_morning(cast: Cast, question: Question, clock: Clock) -> None:
    services.choose_mail(cast.customer.id, mail="daily", quiet_from=None, quiet_until=None)
    other = community.question(cast.customer, title="Why is my water brown?")
    answered(question, cast.peer)
    answered(question, cast.agent)
    answered(other, cast.peer)
    assert letters() == []

    clock.move_to(datetime(2026, 3, 3, 7, 0, 1, tzinfo=UTC))  # 8:00 in Amsterdam
    (letter,) = letters()

    assert letter.subject == "Nieuws over 2 vragen"
    for words in ("How do I close the main tap?", "2 nieuwe antwoorden.", "Why is my water brown?"):
        assert words in letter.body
    answered(other, cast.agent)
    assert len(letters()) == 1


def test_who_wants_no_mail_gets_none_also_of_what_waits(cast: Cast, question: Question) -> None:
    answered(question, cast.peer)
    services.choose_way(cast.customer.id, "off")
    assert letters() == []

    services.choose_way(cast.customer.id, "immediately")
    assert letters() == []


@pytest.mark.parametrize("odd", ["suspended_at", "erased_at"])
def test_who_was_shut_out_meanwhile_gets_no_letter(cast: Cast, question: Question, odd: str) -> None:
    answered(question, cast.peer)
    setattr(cast.customer, odd, NOW)

    assert letters() == []


def test_what_she_may_no_longer_see_is_not_sent(cast: Cast) -> None:
    colleague = accounts.person("Carl Colleague")
    seat: Membership = organisations.membership(colleague, cast.waterworks)
    hidden = community.question(cast.agent, audience=organisation_audience(cast.waterworks.id))
    follow(colleague, question_id=hidden.id)
    answered(hidden, cast.agent)
    seat.ended_at = NOW

    assert letters() == []


def test_what_is_not_for_everybody_is_not_quoted_in_a_letter(cast: Cast, clock: Clock) -> None:
    colleague = accounts.person("Carl Colleague")
    organisations.membership(colleague, cast.waterworks)
    audience = organisation_audience(cast.waterworks.id)
    hidden = community.question(cast.agent, title="Who reads the meter of Bolt?", audience=audience)
    follow(colleague, question_id=hidden.id)
    answered(hidden, cast.agent, body="The code of the door is 1234.")
    (letter,) = letters()
    services.choose_mail(colleague.id, mail="daily", quiet_from=None, quiet_until=None)
    clock.shift(86_400)
    deleted = answered(hidden, cast.agent)
    deleted.deleted_at, deleted.deleted_by_id, deleted.deletion_reason = NOW, cast.agent.id, "other"
    answered(hidden, cast.agent)
    clock.shift(86_400)
    _first, digest = letters()

    assert letter.subject == f"Question {hidden.id}, which not everybody may read"
    assert letter.subject in digest.body
    for each in (letter, digest):
        for words in ("1234", "Bolt", "bolt"):
            assert words not in each.body


def test_letter_can_be_stopped_with_one_press(app: Flask, cast: Cast, question: Question, post: MailServer) -> None:
    answered(question, cast.peer)
    letters()
    send_due_letters()

    ((_to, arrived),) = post.letters
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(arrived["List-Unsubscribe"])
    assert link.startswith("<https://community.of-a-long-name.example.org/unsubscribe/")
    assert urlsplit(link.strip("<>")).geturl() in arrived.get_content()
    letter = db.session.scalars(sa.select(Letter).where(Letter.to_address == arrived["To"])).one()
    sent = as_message(letter, app.extensions["samen.config"]).as_bytes().decode()
    assert f"List-Unsubscribe: {link}\n" in sent, "a folded address is none"
    assert f"Message-ID: <request-{question.id}.person-{cast.customer.id}@community.of" in sent


@pytest.mark.commits
def test_killed_anywhere_the_letter_is_written_once(app: Flask, cast: Cast, question: Question) -> None:
    answered(question, cast.peer)
    db.session.commit()

    for _step in killed_at_each_step(app, mailing.write_due_letters):
        pass

    assert len(letters()) == 1


def test_nothing_due_costs_one_statement(database: Session, count_queries) -> None:
    with count_queries() as ran:
        mailing.write_due_letters()

    assert ran.count == 1, ran
