"""`flask search …`: make the index anew, say how it is."""

from __future__ import annotations

import time

import click
from flask.cli import AppGroup

from app.search import services
from app.search.backend import IndexBusy, IndexUnusable
from app.search.engine import search_engine

group = AppGroup("search", help="The search index.")


@group.command("rebuild")
def rebuild_command() -> None:
    """Make the index anew from the database. The old one answers until the new one is whole."""
    started = time.monotonic()
    try:
        count = services.rebuild()
    except IndexBusy:
        raise click.ClickException("Another process is writing the index. Try again when it is done.") from None
    took = time.monotonic() - started
    click.echo(f"{count:,} documents in {took:.1f} s ({count / max(took, 0.001):,.0f} per s).")


@group.command("status")
def status_command() -> None:
    """Say how large and how fresh the index is, after reading all of it."""
    waiting = services.stale_count()
    try:
        status = search_engine().check()
    except IndexUnusable as error:
        raise click.ClickException(
            f"The index cannot be used: {error}. The worker makes it anew by itself; so does `flask search rebuild`."
        ) from None
    click.echo(f"engine       {status.engine}")
    click.echo(f"documents    {status.documents:,}")
    click.echo(f"waiting      {waiting:,}")
    click.echo(f"parts        {status.parts}")
    click.echo(f"size         {status.size_bytes / 1e6:.1f} MB")
    click.echo(f"changed      {status.changed_at:%Y-%m-%d %H:%M:%S} UTC")
