"""Limits: counted in the database, over all processes, and said in words when passed."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.errors import TooMany
from app.web import throttle
from app.web.tallies import BUCKETS, CELLS, Tallies
from app.web.throttle import LIMITS, ThrottleCounter
from tests.accounts import make
from tests.cast import sign_in, submit
from tests.support.clock import NOW
from tests.support.processes import together

Clock = time_machine.Traveller


def counter_rows(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(ThrottleCounter)) or 0


def test_limit_lets_as_many_through_as_it_says(database: Session) -> None:
    for _turn in range(LIMITS["sign_in_by_account"].most):
        throttle.count("sign_in_by_account", "carla")

    with pytest.raises(TooMany):
        throttle.count("sign_in_by_account", "carla")
    throttle.count("sign_in_by_account", "pete")
    throttle.count("sign_in_by_network", "carla")


def test_refusal_says_when_the_next_window_begins(database: Session, clock: Clock) -> None:
    limit = LIMITS["sign_in_by_account"]
    clock.move_to(int(NOW.timestamp()) // limit.per_s * limit.per_s + 100)
    for _turn in range(limit.most):
        throttle.count("sign_in_by_account", "carla")

    with pytest.raises(TooMany) as refused:
        throttle.count("sign_in_by_account", "carla")

    assert refused.value.retry_after_s == limit.per_s - 100
    clock.shift(limit.per_s - 100)
    throttle.count("sign_in_by_account", "carla")


def test_page_says_too_many_and_when_to_return(client: FlaskClient, database: Session) -> None:
    for _turn in range(LIMITS["sign_up_by_network"].most):
        submit(client, "/probe/limited")

    answer = submit(client, "/probe/limited")

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= LIMITS["sign_up_by_network"].per_s


def test_counter_keeps_no_readable_key(database: Session) -> None:
    throttle.count("sign_in_by_account", "carla@example.org")

    row = database.execute(sa.select(ThrottleCounter)).scalar_one()
    assert "carla" not in repr(vars(row))


def test_counters_are_forgotten_when_their_window_is_long_over(database: Session, clock: Clock) -> None:
    throttle.count("sign_in_by_account", "carla")
    throttle.count("reset_by_account", "carla")
    clock.shift(timedelta(hours=2))

    throttle.forget_old_counters()

    assert counter_rows(database) == 1


@pytest.mark.parametrize(
    "address, counted_as",
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("a socket", "unknown"),
    ],
)
def test_household_counts_as_one(client: FlaskClient, address: str, counted_as: str) -> None:
    answer = client.get("/probe/network", environ_overrides={"REMOTE_ADDR": address})

    assert answer.text == counted_as


@pytest.mark.commits
def test_eight_processes_lose_no_count(app: Flask, database: Session) -> None:
    """R3; at full size: ./dev bench faults_database."""

    def count(_number: int) -> int:
        refused = 0
        for _turn in range(25):
            try:
                throttle.count("sign_in_by_network", "198.51.100.1")
            except TooMany:
                refused += 1
        return refused

    refused = together(app, count, processes=8)

    assert database.scalar(sa.select(ThrottleCounter.n)) == LIMITS["sign_in_by_network"].most
    assert sum(refused) == 200 - LIMITS["sign_in_by_network"].most


def test_every_limit_is_counted_somewhere() -> None:
    sources = "".join(path.read_text() for path in Path(throttle.__file__).parents[1].rglob("*.py"))

    assert {name for name in LIMITS if not re.search(f'"{name}"(?!: Limit)', sources)} == set()


def test_pages_are_limited_by_network_and_nothing_is_written_for_it(client: FlaskClient, database: Session) -> None:
    """R13: a scraper is told when to come back; at the next address nobody notices."""
    most = LIMITS["page_by_network"].most

    seen = [get(client, "192.0.2.7").status_code for _page in range(most + 3)]
    refused = get(client, "192.0.2.7")

    assert seen == [200] * most + [429] * 3
    assert 0 < int(refused.headers["Retry-After"]) <= LIMITS["page_by_network"].per_s
    assert get(client, "192.0.2.8").status_code == 200
    assert client.get("/healthz", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200
    assert counter_rows(database) == 0


def test_colleagues_behind_one_address_are_counted_each(app: Flask, database: Session) -> None:
    browsers = [app.test_client() for _person in range(2)]
    for browser in browsers:
        sign_in(browser, make.person())
    most = LIMITS["page_by_session"].most

    seen = [get(browser, "192.0.2.7").status_code for browser in browsers for _page in range(most)]

    assert seen == [200] * most * 2
    assert get(browsers[0], "192.0.2.7").status_code == 429


def test_who_sits_at_the_server_is_not_limited(client: FlaskClient, database: Session) -> None:
    seen = {client.get("/probe/page").status_code for _page in range(LIMITS["page_by_network"].most + 1)}

    assert seen == {200}


def test_next_window_of_pages_begins_empty(client: FlaskClient, database: Session, clock: Clock) -> None:
    for _page in range(LIMITS["page_by_network"].most + 1):
        refused = get(client, "192.0.2.7")
    clock.shift(int(refused.headers["Retry-After"]))

    assert get(client, "192.0.2.7").status_code == 200


def get(client: FlaskClient, address: str) -> TestResponse:
    return client.get("/probe/page", environ_overrides={"REMOTE_ADDR": address})


class TestTallies:
    def test_counts_are_shared_with_processes_forked_later(self) -> None:
        tallies = Tallies()
        if (child := os.fork()) == 0:
            tallies.count("a", now_s=0, ends_s=10)
            os._exit(0)
        os.waitpid(child, 0)

        assert tallies.count("a", now_s=0, ends_s=10) == 2

    def test_full_table_forgets_who_did_least(self) -> None:
        tallies = Tallies()
        for _turn in range(20):
            tallies.count("busy", now_s=0, ends_s=10)
        for number in range(BUCKETS * CELLS * 2):
            tallies.count(f"other {number}", now_s=0, ends_s=10)

        assert tallies.count("busy", now_s=0, ends_s=10) == 21

    def test_what_is_over_makes_room_first(self) -> None:
        tallies = Tallies()
        for number in range(BUCKETS * CELLS * 2):
            tallies.count(f"older {number}", now_s=0, ends_s=10)
            tallies.count(f"older {number}", now_s=0, ends_s=10)
        tallies.count("now", now_s=10, ends_s=20)
        for number in range(CELLS):
            tallies.count(f"other {number}", now_s=10, ends_s=20)

        assert tallies.count("now", now_s=10, ends_s=20) == 2
