"""The worker's part: forget drafts that nobody went on with, and those that were thrown away."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_

from app import clock
from app.db import transaction
from app.drafts.models import Draft
from app.drafts.settings import KEPT_DAYS

THROWN_AWAY = timedelta(days=1)


def forget_old() -> None:
    """Delete what is too old. A job."""
    now = clock.now()
    old = Draft.saved_at < now - timedelta(days=KEPT_DAYS.value)
    with transaction() as session:
        session.execute(delete(Draft).where(or_(old, Draft.thrown_away_at < now - THROWN_AWAY)))
