"""Keep what a survey found until its run is finished, so that a run that goes on need not read everything again."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.importers.rows import RowError
from app.importers.survey import Author, Survey


def keep_survey(path: Path, found: Survey, *, fingerprint: str) -> None:
    """Write the survey of the source with this fingerprint: as a whole or not at all."""
    rows = {
        "fingerprint": fingerprint,
        "sizes": found.sizes,
        "newest": _text(found.newest),
        "authors": {
            key: [author.first_at.isoformat(), author.languages, author.name] for key, author in found.authors.items()
        },
        "accepted": {question: [answer, _text(at)] for question, (answer, at) in found.accepted.items()},
        "leftovers": [asdict(row) for row in found.leftovers],
        "skipped": {kind: sorted(numbers) for kind, numbers in found.skipped.items()},
        "licences": found.licences,
    }
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(rows), encoding="utf-8")
    os.replace(draft, path)


def kept_survey(path: Path, *, fingerprint: str) -> Survey | None:
    """Return the survey kept here; None when there is none of the source with this fingerprint."""
    if not path.exists():
        return None
    rows: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if rows["fingerprint"] != fingerprint:
        return None
    return Survey(
        sizes=Counter(rows["sizes"]),
        newest=datetime.fromisoformat(rows["newest"]) if rows["newest"] else None,
        authors={key: Author(datetime.fromisoformat(at), *rest) for key, (at, *rest) in rows["authors"].items()},
        accepted={question: (answer, _moment(at)) for question, (answer, at) in rows["accepted"].items()},
        leftovers=[RowError(**row) for row in rows["leftovers"]],
        skipped={kind: set(numbers) for kind, numbers in rows["skipped"].items()},
        licences=rows["licences"],
    )


def _text(at: datetime | date | None) -> str | None:
    return at.isoformat() if at is not None else None


def _moment(text: str | None) -> datetime | date | None:
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
