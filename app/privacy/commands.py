"""Commands by which operators answer a person's request: what is held about me, and forget me."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from app.accounts.models import Person
from app.actor import SYSTEM
from app.db import db, folded, transaction
from app.errors import NotAllowed, NotFound
from app.privacy.rights import erase_person, export_person

privacy_commands = AppGroup("privacy", help="A person's rights over what is held about her.")


@privacy_commands.command("export")
@click.argument("handle")
@with_appcontext
def export_command(handle: str) -> None:
    """Print everything held about the person with this HANDLE, as JSON."""
    with transaction():
        click.echo(json.dumps(export_person(_person_id(handle)), ensure_ascii=False, indent=2))


@privacy_commands.command("erase")
@click.argument("handle")
@click.confirmation_option(prompt="This cannot be undone. Forget this person?")
@with_appcontext
def erase_command(handle: str) -> None:
    """Forget the person with this HANDLE. What she wrote in public stays, without her name."""
    with transaction():
        try:
            erase_person(SYSTEM, _person_id(handle))
        except NotFound as error:
            raise click.ClickException(f"{handle} is forgotten already.") from error
        except NotAllowed as error:
            raise click.ClickException(error.sentence()) from error
    click.echo(f"{handle} is forgotten.")


def _person_id(handle: str) -> int:
    found = db.session.scalar(select(Person.id).where(Person.handle_key == folded(handle.removeprefix("@"))))
    if found is None:
        raise click.ClickException(f"There is no person {handle}.")
    return found
