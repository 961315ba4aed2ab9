"""Small community archives for tests, in our own words."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any


def question(key: str, at: str = "2025-05-01T10:00:00Z", **more: Any) -> dict[str, Any]:
    """Return a row of questions.jsonl; say only what matters."""
    row = {
        "id": key,
        "t": at,
        "user": "asker",
        "title": f"How do I reset thing {key}?",
        "body": f"I pressed the *small* button of thing {key}.\n\nNothing happened.",
        "tags": ["things"],
        "category": "daily-things",
        "locale": "en-US",
        "accepted": None,
        "accepted_known": True,
        "score": 2,
    }
    return {**row, **more}


def answer(key: str, of: str, at: str = "2025-05-01T11:00:00Z", **more: Any) -> dict[str, Any]:
    """Return a row of answers.jsonl."""
    row = {
        "id": key,
        "qid": of,
        "t": at,
        "user": "helper",
        "body": f"Hold it for five seconds ({key}).",
        "score": 3,
        "neg": 0,
        "accepted": False,
    }
    return {**row, **more}


def archive(
    folder: Path,
    questions: list[dict[str, Any] | str],
    answers: list[dict[str, Any] | str],
    votes: str | None = None,
    *,
    is_compressed: bool = False,
) -> Path:
    """Write an archive; a row may be given as the very line to write. Returns the folder."""
    folder.mkdir(exist_ok=True)
    for name, rows in (("questions.jsonl", questions), ("answers.jsonl", answers)):
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        written = "".join(f"{line}\n" for line in lines).encode()
        if is_compressed:
            (folder / f"{name}.xz").write_bytes(lzma.compress(written))
        else:
            (folder / name).write_bytes(written)
    if votes is not None:
        (folder / "votes.csv").write_text(votes)
    return folder
