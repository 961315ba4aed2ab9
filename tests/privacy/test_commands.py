"""What operators type when a person asks."""

from __future__ import annotations

import json

from flask import Flask

from app.db import db
from tests.cast import Cast


def test_everything_held_about_a_person_is_printed(app: Flask, cast: Cast) -> None:
    db.session.commit()

    done = app.test_cli_runner().invoke(args=["privacy", "export", f"@{cast.agent.handle}"])

    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["person"]["name"] == "Anna Agent"


def test_a_person_is_forgotten_after_a_yes(app: Flask, cast: Cast) -> None:
    db.session.commit()
    handle, person_id, run = cast.peer.handle, cast.peer.id, app.test_cli_runner().invoke

    assert run(args=["privacy", "erase", handle], input="n\n").exit_code == 1
    assert db.session.get_one(type(cast.peer), person_id).erased_at is None

    assert run(args=["privacy", "erase", handle, "--yes"]).exit_code == 0
    db.session.expire_all()
    assert db.session.get_one(type(cast.peer), person_id).erased_at is not None
    assert run(args=["privacy", "erase", f"gone-{person_id}", "--yes"]).exit_code == 1


def test_nobody_of_that_name(app: Flask, cast: Cast) -> None:
    for verb in ("export", "erase"):
        done = app.test_cli_runner().invoke(args=["privacy", verb, "nobody"], input="y\n")
        assert (done.exit_code, "There is no person nobody." in done.output) == (1, True)


def test_forgetting_the_last_operator_is_refused_in_words(app, cast):
    result = app.test_cli_runner().invoke(args=["privacy", "erase", cast.operator.handle, "--yes"])

    assert result.exit_code == 1
    assert "make another person operator first" in result.output
