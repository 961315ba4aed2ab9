"""The worker's part: keep the index up with the database, and mend it when it is missing or damaged."""

from __future__ import annotations

import structlog

from app.search import services
from app.search.backend import IndexBusy, IndexUnusable
from app.search.engine import search_engine

MOST_BATCHES = 20

log = structlog.get_logger(__name__)


def keep_index() -> None:
    """Bring the index up to date; make it anew where it cannot be used. A job, and safe beside another worker."""
    try:
        try:
            search_engine().status()
            for _batch in range(MOST_BATCHES):
                if services.index_stale() < services.BATCH:
                    break
        except IndexUnusable as error:
            log.warning("search_index_unusable", reason=str(error))
            services.rebuild()
    except IndexBusy:
        # Another worker or a command is at it; what is due stays due.
        return


def check_index() -> None:
    """Read every file of the index, and compare its versions with the database. A job."""
    try:
        search_engine().check()
        services.reconcile()
    except IndexUnusable as error:
        log.warning("search_index_unusable", reason=str(error))
        try:
            services.rebuild()
        except IndexBusy:
            return


def build_missing_index() -> None:
    """Make the index where there is none that can be used; for `flask prepare`."""
    try:
        search_engine().status()
    except IndexUnusable:
        count = services.rebuild()
        print(f"Search index made: {count} questions.")  # noqa: T201  `prepare` speaks to the person who started it
