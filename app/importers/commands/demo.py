"""`flask demo …`: the small community to click through."""

from __future__ import annotations

from contextlib import suppress

import click
import flask_migrate
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.config import Config
from app.db import transaction
from app.importers import demo
from app.importers.emptying import throw_everything_away
from app.search import services as search
from app.search.backend import IndexBusy

demo_commands = AppGroup("demo", help="The small community to click through.")


def prepare_demo() -> None:
    """Load the demo into an empty database, or finish one that was interrupted; a step of `flask prepare`."""
    if _is_production():
        return
    with transaction():
        if demo.is_empty():
            demo.load_demo()
        is_demo = demo.has_demo()
    if is_demo:
        demo.finish_demo()


def tell_log_ins() -> None:
    """Print the demo's log-ins where it is there; what `flask prepare` says at its end."""
    if _is_production():
        return
    with transaction():
        is_demo = demo.has_demo()
    if is_demo:
        _print_log_ins()


@demo_commands.command("load")
@with_appcontext
def load() -> None:
    """Load the demo community into an empty database, or finish loading it after an interruption."""
    _refuse_in_production()
    with transaction():
        if demo.is_empty():
            demo.load_demo()
        elif demo.is_finished() or not demo.has_demo():
            raise click.ClickException("The database is not empty. To begin anew: flask demo reset")
    demo.finish_demo()
    _print_log_ins()


@demo_commands.command("reset")
@click.option("--yes", is_flag=True, help="Also when what is here did not begin as the demo.")
@with_appcontext
def reset(yes: bool) -> None:
    """Throw everything away and begin the demo anew."""
    _refuse_in_production()
    flask_migrate.upgrade()
    with transaction():
        is_ours = demo.is_empty() or demo.has_demo()
    if not (is_ours or yes):
        raise click.ClickException("This is not a demo. To throw it away nevertheless: flask demo reset --yes")
    throw_everything_away()
    flask_migrate.upgrade()
    with transaction():
        demo.load_demo()
    demo.finish_demo()
    with suppress(IndexBusy):  # then the worker puts the new ones in
        search.rebuild()
    _print_log_ins()


@demo_commands.command("accounts")
@with_appcontext
def accounts() -> None:
    """Print who can sign in to the demo."""
    with transaction():
        is_demo = demo.has_demo()
    if not is_demo:
        raise click.ClickException("The demo is not loaded here. To load it: flask demo load")
    _print_log_ins()


def _print_log_ins() -> None:
    click.echo(f"Demo log-ins, all with the password {demo.PASSWORD}")
    for email, name, roles in demo.log_ins():
        click.echo(f"  {email:<20} {name:<18} {roles}")


def _refuse_in_production() -> None:
    if _is_production():
        raise click.ClickException("The demo's password is public, so it is not for production.")


def _is_production() -> bool:
    config: Config = current_app.extensions["samen.config"]
    return config.environment == "production"
