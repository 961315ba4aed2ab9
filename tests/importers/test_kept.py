"""A survey that is kept says afterwards what it said before; one of another archive is not taken for it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

from app.importers.kept import keep_survey, kept_survey
from app.importers.rows import RowError
from app.importers.survey import Author, Survey

MOMENT = datetime(2025, 5, 1, 10, 30, tzinfo=UTC)
FOUND = Survey(
    sizes=Counter(questions=2, answers=3),
    authors={"zoë": Author(MOMENT, ["en", "nl"], "Zoë"), "": Author(MOMENT, [])},
    newest=MOMENT,
    accepted={"1": ("11", None), "2": ("21", MOMENT), "3": ("31", date(2025, 5, 6))},
    leftovers=[RowError("questions.jsonl", 7, "it has no title", "{}")],
    skipped={"questions": {7}},
    licences=["CC BY-SA 4.0"],
)


def test_kept_survey_is_the_same_survey(tmp_path: Path) -> None:
    keep_survey(tmp_path / "kept.json", FOUND, fingerprint="abc")

    assert kept_survey(tmp_path / "kept.json", fingerprint="abc") == FOUND


def test_survey_of_another_archive_is_not_taken(tmp_path: Path) -> None:
    keep_survey(tmp_path / "kept.json", FOUND, fingerprint="abc")

    assert kept_survey(tmp_path / "kept.json", fingerprint="def") is None
    assert kept_survey(tmp_path / "none.json", fingerprint="abc") is None
