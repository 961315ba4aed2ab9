"""Authors of an archive become people without a log-in: one per name, with a handle nobody has yet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from sqlalchemy import insert, select

from app.accounts.models import Person
from app.db import db, folded, transaction
from app.importers.archive_survey import Author
from app.importers.archive_work import Work, batches, digest_of, ids_by, new_ids, table_of
from app.importers.progress import Progress

NOBODY = "someone"
LONGEST_HANDLE, LONGEST_SOURCE_KEY = 30, 160
PEOPLE_WEIGHT = 0.1
BATCH = 2_000


def write_people(work: Work, authors: Mapping[str, Author], progress: Progress) -> None:
    """Make the people that are missing and note everybody's id in `work.people`."""
    with transaction():
        known = select(Person.source_key, Person.id).where(Person.source == work.source)
        ids: dict[str | None, int] = dict(db.session.execute(known).all())
    work.people.update((name, ids[_source_key(name)]) for name in authors if _source_key(name) in ids)
    missing = [name for name in authors if name not in work.people]
    progress.phase("people", weight=PEOPLE_WEIGHT)
    progress.advance(len(authors) - len(missing))
    for names in batches(missing, BATCH):
        with transaction():
            _insert(work, {name: authors[name] for name in names})
        progress.advance(len(names))


def _insert(work: Work, authors: Mapping[str, Author]) -> None:
    handles = _free_handles(work.source, authors)
    ids = new_ids(Person, len(authors))
    rows = [
        {
            "id": person_id,
            "handle": handles[name],
            "handle_key": folded(handles[name]),
            "name": " ".join(name.split())[:80] or handles[name],
            "bio": "",
            "languages": author.languages,
            "time_zone": "UTC",
            "theme": "system",
            "is_operator": False,
            "is_moderator": False,
            "is_curator": False,
            "can_sign_in": False,
            "created_at": work.at(author.first_at),
            "source": work.source,
            "source_key": _source_key(name),
        }
        for person_id, (name, author) in zip(ids, authors.items(), strict=True)
    ]
    db.session.execute(insert(table_of(Person)), rows)
    work.people.update(zip(authors, ids, strict=True))
    work.counts["people_new"] += len(rows)


def _free_handles(source: str, authors: Mapping[str, Author]) -> dict[str, str]:
    """Return a handle per name: the name itself where it can be one and is free, else with the source or a number."""
    wanted = {name: _handle_of(name) for name in authors}
    taken = set(ids_by(Person.handle_key, Person.id, {folded(handle) for handle in wanted.values()}))
    handles: dict[str, str] = {}
    for name, handle in wanted.items():
        number, candidate = 1, handle
        while folded(candidate) in taken or (number > 1 and _exists(candidate)):
            number += 1
            candidate = f"{handle}-{source[:20]}" if number == 2 else f"{handle}-{number}"
        taken.add(folded(candidate))
        handles[name] = candidate
    return handles


def _handle_of(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    handle = re.sub(r"[^A-Za-z0-9_.-]+", "-", plain)[:LONGEST_HANDLE].strip("-_.")
    return handle if len(handle) > 1 else NOBODY


def _exists(handle: str) -> bool:
    return db.session.scalar(select(Person.id).where(Person.handle_key == folded(handle))) is not None


def _source_key(name: str) -> str:
    if len(name) <= LONGEST_SOURCE_KEY:
        return name
    return f"{name[:100]}#{digest_of([name])}"
