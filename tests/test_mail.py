"""Letters: rows until a mail server took them; then never again, and never lost before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app import mail
from app.mail import LEASE, MOST_TRIES, Letter, queue_letter, send_due_letters
from tests.support.clock import NOW
from tests.support.processes import killed_at_each_step, together
from tests.support.smtp import MailServer, mail_server

Clock = time_machine.Traveller


@pytest.fixture
def post(app: Flask, database: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """Give the application a real mail server."""
    with mail_server() as server:
        config = replace(app.extensions["samen.config"], smtp_url=server.url, mail_from="Samen <samen@example.org>")
        monkeypatch.setitem(app.extensions, "samen.config", config)
        yield server


def letter(number: int = 1, **more) -> Letter:
    defaults = {"to": f"reader{number}@example.org", "subject": f"Letter {number}", "body": "Hello.", "language": "en"}
    return queue_letter(**{**defaults, "message_id": f"letter-{number}@example.org", **more})


def only_row(session: Session) -> Letter:
    session.rollback()
    return session.scalars(sa.select(Letter)).one()


def test_letter_arrives_as_it_was_written(database: Session, post: MailServer) -> None:
    body = "Beste Zoë,\n\n.a dot first\nBye\n"
    letter(subject="Één vraag: 😀", body=body, language="nl", headers={"X-Reason": "a test"})
    database.commit()

    send_due_letters()

    ((recipient, arrived),) = post.letters
    assert recipient == "reader1@example.org"
    assert arrived["Subject"] == "Één vraag: 😀"
    assert arrived.get_content().replace("\r\n", "\n") == body
    assert (arrived["From"], arrived["To"]) == ("Samen <samen@example.org>", "reader1@example.org")
    assert (arrived["Message-ID"], arrived["X-Reason"]) == ("<letter-1@example.org>", "a test")
    assert (arrived["Content-Language"], arrived["Auto-Submitted"]) == ("nl", "auto-generated")
    assert only_row(database).sent_at == NOW


def test_sent_letter_is_not_sent_again(database: Session, post: MailServer) -> None:
    letter()
    database.commit()

    for _turn in range(3):
        send_due_letters()

    assert len(post.letters) == 1


def test_letter_waits_for_its_time(database: Session, post: MailServer, clock: Clock) -> None:
    refused = letter()
    refused.tries, refused.due_at = 1, NOW + timedelta(hours=1)
    database.commit()

    send_due_letters()
    assert post.letters == []
    clock.shift(timedelta(hours=1))
    send_due_letters()
    assert len(post.letters) == 1


def test_letter_from_before_the_clock_was_set_back_is_sent_at_once(database, post: MailServer, clock: Clock) -> None:
    """R8: neither when it was due nor a lease of that time holds it up."""
    letter(1)
    letter(2).lease_until = NOW + LEASE
    database.commit()
    clock.shift(-3600)

    send_due_letters()

    assert len(post.letters) == 2


@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA", "EHLO"])
@pytest.mark.parametrize("answer", ["451 later", "550 never", ""])
def test_refused_letter_waits_longer_each_time(
    database, post: MailServer, clock: Clock, word: str, answer: str
) -> None:
    letter()
    database.commit()
    post.refuses = {word: answer, **({"HELO": answer} if word == "EHLO" else {})}

    send_due_letters()
    first = only_row(database)
    assert (first.tries, first.sent_at, first.lease_until) == (1, None, None)
    assert first.error
    assert first.due_at == NOW + timedelta(seconds=30)
    clock.shift(30)
    send_due_letters()
    assert only_row(database).due_at == NOW + timedelta(seconds=90)

    post.refuses = {}
    clock.shift(60)
    send_due_letters()
    assert len(post.letters) == 1


def test_letter_nobody_takes_dies_at_last(database: Session, post: MailServer, clock: Clock) -> None:
    letter()
    database.commit()
    post.refuses = {"RCPT": "550 unknown"}

    for _turn in range(MOST_TRIES + 3):
        send_due_letters()
        clock.shift(timedelta(hours=7))

    row = only_row(database)
    assert row.tries == MOST_TRIES
    assert row.dead_at is not None
    assert "550" in (row.error or "")


def test_one_refused_letter_does_not_hold_up_the_others(database: Session, post: MailServer) -> None:
    letter(1, to="not an address\x01@")
    letter(2)
    letter(3, headers={"X-Bad": "a\nb"})
    letter(4)
    database.commit()

    send_due_letters()

    assert [recipient for recipient, _arrived in post.letters] == ["reader2@example.org", "reader4@example.org"]


def test_without_a_mail_server_letters_wait(database: Session) -> None:
    letter()
    database.commit()

    send_due_letters()

    assert (only_row(database).tries, only_row(database).sent_at) == (0, None)


def test_server_that_is_away_costs_a_try_and_no_letter(database: Session, post: MailServer, monkeypatch) -> None:
    letter(1)
    letter(2)
    database.commit()
    monkeypatch.setattr(mail, "_connect", refuse)

    send_due_letters()

    assert database.scalars(sa.select(Letter.tries)).all() == [1, 1]


@pytest.mark.parametrize("words", ["Hello\r\nBcc: everybody@example.org", "Hello\nX: y", "a\r\n\r\nbody", "tab\there"])
def test_words_in_a_subject_start_no_header(database: Session, post: MailServer, words: str) -> None:
    letter(subject=words)
    database.commit()

    send_due_letters()

    ((_recipient, arrived),) = post.letters
    assert arrived["Subject"] == " ".join(words.split())
    assert arrived["Bcc"] is None
    assert arrived["X"] is None


@pytest.mark.parametrize(
    "to", ["a@x.org\r\nBcc: b@x.org", "a@x.org, b@x.org", "a@x.org>\n<b@x.org", "a b@x.org", "@", ""]
)
def test_address_is_one_address(database: Session, post: MailServer, to: str) -> None:
    letter(to=to)
    database.commit()

    send_due_letters()

    assert post.letters == []
    assert only_row(database).tries == 1


def test_letter_of_a_dead_worker_is_sent_after_its_lease(database: Session, post: MailServer, clock: Clock) -> None:
    letter().lease_until = NOW + LEASE
    database.commit()

    send_due_letters()
    assert post.letters == []
    clock.shift(LEASE + timedelta(seconds=1))
    send_due_letters()
    assert len(post.letters) == 1


@pytest.mark.commits
def test_two_workers_send_each_letter_once(app: Flask, database: Session, post: MailServer) -> None:
    for number in range(30):
        letter(number)
    database.commit()

    together(app, lambda _number: send_due_letters(), processes=2)

    arrived = sorted(message["Subject"] for _recipient, message in post.letters)
    assert arrived == sorted(f"Letter {number}" for number in range(30))


@pytest.mark.commits
def test_killed_at_any_step_a_letter_is_not_lost_and_doubles_can_be_told(app, database, post, clock: Clock) -> None:
    """Between "the server has it" and "we know" lies a moment; a letter sent again has the same Message-ID."""
    letter(0)
    for number, _step in enumerate(killed_at_each_step(app, send_due_letters), 1):
        clock.shift(LEASE + timedelta(seconds=1))
        send_due_letters()
        assert database.scalar(sa.select(sa.func.count(Letter.id)).where(Letter.sent_at.is_(None))) == 0
        letter(number)
        database.commit()

    arrived = [message["Message-ID"] for _recipient, message in post.letters]
    assert {f"<letter-{number}@example.org>" for number in range(number)} <= set(arrived)
    assert max(Counter(arrived).values()) <= 2


def refuse(_url: str) -> None:
    raise ConnectionRefusedError("nobody there")
