"""Commands for the installation as a whole. Those of one subject are in its package's commands.py."""

from __future__ import annotations

import click
import flask_migrate
from flask.cli import with_appcontext

from app import wiring


def prepare() -> None:
    """Bring the database up to date and make what a first start lacks. Needs an application context; safe to repeat."""
    flask_migrate.upgrade()
    for step in wiring.PREPARE:
        step()


def greet() -> None:
    """Print what a person should know once the installation is ready. Needs an application context."""
    for word in wiring.GREETINGS:
        word()


@click.command("prepare")
@with_appcontext
def prepare_command() -> None:
    """Bring the database up to date and make what a first start lacks; safe to repeat."""
    prepare()
    greet()
