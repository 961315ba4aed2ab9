"""The switchboard of the command line: all commands, what prepares an installation, and the migrations.

A web process never loads this module: with Alembic and the importers it is a tenth of what starting one would load.
"""

from __future__ import annotations

from collections.abc import Callable

import click
import flask_migrate
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app.accounts.commands import people_commands
from app.admin import commands as admin_commands  # noqa: F401 (a command of `people`)
from app.backup.commands import backup_commands
from app.config import ROOT
from app.db import db
from app.importers import evaluation as routing_evaluate  # noqa: F401 (a command of `routing`)
from app.importers.commands.communities import import_commands
from app.importers.commands.demo import demo_commands, prepare_demo, tell_log_ins
from app.knowledge.commands import knowledge_commands
from app.outbox.commands import outbox_commands
from app.privacy.commands import privacy_commands
from app.routing import upkeep as routing_upkeep
from app.routing.commands import routing_commands
from app.search import jobs as search_jobs
from app.search.commands import group as search_commands
from app.worker import worker_command

COMMANDS: tuple[AppGroup, ...] = (
    backup_commands,
    demo_commands,
    import_commands,
    knowledge_commands,
    people_commands,
    privacy_commands,
    search_commands,
    routing_commands,
    outbox_commands,
)

# What `flask prepare` does after the migrations, in this order; each is safe to repeat. Printed lines reach the person.
PREPARE: tuple[Callable[[], None], ...] = (
    prepare_demo,
    search_jobs.build_missing_index,
    routing_upkeep.rebuild_if_missing,
)

# What is printed once all that is done; under ./dev run below the address.
GREETINGS: tuple[Callable[[], None], ...] = (tell_log_ins,)


def with_commands(app: Flask) -> Flask:
    """Add all commands to this application, and what `flask db` and `flask_migrate` need; return it."""
    flask_migrate.Migrate(app, db, directory=str(ROOT / "migrations"), compare_server_default=False)
    for command in (*COMMANDS, worker_command, prepare_command):
        app.cli.add_command(command)
    return app


def prepare() -> None:
    """Bring the database up to date and make what a first start lacks. Needs an application context; safe to repeat."""
    flask_migrate.upgrade()
    for step in PREPARE:
        step()


def greet() -> None:
    """Print what a person should know once the installation is ready. Needs an application context."""
    for word in GREETINGS:
        word()


@click.command("prepare")
@with_appcontext
def prepare_command() -> None:
    """Bring the database up to date and make what a first start lacks; safe to repeat."""
    prepare()
    greet()
