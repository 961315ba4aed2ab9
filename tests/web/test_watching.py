"""What /metrics says about the work that waits."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import clock
from app.config import Config
from app.mail import Letter
from app.outbox.models import ScheduledJob
from app.web import health, watching


def figures(client: FlaskClient) -> dict[str, float]:
    """Return what /metrics says of the whole, by name and labels."""
    lines = [line for line in client.get("/metrics").text.splitlines() if line.startswith("samen_")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def letter(session: Session, **more: object) -> None:
    row = Letter(
        to_address="anna@example.org",
        subject="Hello",
        body="Hello",
        language="en",
        message_id=f"{clock.now().timestamp()}{len(more)}@example.org",
        headers={},
        created_at=clock.now(),
        due_at=clock.now(),
    )
    for name, value in more.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()


def test_letter_that_waits_is_counted_with_its_delay(client: FlaskClient, database: Session) -> None:
    letter(database, due_at=clock.now() - timedelta(minutes=7))
    letter(database, dead_at=clock.now(), tries=12)
    letter(database, sent_at=clock.now())

    said = figures(client)

    assert said['samen_waiting{queue="letters"}'] == 1
    assert said['samen_oldest_waiting_seconds{queue="letters"}'] == 420
    assert said['samen_dead{queue="letters"}'] == 1
    assert said['samen_waiting{queue="deliveries"}'] == 0


def test_silent_worker_and_failing_job_are_seen(client: FlaskClient, database: Session) -> None:
    now = clock.now()
    database.add(ScheduledJob(name="well", due_at=now, runs=1, last_run_at=now - timedelta(seconds=90)))
    database.add(ScheduledJob(name="ill", due_at=now, runs=1, last_error="no"))
    database.flush()

    said = figures(client)

    assert (said["samen_worker_silence_seconds"], said["samen_failing_jobs"]) == (90, 1)
    assert 0 < said["samen_disk_free_ratio"] < 1


def test_newest_backup_has_an_age(client: FlaskClient, database: Session) -> None:
    assert "samen_backup_age_seconds" not in figures(client)
    config: Config = current_app.extensions["samen.config"]
    folder = config.instance / "backups"
    folder.mkdir(exist_ok=True)
    try:
        for hours in (50, 2):
            (folder / f"{hours}.zip").write_bytes(b"rows")
            at = clock.now().timestamp() - hours * 3600
            os.utime(folder / f"{hours}.zip", (at, at))

        said = figures(client)
    finally:
        for path in folder.iterdir():
            path.unlink()

    assert (said["samen_backup_age_seconds"], said["samen_backup_bytes"]) == (7200, 4)


def test_counts_are_given_without_the_database(app: Flask, client: FlaskClient, monkeypatch) -> None:
    def away() -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(health, "measures", away)
    client.get("/healthz")

    said = figures(client)

    assert said["samen_database_up"] == 0
    assert any(name.startswith("samen_requests_total") for name in said)


@pytest.mark.usefixtures("database")
def test_counts_of_all_processes_are_added_up(client: FlaskClient, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))

    assert "samen_requests_total" not in client.get("/metrics").text, "read from files, of which there are none"
    assert watching.STATM.exists() == ("samen_process_resident_bytes" in figures(client))
