"""The application of these tests has a few more addresses: tests/web/probe.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app.config import Config
from app.db import db
from app.factory import create_app
from tests.support.databases import Client, RunDatabase
from tests.web.probe import api_probe, probe


@pytest.fixture(scope="session")
def app(test_config: Config, run_database: RunDatabase) -> Iterator[Flask]:
    """Return the application with the probes' addresses."""
    made = with_probes(replace(test_config, database_url=run_database.url))
    yield made
    with made.app_context():
        db.engine.dispose()


def with_probes(config: Config) -> Flask:
    """Return an application for this configuration, with the probes' addresses."""
    made = create_app(config)
    made.test_client_class = Client
    made.register_blueprint(probe)
    made.register_blueprint(api_probe)
    made.extensions["csrf"].exempt(api_probe)
    return made
