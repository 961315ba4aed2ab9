"""What people look for, and how it went, without who: counted in memory, written together a little later.

A page waits for no write (docs/architecture.md), so a process counts what it answered and writes its counts at most
every few seconds, in a transaction of its own; what it has not written when it is killed is lost. What could name
somebody, or lets somebody in, is taken out before anything is counted.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Executable, case, delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.db import db, is_away, is_storable, transaction, upsert
from app.privacy.recognising import without_details
from app.search.analysis import fold
from app.search.models import LONGEST_SEARCHED, Searched
from app.web import ledger

WRITTEN_EVERY_S = 5.0
MOST_COUNTED = 500
KEPT_DAYS = 180
_PLACE = "samen.search.log"
# Addresses of pages, which may be somebody's way in, whatever has an @, and words that only a program makes up.
_LETS_IN = re.compile(
    r"(?<!\S)\S+@\S+|(?<![.-])[.-]*+\b(?:https?://|www\.)\S+|(?<![\w.-])[\w.-]+\.[a-zA-Z]{2,}/\S+|(?<!\S)/\w[\w-]*/\S+"
    r"|(?<![\w.-])[\w.-]*(?<![a-zA-Z0-9_])(?=[a-zA-Z_]*\d)(?=[\d_]*[a-zA-Z])[a-zA-Z0-9_]{16,}[\w.-]*"
)
# Folding leaves it as it is.
_LEFT_OUT = "\N{REPLACEMENT CHARACTER}"

Key = tuple[date, str, str, str]


@dataclass
class _Count:
    times: int = 0
    found: int = 0
    took_us: int = 0
    clicks: int = 0


class Log:
    """What one process has counted and not yet written."""

    def __init__(self) -> None:
        self._counts: dict[Key, _Count] = {}
        self._lock = threading.Lock()
        self._written_at = 0.0

    def searched(self, place: str, language: str, text: str, *, found: int, took_ms: float) -> None:
        """Count a search."""
        with self._lock:
            count = self._count(place, language, text)
            if count is not None:
                count.times += 1
                count.found = found
                count.took_us += round(took_ms * 1000)

    def clicked(self, place: str, language: str, text: str) -> None:
        """Count that something found was opened. It counts for what was searched for that day, and for nothing else."""
        with self._lock:
            count = self._count(place, language, text)
            if count is not None:
                count.clicks += 1

    def is_due(self) -> bool:
        return bool(self._counts) and time.monotonic() - self._written_at > WRITTEN_EVERY_S

    def write(self) -> None:
        """Write what was counted; while nothing can be written, keep it."""
        with self._lock:
            counts, self._counts = self._counts, {}
            self._written_at = time.monotonic()
        try:
            with ledger.entry() as session:
                for key in sorted(counts):
                    session.execute(_added(key, counts[key]))
        except SQLAlchemyError as error:
            if not is_away(error):
                raise
            with self._lock:
                self._counts = {**counts, **self._counts}

    def _count(self, place: str, language: str, text: str) -> _Count | None:
        words = without_names(text)
        if not words or len(self._counts) >= MOST_COUNTED:
            return None
        return self._counts.setdefault((clock.now().date(), place, language[:8], words), _Count())


def query_log() -> Log:
    """Return the log of this process."""
    found: Log = current_app.extensions.setdefault(_PLACE, Log())
    return found


def without_names(text: str) -> str:
    """Return a text folded, without what names somebody or lets somebody in; empty where nothing is left."""
    left = without_details(_LETS_IN.sub(f" {_LEFT_OUT} ", text[: 2 * LONGEST_SEARCHED]), lambda *_: f" {_LEFT_OUT} ")
    words = " ".join(fold(left).replace(_LEFT_OUT, "…").split())[:LONGEST_SEARCHED]
    return words if is_storable(words) and any(letter.isalnum() for letter in words) else ""


def forget_old() -> None:
    """Forget what was looked for long ago. A job."""
    with transaction() as session:
        session.execute(delete(Searched).where(Searched.day < clock.now().date() - timedelta(days=KEPT_DAYS)))


@dataclass(frozen=True)
class SoughtRow:
    """What was looked for lately, over all days: how often, what came of it. `took_ms` is the mean."""

    text: str
    language: str
    times: int
    found: int
    clicks: int
    asked: int
    took_ms: float


LISTS = ("nothing", "asked", "unopened", "often")
MOST_ROWS = 100


def sought(which: str, *, days: int = 30) -> Sequence[SoughtRow]:
    """Return what was looked for in the last days, one of LISTS, the most frequent first.

    `nothing`: found nothing. `asked`: found something, and a question was sent all the same. `unopened`: found
    something, and nobody opened any of it. `often`: everything.
    """
    times, found = func.sum(Searched.times), func.max(case((_is_last(), Searched.found), else_=0))
    clicks, asked = func.sum(Searched.clicks), func.sum(Searched.asked)
    took = func.sum(Searched.took_us) / func.sum(Searched.times)
    since = clock.now().date() - timedelta(days=days)
    query = select(Searched.text, Searched.language, times, found, clicks, asked, took).where(Searched.day >= since)
    if which != "often":
        query = query.having(
            {
                "nothing": found == 0,
                "asked": (found > 0) & (asked > 0),
                "unopened": (found > 0) & (clicks == 0) & (asked == 0),
            }[which]
        )
    if which != "asked":
        query = query.where(Searched.place == "search")
    rows = db.session.execute(
        query.group_by(Searched.text, Searched.language).order_by(times.desc(), Searched.text).limit(MOST_ROWS)
    )
    return [
        SoughtRow(row[0], row[1], int(row[2]), int(row[3]), int(row[4]), int(row[5]), float(row[6]) / 1000)
        for row in rows
    ]


def _is_last() -> ColumnElement[bool]:
    """What was found on any day counts: the index grows."""
    return Searched.found > 0


def _added(key: Key, count: _Count) -> Executable:
    """Return what adds to a row, and makes it where something was searched for: who opens what was found makes none."""
    day, place, language, text = key
    if not count.times:
        row = (Searched.day == day, Searched.place == place, Searched.language == language, Searched.text == text)
        more = update(Searched).where(*row).values(clicks=Searched.clicks + count.clicks)
        return more.execution_options(synchronize_session=False)
    values = {
        "day": day,
        "place": place,
        "language": language,
        "text": text,
        "times": count.times,
        "found": count.found,
        "took_us": count.took_us,
        "clicks": count.clicks,
    }
    again: dict[str, Any] = {
        "times": Searched.times + count.times,
        "took_us": Searched.took_us + count.took_us,
        "clicks": Searched.clicks + count.clicks,
        "found": count.found,
    }
    made = upsert(Searched).values(**values)
    return made.on_conflict_do_update(index_elements=["day", "place", "language", "text"], set_=again)
