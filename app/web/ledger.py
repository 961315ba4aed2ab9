"""The one exception to "one transaction per request": small counts that must stand even when the request fails.

Each call is its own short transaction on its own connection: throttle counts, failed sign-ins, a session's last use,
and what was searched for, counted without who.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import Update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db import is_away, own_session, transaction

log = structlog.get_logger(__name__)


@contextmanager
def entry() -> Iterator[Session]:
    """Open a session of its own and commit it at the end of the block."""
    with own_session() as session, transaction(session):
        yield session


def note(change: Update) -> None:
    """Make a change that a page can do without: while nothing can be written, people go on reading."""
    try:
        with entry() as session:
            session.execute(change)
    except SQLAlchemyError as error:
        if not is_away(error):
            raise
        log.warning("not_noted", error=str(getattr(error, "orig", error)))
