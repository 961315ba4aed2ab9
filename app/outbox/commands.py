"""`flask outbox …`: what waits, and facts for a reaction that was added later."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import func, select

from app.db import own_session
from app.outbox.deliver import replay
from app.outbox.models import Delivery
from app.outbox.record import reactions

outbox_commands = AppGroup("outbox", help="Facts on their way to reactions.")


@outbox_commands.command("status")
@with_appcontext
def status_command() -> None:
    """Say per reaction how many deliveries wait and how many were given up."""
    waits = func.count().filter(Delivery.done_at.is_(None), Delivery.dead_at.is_(None))
    dead = func.count().filter(Delivery.dead_at.is_not(None))
    with own_session() as session:
        rows = session.execute(
            select(Delivery.reaction, waits, dead).group_by(Delivery.reaction).order_by(Delivery.reaction)
        ).all()
    for reaction, waiting, given_up in rows:
        click.echo(f"{reaction:<32} {waiting:>8,} waiting {given_up:>8,} dead")
    if not rows:
        click.echo("Nothing was ever delivered.")


@outbox_commands.command("replay")
@click.argument("reaction")
@click.option("--since", required=True, metavar="ISO", help="Facts recorded since then, as 2026-11-22 or with a time.")
@with_appcontext
def replay_command(reaction: str, since: str) -> None:
    """Queue the facts that REACTION has not had yet; the worker delivers them."""
    found = reactions().get(reaction)
    if found is None or found.at_once:
        known = ", ".join(sorted(name for name, each in reactions().items() if not each.at_once))
        raise click.ClickException(f"No reaction is called {reaction}. There are: {known}")
    count = replay(found, since=_moment(since))
    click.echo(f"{count:,} facts are queued for {reaction}.")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no date or time as 2026-11-22T14:05.", param_hint="--since") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
