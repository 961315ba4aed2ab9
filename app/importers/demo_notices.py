"""Tell the people of the demo what happened to them lately, so that nobody meets an empty bell.

Who is told, and why, the rules of app/notifications say, as if it had happened here. No letters are written of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from app import clock
from app.db import db
from app.importers.demo_ids import SOURCE
from app.notifications.models import Notice, NoticeItem
from app.notifications.spreading import tell_of
from app.outbox.deliver import happening
from app.outbox.models import DomainEvent

KINDS = ("answer_posted", "answer_accepted", "comment_posted", "edit_suggested")
LATELY, UNREAD_FOR = timedelta(days=28), timedelta(days=13)


def tell_demo() -> None:
    """Write the notices of the past weeks; what is older than 13 days was read. Needs a transaction."""
    now = clock.now()
    lately = (DomainEvent.source == SOURCE, DomainEvent.kind.in_(KINDS), DomainEvent.happened_at > now - LATELY)
    events = db.session.scalars(select(DomainEvent).where(*lately).order_by(DomainEvent.happened_at, DomainEvent.id))
    for event in events.all():
        tell_of(replace(happening(event), source=None))
    happened_at = select(DomainEvent.happened_at).where(DomainEvent.id == NoticeItem.event_id).scalar_subquery()
    db.session.execute(update(NoticeItem).values(told_at=happened_at))
    told_at = select(NoticeItem.told_at).where(NoticeItem.id == Notice.latest_item_id).scalar_subquery()
    past = {"changed_at": told_at, "mail_due_at": None, "mailed_item_id": Notice.latest_item_id}
    db.session.execute(update(Notice).where(Notice.latest_item_id > 0).values(past))
    old = update(Notice).where(Notice.changed_at < now - UNREAD_FOR)
    db.session.execute(old.values(read_item_id=Notice.latest_item_id, read_at=Notice.changed_at))
