"""Each request is one transaction: reading pages cannot write, refusals leave nothing, success commits."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.cast import csrf_token, submit
from tests.web.probe import RAISED, effects


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_cannot_write(client: FlaskClient, database: Session, method: str) -> None:
    answer = client.open("/probe/act", method=method)

    assert answer.status_code == 200
    assert effects(database) == 0


@pytest.mark.commits
def test_the_database_itself_refuses_what_a_reading_view_writes(client: FlaskClient, database: Session) -> None:
    status = 500 if database.get_bind().dialect.name == "postgresql" else 200

    assert client.get("/probe/act").status_code == status
    assert effects(database) == 0
    assert submit(client, "/probe/act").status_code == 200
    assert effects(database) == 1


@pytest.mark.commits
@pytest.mark.only_postgresql
def test_statements_stay_planned_from_page_to_page(client: FlaskClient, database: Session) -> None:
    for _turn in range(8):
        assert client.get("/probe/read").status_code == 200
    planned = client.get("/probe/read").json["planned"]
    assert any("FROM letters" in each for each in planned), planned

    # The same connection may write again.
    assert submit(client, "/probe/act").status_code == 200
    assert effects(database) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_writing_commits_when_the_view_returns(client: FlaskClient, database: Session, method: str) -> None:
    answer = client.open("/probe/act", method=method, data={"csrf_token": csrf_token(client)})

    assert answer.status_code == 200
    assert effects(database) == 1


def test_redirect_is_a_success(client: FlaskClient, database: Session) -> None:
    assert submit(client, "/probe/act", then="/probe/page").status_code == 303
    assert effects(database) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 422, 429, 500, 503])
def test_answer_of_400_or_above_changes_nothing(client: FlaskClient, database: Session, status: int) -> None:
    assert submit(client, "/probe/act", status=status).status_code == status
    assert submit(client, f"/probe/abort/{status}").status_code == status
    assert effects(database) == 0


@pytest.mark.parametrize("name", sorted(RAISED))
def test_whatever_is_raised_changes_nothing(client: FlaskClient, database: Session, name: str) -> None:
    answer = submit(client, f"/probe/raise/{name}")

    assert answer.status_code >= 400 or answer.status_code == 303
    assert effects(database) == 0


@pytest.mark.parametrize("text", ["a\x00b", "x" * 40_001])
def test_text_that_the_database_cannot_hold_is_the_senders_mistake(client, database: Session, text: str) -> None:
    answer = submit(client, "/probe/act", text=text)

    assert answer.status_code == 422
    assert effects(database) == 0


@pytest.mark.commits
def test_count_stands_though_the_request_is_refused(client: FlaskClient, database: Session) -> None:
    answers = [submit(client, "/probe/limited").status_code for _turn in range(21)]

    assert answers == [422] * 20 + [429]
    assert effects(database) == 0
