"""A slice of a real community: everything in it arrives, and arrives once. Reads ../shared, keeps nothing of it."""

from __future__ import annotations

import io
import json
import lzma
from itertools import islice
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.community.models.posts import Answer, Question
from app.importers.archive import import_archive
from app.importers.models import ImportLeftover
from app.importers.progress import Progress
from app.importers.sources import source_of
from tests.importers.make import archive

QUESTIONS = 250

pytestmark = pytest.mark.needs_shared


@pytest.fixture
def real(shared_data: Path, tmp_path: Path) -> Path:
    """Cut the first questions with their answers out of the Thunderbird archive."""
    folder = shared_data / "thunderbird-support"
    with lzma.open(folder / "questions.jsonl.xz", "rt", encoding="utf-8") as file:
        questions = [line.rstrip("\n") for line in islice(file, QUESTIONS)]
    keys = {json.loads(line)["id"] for line in questions}
    with lzma.open(folder / "answers.jsonl.xz", "rt", encoding="utf-8") as file:
        answers = [line.rstrip("\n") for line in islice(file, QUESTIONS * 6) if json.loads(line)["qid"] in keys]
    return archive(tmp_path / "thunderbird-support", [*questions], [*answers])


def test_everything_arrives_once(database: Session, real: Path) -> None:
    source = source_of(real)

    first = import_archive(real, source, progress=Progress(io.StringIO()))
    second = import_archive(real, source, progress=Progress(io.StringIO()))

    counted = [database.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Question, Answer)]
    assert counted == [first.sizes["questions"], first.sizes["answers"]] == [QUESTIONS, first.counts["answers_new"]]
    assert database.scalar(sa.select(sa.func.count()).select_from(ImportLeftover)) == 0
    assert not second.is_changed
    assert source.licence == "CC BY-SA 3.0 or later"
