"""The worker's part: forget pictures that nobody uses, and files that belong to no picture."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, or_, select

from app import clock
from app.attachments import files, services
from app.attachments.models import Attachment, AttachmentUse
from app.attachments.settings import UNUSED_HOURS
from app.db import own_session, transaction

MOST_AT_ONCE = 500
# Long enough for any request that has written its file and not yet its row.
STRAY_AFTER = timedelta(hours=1)


def forget_unused() -> None:
    """Delete pictures that were added a while ago and stand in no post. A job."""
    now = clock.now()
    used = exists().where(AttachmentUse.attachment_id == Attachment.id)
    with transaction() as session:
        rows = session.execute(
            select(Attachment.id, Attachment.public_id)
            .where(Attachment.created_at < now - timedelta(hours=UNUSED_HOURS.value), ~used)
            .where(or_(Attachment.kept_until.is_(None), Attachment.kept_until < now))
            .order_by(Attachment.id)
            .limit(MOST_AT_ONCE)
        ).all()
        services.forget([row.id for row in rows], [row.public_id for row in rows])


def sweep_files() -> None:
    """Delete files that have no row: of a request that failed, or of a person who was forgotten. A job."""
    old = {path.name: path for path in files.files_older_than((clock.now() - STRAY_AFTER).timestamp())}
    names = sorted(old)
    for start in range(0, len(names), MOST_AT_ONCE):
        some = names[start : start + MOST_AT_ONCE]
        with own_session() as session:
            kept = set(session.scalars(select(Attachment.public_id).where(Attachment.public_id.in_(some))))
        for name in set(some) - kept:
            old[name].unlink(missing_ok=True)
