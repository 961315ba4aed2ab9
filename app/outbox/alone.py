"""One process at a time, by locks of the system that end with whoever holds them and go by no clock."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from app.db import db


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Give True and keep other processes out of this name until the end; False at once where one is inside already.

    On PostgreSQL that holds over machines; beside SQLite it is a file's, whose database is on one machine anyway.
    """
    engine = db.session.get_bind().engine
    number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=7).digest(), "big")
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            yield bool(connection.scalar(select(func.pg_try_advisory_xact_lock(number))))
        return
    with open(f"{engine.url.database}-alone", "ab") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        except OSError:  # somebody is inside
            yield False
            return
        yield True
