"""Answers for machines that watch."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session


def test_alive_asks_nobody(client: FlaskClient, count_queries) -> None:
    with count_queries() as ran:
        answer = client.get("/healthz")

    assert (answer.status_code, answer.text, ran.count) == (200, "ok\n", 0)


def test_ready_when_the_database_answers(client: FlaskClient, database: Session) -> None:
    assert client.get("/readyz").json == {"database": "ok"}


def test_figures_are_for_this_machine(client: FlaskClient) -> None:
    client.get("/healthz")

    assert 'samen_requests_total{endpoint="health.alive"' in client.get("/metrics").text
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404


def test_figures_need_the_token_where_one_is_set(app: Flask, client: FlaskClient, monkeypatch) -> None:
    config = app.extensions["samen.config"]
    monkeypatch.setitem(app.extensions, "samen.config", config.__class__(**{**vars(config), "metrics_token": "t0ken"}))

    def status(authorization: str) -> int:
        return client.get("/metrics", headers={"Authorization": authorization}).status_code

    assert [status("Bearer t0ken"), status("Bearer wrong"), status(""), status("Bearer ť0ken")] == [200, 404, 404, 404]


def test_figures_name_no_address_that_does_not_exist(client: FlaskClient) -> None:
    client.get("/somebody-probes-this")

    assert "somebody-probes-this" not in client.get("/metrics").text


def test_figures_name_no_method_that_somebody_made_up(client: FlaskClient) -> None:
    """Each name would be a series of its own, kept in memory until the process ends."""
    for number in range(3):
        client.open("/healthz", method=f"MADEUP{number}")

    told = client.get("/metrics").text
    assert "MADEUP" not in told
    assert 'method="other"' in told
