"""Commands about people. They ask the services; what they print is for the person at the keyboard."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from app.accounts.addresses import Address, parse_address
from app.accounts.joining import hand_over
from app.accounts.models import Person
from app.accounts.queries import login_with
from app.config import Config
from app.db import db, folded, transaction
from app.errors import Conflict, Invalid
from app.paging import LARGEST_ID

people_commands = AppGroup("people", help="The people of this installation.")


@people_commands.command("hand-over")
@click.argument("person")
@click.argument("email")
@click.option("--language", type=click.Choice(["en", "nl"]), default="en", help="The language of the letter.")
@with_appcontext
def hand_over_command(person: str, email: str, language: str) -> None:
    """Give the imported PERSON (a handle or an id) a log-in: whoever reads EMAIL chooses the password."""
    address = _address(email)
    with transaction():
        found = _person(person)
        if login_with(address.key) is not None:
            raise click.ClickException(f"{address.shown} belongs to somebody already.")
        try:
            hand_over(found, address, language=language)
        except Conflict as error:
            raise click.ClickException(f"{found.name} (@{found.handle}) cannot be handed over.") from error
        name, handle = found.name, found.handle
    config: Config = current_app.extensions["samen.config"]
    click.echo(f"{name} (@{handle}): a letter to {address.shown} has the link to choose a password.")
    if config.shows_letters:
        # The address is that of a server that may have taken another port than the usual one, or not run at all.
        click.echo("While Samen runs, its page /letters shows it.")


def _address(email: str) -> Address:
    try:
        return parse_address(email)
    except Invalid as error:
        raise click.ClickException(f"{email} is not a mail address.") from error


def _person(text: str) -> Person:
    """Return whom a handle or an id means; a handle of digits comes first."""
    found = db.session.scalars(select(Person).where(Person.handle_key == folded(text.removeprefix("@")))).one_or_none()
    if found is None and text.isdecimal() and int(text) <= LARGEST_ID:
        found = db.session.get(Person, int(text))
    if found is None:
        raise click.ClickException(f"There is no person {text}.")
    return found
