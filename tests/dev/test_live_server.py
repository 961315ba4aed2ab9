"""The promises of tests/support/live.py: a whole installation, as ./dev run starts it, that can be hurt."""

from __future__ import annotations

import urllib.request

import sqlalchemy as sa


def test_installation_answers_and_shares_its_database_with_the_test(live_server):
    with urllib.request.urlopen(f"{live_server.url}/healthz") as answer:
        status = answer.status

    with live_server.rows() as session:
        tables = sa.inspect(session.connection()).get_table_names()

    assert status == 200
    assert "people" in tables


def test_killed_web_process_comes_back_on_the_same_address(start_server):
    with start_server() as server:
        server.kill("web")
        server.start("web")

        with urllib.request.urlopen(f"{server.url}/healthz") as answer:
            assert answer.status == 200
