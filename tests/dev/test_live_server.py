"""The promises of tests/support/live.py: a whole installation, as ./dev run starts it. The kill round hurts it."""

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
