"""Handing an imported person over, from the keyboard: a letter, and a plain word where it cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import MailProof, Person
from app.db import db
from tests.accounts import make as accounts
from tests.accounts.letters import letters_to


@pytest.fixture
def author(database: Session) -> Person:
    """Make somebody an import left here."""
    return accounts.person("Ida Imported", handle="ida", email="", source="archive", source_key="ida")


def hand_over(app: Flask, *arguments: str) -> Result:
    db.session.commit()
    return app.test_cli_runner().invoke(args=["people", "hand-over", *arguments])


@pytest.mark.parametrize("by", ["handle", "mention", "id"])
def test_whoever_reads_the_address_gets_a_letter(app: Flask, author: Person, by: str) -> None:
    word = {"handle": "Ida", "mention": "@ida", "id": str(author.id)}[by]

    done = hand_over(app, word, "ida@example.org", "--language", "nl")

    assert done.exit_code == 0, done.output
    assert "Ida Imported (@ida)" in done.output
    (letter,) = letters_to("ida@example.org")
    assert letter.language == "nl"
    assert "/take-over?token=" in letter.body


def test_no_address_is_named_that_a_command_cannot_know(
    app: Flask, author: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server may have taken another port than the usual one."""
    config = replace(app.extensions["samen.config"], environment="development")
    monkeypatch.setitem(app.extensions, "samen.config", config)

    done = hand_over(app, "ida", "ida@example.org")

    assert "its page /letters shows it" in done.output
    assert "http" not in done.output


def test_nobody_can_sign_in_before_the_letter_is_read(app: Flask, author: Person) -> None:
    hand_over(app, "ida", "ida@example.org")

    assert not author.can_sign_in


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("nobody", "ida@example.org"), "There is no person nobody."),
        (("9" * 30, "ida@example.org"), "There is no person 9999"),
        (("ida", "no address"), "no address is not a mail address."),
        (("ida", "noor@example.org"), "noor@example.org belongs to somebody already."),
        (("noor", "other@example.org"), "Noor (@noor) cannot be handed over."),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    app: Flask, author: Person, arguments: tuple[str, str], said: str
) -> None:
    accounts.person("Noor", handle="noor", email="noor@example.org")

    done = hand_over(app, *arguments)

    assert done.exit_code == 1
    assert done.output.startswith(f"Error: {said}")
    assert db.session.scalar(select(func.count(MailProof.id))) == 0
