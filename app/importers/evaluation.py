"""`flask routing evaluate PATH`: measure the ranking on a community archive. Here, because archives are read here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import click

from app.importers import archive_format as given
from app.importers.rows import ArchiveRefused, RowError
from app.routing import evaluation
from app.routing.commands import routing_commands

Row = TypeVar("Row")


@routing_commands.command("evaluate")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--test-from", default=0.8, show_default=True, help="The share of questions before the test begins.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all figures here, as JSON."
)
def evaluate(path: Path, test_from: float, json_file: Path | None) -> None:
    """Play the community archive in the folder PATH in time order and measure the ranking against what people did."""
    try:
        size = given.check(path)
        with click.progressbar(length=size.questions, label="playing", show_pos=True) as bar:
            figures = evaluation.figures_of(
                _good(given.read_questions(path)),
                _good(given.read_answers(path)),
                _good(given.read_votes(path)),
                test_from=test_from,
                progress=lambda played, _all: bar.update(played - bar.pos),
            )
    except ArchiveRefused as error:
        raise click.ClickException(str(error)) from error
    except ValueError as error:
        raise click.ClickException(f"This archive cannot be measured: {error}.") from error
    for line in evaluation.lines(figures):
        click.echo(line)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _good(rows: Iterable[tuple[int, Row | RowError]]) -> Iterator[Row]:
    return (row for _, row in rows if not isinstance(row, RowError))
