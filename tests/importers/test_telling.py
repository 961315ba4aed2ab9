"""Promises about what a source is said to be: licences that its texts name are never shortened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.community.models.posts import Question
from app.community.models.shelves import Tag
from app.db import db
from app.importers.archive import Archive
from app.importers.sources import Source
from app.importers.survey import Survey
from app.importers.telling import with_licences
from tests.importers.make import archive, question


@pytest.mark.parametrize(
    "told, named, shown",
    [
        ("", [], ""),
        ("", ["CC BY-SA 3.0", "CC BY-SA 4.0"], "CC BY-SA 3.0 / CC BY-SA 4.0"),
        ("CC BY-SA 3.0", ["CC BY-SA 3.0", "CC BY-SA 4.0"], "CC BY-SA 3.0 / CC BY-SA 4.0"),
        ("CC BY-SA 3.0", [], "CC BY-SA 3.0"),
        ("By agreement", ["CC BY-SA 3.0"], "By agreement"),
    ],
)
def test_licences_named_by_the_texts_are_shown_unless_told_otherwise(told: str, named: list[str], shown: str) -> None:
    assert with_licences(Source("things", "Things", licence=told), named).licence == shown


@pytest.mark.commits
def test_what_others_write_while_a_file_is_looked_through_stops_no_import(
    app: Flask, database: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker writes beside an import all the time, and checking a large file takes minutes."""

    def survey(*given: Any) -> Survey:
        with db.engine.begin() as beside:
            beside.execute(insert(Tag).values(name="written-beside", questions_count=0, texts={}))
        return looked_through(*given)

    looked_through = Archive.survey
    monkeypatch.setattr(Archive, "survey", survey)
    folder = archive(tmp_path / "things", [question("1")], [])

    done = app.test_cli_runner().invoke(args=["import", "archive", str(folder)])

    assert done.exit_code == 0, done.output
    assert database.scalar(select(func.count()).select_from(Question)) == 1
