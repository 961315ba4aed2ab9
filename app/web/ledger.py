"""The one exception to "one transaction per request": small counts that must stand even when the request fails.

Each call is its own short transaction on its own connection: throttle counts, failed sign-ins, a session's last use.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.db import own_session, transaction


@contextmanager
def entry() -> Iterator[Session]:
    """Open a session of its own and commit it at the end of the block."""
    with own_session() as session, transaction(session):
        yield session
