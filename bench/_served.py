"""The application as fault tests serve it: what production loads first is loaded; one guard may be taken out.

    SAMEN_BENCH_BROKEN=shedding gunicorn bench._served:app

What is measured on an application without a guard is a control, and must fail.
"""

import os

from sqlalchemy import Engine, event

from app import db as database
from app.web import errors, overload, throttle


def _shedding() -> None:
    """Nobody is refused for having waited."""
    overload.TOO_LATE_S = float("inf")


def _pages() -> None:
    """Whoever asks for pages gets them, however many."""
    throttle.LIMITS |= dict.fromkeys(
        ("page_by_network", "page_by_session", "answer_by_person"), throttle.Limit(10**9, 10)
    )


def _immediate() -> None:
    """Writing transactions of SQLite begin as reading ones; nobody waits; what fails is our own mistake."""

    @event.listens_for(Engine, "begin")
    def _begin(_connection: object) -> None:
        database._may_write.set(False)

    errors.is_away = lambda *_, **__: False


def _away() -> None:
    """A database that is away is an error like any other."""
    errors.is_away = lambda *_, **__: False


GUARDS = {"": lambda: None, "shedding": _shedding, "pages": _pages, "immediate": _immediate, "away": _away}
GUARDS[os.environ.get("SAMEN_BENCH_BROKEN", "")]()

from app.prose.language import load_model  # noqa: E402
from wsgi import app  # noqa: E402

load_model()

__all__ = ["app"]
