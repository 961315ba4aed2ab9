"""Commands of the importers. They ask the services; what they print is for the person at the keyboard."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click
import flask_migrate
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.config import Config
from app.db import transaction
from app.errors import Conflict
from app.importers import demo
from app.importers.archive import Report, import_archive, look_at_archive
from app.importers.archive_format import ArchiveRefused
from app.importers.archive_survey import base_name
from app.importers.progress import Progress
from app.importers.sources import Source, source_of
from app.search import services as search
from app.search.backend import IndexBusy

MOST_SHOWN = 20
REFUSALS = {
    "index_is_busy": "All rows are there. The search index is being written by another; then: flask search rebuild",
    "import_is_running": "Another import of this source is running.",
    "imported_with_original_times": "This source was imported with its original times; they cannot be moved now.",
}

demo_commands = AppGroup("demo", help="The small community to click through.")
import_commands = AppGroup("import", help="Bring a community from elsewhere in.")


def prepare_demo() -> None:
    """Load the demo into an empty database and print its log-ins; a step of `flask prepare`."""
    if _is_production():
        return
    with transaction():
        is_new = demo.is_empty()
        if is_new:
            demo.load_demo()
        is_demo = demo.has_demo()
    if is_new:
        demo.route_demo()
    if is_demo:
        _print_log_ins()


@demo_commands.command("load")
@with_appcontext
def load() -> None:
    """Load the demo community into an empty database."""
    _refuse_in_production()
    with transaction():
        if not demo.is_empty():
            raise click.ClickException("The database is not empty. To begin anew: flask demo reset")
        demo.load_demo()
    demo.route_demo()
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
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()
    with transaction():
        demo.load_demo()
    demo.route_demo()
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


@import_commands.command("archive")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--as-if-now", is_flag=True, help="Move all times so that the newest is now; each page says so.")
@click.option("--title", default="", help="The community's name, shown on each imported page.")
@click.option("--licence", default="", help="The licence of its texts, shown on each imported page.")
@click.option("--licence-link", default="", help="Where that licence can be read.")
@click.option("--link", default="", help="The address of a question at the source, with {id} in it.")
@with_appcontext
def archive(path: Path, dry_run: bool, as_if_now: bool, title: str, licence: str, licence_link: str, link: str) -> None:
    """Import the community archive in the folder PATH. Safe to repeat, and to go on with after an interruption."""
    found = source_of(path)
    given = {"title": title, "licence": licence, "licence_link": licence_link, "link": link}
    source = replace(found, **{name: value for name, value in given.items() if value})
    progress = Progress()
    try:
        if dry_run:
            report = look_at_archive(path, source, progress)
        else:
            report = import_archive(path, source, as_if_now=as_if_now, progress=progress)
    except ArchiveRefused as error:
        raise click.ClickException(f"Nothing was written. {error}") from error
    except Conflict as error:
        raise click.ClickException(REFUSALS[error.code]) from error
    progress.finish()
    _print_report(source, report, is_dry=dry_run)


def _print_report(source: Source, report: Report, *, is_dry: bool) -> None:
    counts, size = report.counts, report.size
    click.echo(f"{source.title} ({source.licence or 'licence unknown'})")
    click.echo(f"  {'':<10}{'in file':>9}{'new':>9}{'changed':>9}{'same':>9}{'left out':>10}")
    for name, in_file in (("questions", size.questions), ("answers", size.answers)):
        left_out = sum(base_name(row.file) == f"{name}.jsonl" for row in report.left_out)
        numbers = "".join(f"{counts[f'{name}_{word}']:>9,}" for word in ("new", "changed", "same"))
        click.echo(f"  {name:<10}{in_file:>9,}{numbers}{left_out:>10,}")
    for row in report.left_out[:MOST_SHOWN]:
        click.echo(f"  left out: {row.file} line {row.line}: {row.reason}")
    if len(report.left_out) > MOST_SHOWN:
        click.echo(f"  … and {len(report.left_out) - MOST_SHOWN:,} more; the table import_leftovers holds all of them")
    if is_dry:
        click.echo("Nothing was written.")


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
