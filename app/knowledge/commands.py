"""`flask knowledge …`: write all articles to a folder of Markdown files, and take such a folder in again."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from app.db import transaction
from app.errors import DomainError
from app.knowledge import folder
from app.knowledge.folder import FileArticle, NotAnArticle
from app.knowledge.queries.care import person_called
from app.knowledge.services import exchanging
from app.knowledge.wording import ArticleText
from app.organisations.identify import actor_of

knowledge_commands = AppGroup("knowledge", help="Articles as Markdown files.")


@knowledge_commands.command("export")
@click.argument("folder_path", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def export_command(folder_path: Path) -> None:
    """Write every article to FOLDER, as LANGUAGE/SLUG.md with front matter. Files of other articles stay."""
    with transaction():
        files = list(exchanging.articles_as_files())
    for file in files:
        path = folder_path / folder.path_of(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(folder.written(file).encode())
    click.echo(f"{len(files)} articles written to {folder_path}")


@knowledge_commands.command("import")
@click.argument("folder_path", metavar="FOLDER", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--as", "handle", required=True, help="The handle of who writes what is new, and changes the rest.")
@with_appcontext
def import_command(folder_path: Path, handle: str) -> None:
    """Take the articles of FOLDER in. What was changed here since a file was written is left alone and named."""
    with transaction():
        person = person_called(handle)
        if person is None:
            raise click.ClickException(f"There is no person {handle} who can sign in.")
        actor = actor_of(person)
    files, outcomes = _read(folder_path), dict[str, int]()
    with transaction():
        here = {each.slug: each for each in exchanging.articles_as_files()}
    for file in exchanging.in_order(files):
        with transaction():
            text = _composed(file)
        if text is None:
            outcomes["refused"] = outcomes.get("refused", 0) + 1
            continue
        with transaction():
            taken = exchanging.take_in(actor, file, text, here)
        outcomes[taken.outcome] = outcomes.get(taken.outcome, 0) + 1
        if taken.why:
            click.echo(f"{folder.path_of(file)}: {taken.outcome}, {taken.why}", err=True)
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "nothing there")
    if outcomes.keys() & {"conflict", "refused"}:
        raise SystemExit(1)


def _read(folder_path: Path) -> list[FileArticle]:
    found = []
    for path in sorted(folder_path.glob("*/*.md")):
        try:
            found.append(folder.read(path.read_bytes().decode()))
        except (NotAnArticle, UnicodeDecodeError) as error:
            raise click.ClickException(f"{path}: {error}") from error
    return found


def _composed(file: FileArticle) -> ArticleText | None:
    try:
        return exchanging.compose_file(file)
    except DomainError as error:
        click.echo(f"{folder.path_of(file)}: {error.sentence()}", err=True)
        return None
