"""`flask people appoint EMAIL`: the first operator. Further ones are made by operators, on their pages."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.accounts.addresses import parse_address
from app.accounts.commands import people_commands
from app.accounts.queries import login_with
from app.admin import services
from app.db import transaction
from app.errors import Invalid


@people_commands.command("appoint")
@click.argument("email")
@with_appcontext
def appoint_command(email: str) -> None:
    """Make whoever signs in with EMAIL an operator of this installation."""
    try:
        key = parse_address(email).key
    except Invalid as error:
        raise click.ClickException(f"{email} is not a mail address.") from error
    with transaction():
        login = login_with(key)
        if login is None:
            raise click.ClickException(f"Nobody signs in with {email}. Sign up on the site first.")
        services.appoint_operator(login.person)
        name, handle = login.person.name, login.person.handle
    click.echo(f"{name} (@{handle}) is an operator.")
