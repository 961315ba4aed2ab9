"""Keeping notices small: what is old is forgotten."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, exists, select

from app import clock
from app.db import transaction
from app.notifications.models import FoundArticle, Notice, NoticeItem
from app.notifications.settings import KEPT_DAYS


def forget_old_notices() -> None:
    """Delete what people were told long ago, and notices of which nothing is left. What is muted stays muted. A job."""
    before = clock.now() - timedelta(days=KEPT_DAYS.value)
    with transaction() as session:
        session.execute(delete(NoticeItem).where(NoticeItem.told_at < before))
        # What was found so long ago is no news again: a look tells of a month at most.
        session.execute(delete(FoundArticle).where(FoundArticle.found_at < before))
    with transaction() as session:
        old = select(Notice.id).where(Notice.changed_at < before, Notice.muted_at.is_(None))
        left = exists().where(NoticeItem.notice_id == Notice.id)
        session.execute(delete(Notice).where(Notice.id.in_(old), ~left))
