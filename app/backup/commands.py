"""`flask backup …`: make a backup, prove it, restore it."""

from __future__ import annotations

import time
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app import clock
from app.backup import services
from app.backup.packing import BackupUnusable, Manifest
from app.config import Config

backup_commands = AppGroup("backup", help="Everything in one file: made while people work, proved, restored.")


@backup_commands.command("create")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), required=False)
@with_appcontext
def create_command(path: Path | None) -> None:
    """Write all rows and files to PATH (default: backups/ in the instance folder). Samen may go on running."""
    config: Config = current_app.extensions["samen.config"]
    path = path or config.instance / "backups" / f"samen-{clock.now():%Y-%m-%dT%H%M%SZ}.zip"
    began = time.monotonic()
    try:
        manifest = services.create(path)
    except FileExistsError as error:
        raise click.ClickException(f"{path} is there already. Choose another name.") from error
    except services.CannotBackUp as error:
        raise click.ClickException(f"No backup was made: {error}.") from error
    click.echo(f"{path}: {_size(manifest)}, {path.stat().st_size / 1e6:,.1f} MB, in {time.monotonic() - began:.1f} s")
    if manifest.missing_files:
        click.echo(
            f"{len(manifest.missing_files)} files that rows name were not there: {manifest.missing_files[:5]}", err=True
        )
    click.echo(f"Keep it away from this machine, and {config.instance / 'secret_key'} in a safe: it is not in it.")


@backup_commands.command("verify")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def verify_command(path: Path) -> None:
    """Read all of PATH, compare every checksum, and restore it into a database that is thrown away."""
    began = time.monotonic()
    try:
        manifest = services.verify(path)
    except BackupUnusable as error:
        raise click.ClickException(f"{path} cannot be restored: {error}.") from error
    click.echo(f"{path} is whole: {_size(manifest)}, made {manifest.made_at}, read in {time.monotonic() - began:.1f} s")


@backup_commands.command("restore")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore_command(path: Path) -> None:
    """Put PATH into this installation. Its database must be empty, and may be of the other kind."""
    began = time.monotonic()
    try:
        restored = services.restore(path, say=lambda part: click.echo(f"  {part}"))
    except BackupUnusable as error:
        raise click.ClickException(f"{path} cannot be restored: {error}. Nothing was changed.") from error
    except services.CannotBackUp as error:
        raise click.ClickException(
            f"Nothing was restored: {error}. Stop Samen, move the old database out of the way (or name an empty one in "
            "SAMEN_DATABASE_URL), and try again."
        ) from error
    click.echo(
        f"{restored.rows:,} rows, {restored.files:,} files, {restored.documents:,} documents to search "
        f"in {time.monotonic() - began:.1f} s"
    )


def _size(manifest: Manifest) -> str:
    return f"{sum(manifest.rows.values()):,} rows in {len(manifest.rows)} tables and {len(manifest.files):,} files"
