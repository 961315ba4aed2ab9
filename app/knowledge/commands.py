"""`flask knowledge …`: write all articles to a folder of Markdown files, and take such a folder in again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from app.actor import Actor
from app.db import transaction
from app.errors import DomainError
from app.knowledge import folder
from app.knowledge.folder import FileArticle, NoFrontMatter, NotAnArticle
from app.knowledge.queries.care import person_called
from app.knowledge.services import exchanging
from app.knowledge.services.exchanging import Former, Taken
from app.organisations.identify import actor_of

knowledge_commands = AppGroup("knowledge", help="Articles as Markdown files.")


@knowledge_commands.command("export")
@click.argument("folder_path", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def export_command(folder_path: Path) -> None:
    """Write every article to FOLDER, as LANGUAGE/SLUG.md with front matter. Files of other articles stay."""
    with transaction():
        files, former = list(exchanging.articles_as_files()), list(exchanging.former_files())
    for file in files:
        path = folder_path / folder.path_of(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(folder.written(file).encode())
    for each in former:
        _take_away(folder_path, each)
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
    outcomes: Counter[str] = Counter()
    found: list[tuple[Path, FileArticle]] = []
    for path in sorted(each for each in folder_path.rglob("*.md") if not _is_hidden(each.relative_to(folder_path))):
        read = _read(path)
        if isinstance(read, FileArticle):
            found.append((path, read))
        else:
            _tell(path.relative_to(folder_path), read, outcomes)
    for path, file in sorted(found, key=lambda each: exchanging.order_of(each[1])):
        _tell(path.relative_to(folder_path), _taken(actor, file), outcomes)
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "nothing there")
    if outcomes.keys() & {"conflict", "refused"}:
        raise SystemExit(1)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _read(path: Path) -> FileArticle | Taken:
    """Return the article a file tells, or why it tells none."""
    try:
        return folder.read(path.read_bytes().decode())
    except NoFrontMatter as error:
        return Taken("ignored", str(error))
    except (NotAnArticle, UnicodeDecodeError) as error:
        return Taken("refused", str(error))


def _taken(actor: Actor, file: FileArticle) -> Taken:
    """Take a file in, in a transaction of its own, so that nothing stays of one that is refused."""
    try:
        with transaction():
            text = exchanging.compose_file(file)
        with transaction():
            return exchanging.take_in(actor, file, text)
    except DomainError as error:
        return Taken("refused", error.sentence())


def _tell(path: Path, taken: Taken, outcomes: Counter[str]) -> None:
    outcomes[taken.outcome] += 1
    if taken.why:
        click.echo(f"{path}: {taken.outcome}, {taken.why}", err=True)


def _take_away(folder_path: Path, former: Former) -> None:
    """Remove the file of an article that has another name now, unless it holds what is nowhere else."""
    path = folder_path / former.path
    if not path.is_file():
        return
    file, now = _read(path), folder.path_of(former.now)
    if isinstance(file, FileArticle) and exchanging.holds_nothing_new(file, former.now):
        path.unlink()
        click.echo(f"{former.path} removed: it is {now} now")
    else:
        click.echo(f"{former.path} left, because it was changed: it is {now} now", err=True)
