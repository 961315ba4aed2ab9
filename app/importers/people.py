"""Authors of a source become people without a log-in: one per key, with a handle nobody has yet.

Who was erased here stays erased: her texts keep the emptied row they had. Who claimed what is hers owns later rows too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from app.accounts.models import FormerHandle, Person
from app.accounts.queries import was_given_up
from app.db import db, folded
from app.importers.models import ForgottenAuthor
from app.importers.survey import Author
from app.importers.work import Work, ids_by, new_ids, source_key, table_of

NOBODY = "someone"
LONGEST_HANDLE, LONGEST_NAME = 30, 80


@dataclass(frozen=True)
class NewPerson:
    """An author as she is to be made."""

    name: str
    since: datetime
    languages: Sequence[str] = ()
    bio: str = ""


def know_people(work: Work) -> None:
    """Note the ids of all authors of this source who are here, or were."""
    owner = func.coalesce(Person.merged_into_id, Person.id)
    known = select(Person.source_key, owner).where(Person.source == work.source)
    work.people.update((key, person_id) for key, person_id in db.session.execute(known) if key is not None)
    gone = select(ForgottenAuthor.key_digest, ForgottenAuthor.person_id).where(ForgottenAuthor.source == work.source)
    work.forgotten.update((digest, person_id) for digest, person_id in db.session.execute(gone))
    db.session.rollback()


def missing_authors(work: Work, authors: Iterable[tuple[str, Author]]) -> list[tuple[str, Author]]:
    """Return those of these authors who are nobody here yet."""
    return [(key, author) for key, author in authors if work.known_person(key) is None]


def write_authors(work: Work, authors: Sequence[tuple[str, Author]]) -> None:
    """Make the people that are missing among these authors, inside the caller's transaction."""
    missing = missing_authors(work, authors)
    make_people(
        work,
        {key: NewPerson(author.name or key, work.at(author.first_at), author.languages) for key, author in missing},
    )
    work.counts["authors_new"] += len(missing)
    work.counts["authors_same"] += len(authors) - len(missing)


def make_people(work: Work, authors: Mapping[str, NewPerson]) -> None:
    """Insert people by their keys at the source, inside the caller's transaction."""
    if not authors:
        return
    handles = _free_handles(work.source, {key: author.name for key, author in authors.items()})
    ids = new_ids(Person, len(authors))
    rows = [
        {
            "id": person_id,
            "handle": handles[key],
            "handle_key": folded(handles[key]),
            "name": shown_name(author.name) or handles[key],
            "bio": author.bio,
            "languages": list(author.languages),
            "time_zone": "UTC",
            "theme": "system",
            "is_operator": False,
            "is_moderator": False,
            "is_curator": False,
            "can_sign_in": False,
            "created_at": author.since,
            "source": work.source,
            "source_key": source_key(key),
        }
        for person_id, (key, author) in zip(ids, authors.items(), strict=True)
    ]
    db.session.execute(insert(table_of(Person)), rows)
    work.people.update((source_key(key), person_id) for key, person_id in zip(authors, ids, strict=True))


def shown_name(name: str) -> str:
    """Return a name of a source as ours are written; empty where there is nothing to show."""
    return " ".join(name.split())[:LONGEST_NAME]


def _free_handles(source: str, names: Mapping[str, str]) -> dict[str, str]:
    """Return a handle per key: the name itself where it can be one and is free, else with the source or a number."""
    wanted = {key: _handle_of(name) for key, name in names.items()}
    keys = {folded(handle) for handle in wanted.values()}
    taken = set(ids_by(Person.handle_key, Person.id, keys)) | set(
        ids_by(FormerHandle.handle_key, FormerHandle.person_id, keys)
    )
    handles: dict[str, str] = {}
    for key, handle in wanted.items():
        number, candidate = 1, handle
        while folded(candidate) in taken or (number > 1 and _exists(candidate)):
            number += 1
            candidate = f"{handle}-{source[:20]}" if number == 2 else f"{handle}-{number}"
        taken.add(folded(candidate))
        handles[key] = candidate
    return handles


def _handle_of(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    handle = re.sub(r"[^A-Za-z0-9_.]+", "-", plain)[:LONGEST_HANDLE].strip("-_.")
    return handle if len(handle) > 1 else NOBODY


def _exists(handle: str) -> bool:
    key = folded(handle)
    return db.session.scalar(select(Person.id).where(Person.handle_key == key)) is not None or was_given_up(key)
