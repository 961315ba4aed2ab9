"""Mail addresses of authors, kept as digests only: enough to know again whoever proves to have one.

Old dumps hold an MD5 of the address; an operator may give a file of addresses, of which a SHA-256 is kept.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.accounts.addresses import parse_address
from app.db import db, upsert
from app.errors import Invalid
from app.importers.models import AuthorAddress
from app.importers.origin import Counts, Numbered, Refused, Step
from app.importers.rows import ArchiveRefused, RowError
from app.importers.work import Work

COLUMNS = ("user", "email")
NOBODY = "d41d8cd98f00b204e9800998ecf8427e"  # the MD5 of no address at all


def md5_digest(given: str | None) -> str | None:
    """Return an MD5 from a dump as it is kept; None where it is none, or one of nothing."""
    folded = (given or "").strip().lower()
    return f"md5:{folded}" if re.fullmatch(r"[0-9a-f]{32}", folded) and folded != NOBODY else None


def digests_of(email: str) -> tuple[str, ...]:
    """Return the digests by which a source may know this address."""
    folded = email.strip().lower().encode()
    return (
        f"md5:{hashlib.md5(folded, usedforsecurity=False).hexdigest()}",  # what old dumps hold, nothing else
        f"sha256:{hashlib.sha256(folded).hexdigest()}",
    )


def keep_addresses(held: Sequence[tuple[int, str]]) -> int:
    """Keep (person, digest) pairs, inside the caller's transaction; return how many were new."""
    if not held:
        return 0
    rows = [{"person_id": person_id, "digest": digest} for person_id, digest in dict.fromkeys(held)]
    kept = upsert(AuthorAddress).values(rows).on_conflict_do_nothing().returning(AuthorAddress.digest)
    return len(db.session.scalars(kept).all())


def check_addresses(path: Path) -> int:
    """Return how many rows this file has. Raises ArchiveRefused when it has not the columns user and email."""
    return sum(1 for _ in _rows(path, 0))


def address_step(work: Work, path: Path) -> Step:
    """Return the step that keeps the addresses in a file of the operator's. None of them gets into the leftovers."""
    file = path.name

    def look(batch: Sequence[Numbered]) -> Counts:
        return len(batch), 0, 0

    def write(batch: Sequence[Numbered]) -> Sequence[Refused]:
        authors = [(number, work.known_person(user), digest) for number, (user, digest) in batch]
        held = [(person_id, digest) for _, person_id, digest in authors if person_id is not None]
        new = keep_addresses(held)
        work.counts["addresses_new"] += new
        work.counts["addresses_same"] += len(held) - new
        return [(number, "nobody here has this key") for number, person_id, _ in authors if person_id is None]

    return Step(
        "addresses",
        check_addresses(path),
        0.1,
        lambda after: _rows(path, after),
        look,
        write,
        lambda line: (file, line),
    )


def _rows(path: Path, after: int) -> Iterator[tuple[int, tuple[str, str] | RowError]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.DictReader(file)
        if not set(COLUMNS) <= set(rows.fieldnames or ()):
            raise ArchiveRefused(path.name, "foreign", f"it has not the columns {' and '.join(COLUMNS)}")
        for number, row in enumerate(rows, 2):
            if number > after:
                yield number, _row(path.name, number, row)


def _row(file: str, number: int, row: dict[str, str | None]) -> tuple[str, str] | RowError:
    try:
        address = parse_address(row["email"] or "")
    except Invalid:
        return RowError(file, number, "this is no mail address", "")
    return (row["user"] or "").strip(), digests_of(address.plain)[1]
