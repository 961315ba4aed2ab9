"""`flask import …`: bring a community from elsewhere in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import click
import flask_migrate
import sqlalchemy as sa
from flask.cli import AppGroup, with_appcontext

from app.db import db, transaction
from app.errors import Conflict
from app.importers.archive import Archive
from app.importers.discourse.forum import Forum
from app.importers.origin import Origin
from app.importers.progress import Progress
from app.importers.rows import ArchiveRefused
from app.importers.running import Report, beside, look_at, run_import
from app.importers.sources import Source, discourse_source, source_of, stack_exchange_source
from app.importers.stackexchange.dump import Dump
from app.importers.telling import as_told

REFUSALS = {
    "index_is_busy": "All rows are there. The search index is being written by another; then: flask search rebuild",
    "import_is_running": "Another import of this source is running.",
    "imported_with_original_times": "This source was imported with its original times; they cannot be moved now.",
}
OPTIONS = (
    click.argument("path", type=click.Path(exists=True, path_type=Path)),
    click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing."),
    click.option("--as-if-now", is_flag=True, help="Move all times so that the newest is now; each page says so."),
    click.option(
        "--addresses",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="CSV with the columns user and email: who proves to have an address may claim that author's texts.",
    ),
    click.option("--title", default="", help="The community's name, shown on each imported page."),
    click.option("--licence", default="", help="The licence of its texts, shown on each imported page."),
    click.option("--licence-link", default="", help="Where that licence can be read."),
    click.option("--link", default="", help="The address of a question at the source, with {id} in it."),
)

import_commands = AppGroup("import", help="Bring a community from elsewhere in.")


def _takes_a_source(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the path and the options that every import has."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@import_commands.command("archive")
@_takes_a_source
@with_appcontext
def archive(path: Path, dry_run: bool, as_if_now: bool, addresses: Path | None, **given: str) -> None:
    """Import the community archive in the folder PATH. Safe to repeat, and to go on with after an interruption."""
    _bring_in(Archive(path), _source(source_of(path), given), dry_run=dry_run, as_if_now=as_if_now, addresses=addresses)


@import_commands.command("stackexchange")
@_takes_a_source
@with_appcontext
def stackexchange(path: Path, dry_run: bool, as_if_now: bool, addresses: Path | None, **given: str) -> None:
    """Import the Stack Exchange dump at PATH, a folder or the .7z as published. Safe to repeat, and to go on with."""
    source = _source(stack_exchange_source(path), given)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder, "scratch") if dry_run else beside(source, "scratch")
        _bring_in(Dump(path, scratch), source, dry_run=dry_run, as_if_now=as_if_now, addresses=addresses)


@import_commands.command("discourse")
@_takes_a_source
@with_appcontext
def discourse(path: Path, dry_run: bool, as_if_now: bool, addresses: Path | None, **given: str) -> None:
    """Import the topics in the folder PATH, as Discourse serves them at /t/ID.json. Safe to repeat."""
    source = _source(discourse_source(path), given)
    forum = Forum(path, address=source.link)
    _bring_in(forum, source, dry_run=dry_run, as_if_now=as_if_now, addresses=addresses)


def _source(found: Source, given: dict[str, str]) -> Source:
    """Return the source as the operator told it, now or at its last import."""
    if not sa.inspect(db.engine).get_table_names():
        flask_migrate.upgrade()  # a new installation
    with transaction():  # left open, a read would make the first write fail where the worker wrote meanwhile
        return as_told(found, given)


def _bring_in(origin: Origin, source: Source, *, dry_run: bool, as_if_now: bool, addresses: Path | None) -> None:
    progress = Progress()
    try:
        if dry_run:
            report = look_at(origin, source, progress)
        else:
            report = run_import(origin, source, as_if_now=as_if_now, addresses=addresses, progress=progress)
    except ArchiveRefused as error:
        raise click.ClickException(f"Nothing was written. {error}") from error
    except Conflict as error:
        raise click.ClickException(REFUSALS[error.code]) from error
    progress.finish()
    _print_report(report, is_dry=dry_run)


def _print_report(report: Report, *, is_dry: bool) -> None:
    counts = report.counts
    click.echo(f"{report.source.title} ({report.source.licence or 'licence unknown'})")
    for name, was, now in report.altered:
        click.echo(f"  {name.replace('_', ' ')} on all its pages: {now} (was {was})")
    click.echo(f"  {'':<12}{'in file':>9}{'new':>9}{'changed':>9}{'same':>9}{'left out':>10}")
    for kind, in_file in report.sizes.items():
        numbers = "".join(f"{counts[f'{kind}_{word}']:>9,}" for word in ("new", "changed", "same"))
        if f"{kind}_counted" in counts:
            numbers = f"{counts[f'{kind}_counted']:>18,} counted "
        click.echo(f"  {kind:<12}{in_file:>9,}{numbers}{counts[f'{kind}_left_out']:>10,}")
    if not report.sizes["answers"]:
        click.echo("  There are no answers in it.")
    for file, reason, number, lines in report.left_out.lines():
        more = f" … ({number:,} rows)" if number > len(lines) else ""
        click.echo(f"  left out: {file} line {', '.join(map(str, lines))}{more}: {reason}")
    if report.left_out.reasons and not is_dry:
        click.echo("  The table import_leftovers holds what was left out.")
    if is_dry:
        click.echo("Nothing was written.")
