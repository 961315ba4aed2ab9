"""The commands around the outbox, as an operator types them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.outbox.models import Delivery
from tests.outbox.happenings import reaction, ring, wired, write_a_letter


def test_facts_are_replayed_for_a_reaction_once(app: Flask, database: Session) -> None:
    ring(5)
    database.commit()

    with wired(app, reaction(write_a_letter)):
        first = app.test_cli_runner().invoke(args=["outbox", "replay", "tests.listen", "--since", "2000-01-01"])
        again = app.test_cli_runner().invoke(args=["outbox", "replay", "tests.listen", "--since", "2000-01-01T10:00"])

    assert first.output == "1 facts are queued for tests.listen.\n"
    assert again.output == "0 facts are queued for tests.listen.\n"
    assert database.scalar(sa.select(sa.func.count(Delivery.id))) == 1


def test_nothing_recorded_since_is_nothing_to_replay(app: Flask, database: Session) -> None:
    ring(5)
    database.commit()

    with wired(app, reaction(write_a_letter)):
        done = app.test_cli_runner().invoke(args=["outbox", "replay", "tests.listen", "--since", "2999-01-01"])

    assert done.output.startswith("0 facts")


@pytest.mark.parametrize("args", [["nobody", "--since", "2000-01-01"], ["search.stale", "--since", "yesterday"], ["x"]])
def test_what_cannot_be_replayed_is_told(app: Flask, database: Session, args: list[str]) -> None:
    assert app.test_cli_runner().invoke(args=["outbox", "replay", *args]).exit_code != 0


def test_status_counts_per_reaction(app: Flask, database: Session) -> None:
    empty = app.test_cli_runner().invoke(args=["outbox", "status"]).output
    with wired(app, reaction(write_a_letter)):
        ring(5)
    database.commit()

    told = app.test_cli_runner().invoke(args=["outbox", "status"]).output

    assert empty == "Nothing was ever delivered.\n"
    assert told.split() == ["tests.listen", "1", "waiting", "0", "dead"]
