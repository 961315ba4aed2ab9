"""Whether what a saved search told is still wanted: its unseen news leaves with the search, and with its alert.

What is not wanted is not shown, so that a deleted search that is brought back brings its news along. The next look
forgets it for good, so that another search may tell of it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, delete, func, not_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.community.models.saved_filters import SavedFilter
from app.db import db
from app.notifications.models import FoundArticle, Notice, NoticeItem, SearchAlert


def still_wanted(
    filter_id: InstrumentedAttribute[int] | InstrumentedAttribute[int | None], told_at: InstrumentedAttribute[datetime]
) -> ColumnElement[bool]:
    """Return the condition that the search which told of something then is there, and tells since before that."""
    found = select(SearchAlert.filter_id).join(SavedFilter, SavedFilter.id == SearchAlert.filter_id)
    found = found.where(SearchAlert.filter_id == filter_id, SearchAlert.since <= told_at)
    return found.where(SavedFilter.deleted_at.is_(None)).correlate_except(SearchAlert, SavedFilter).exists()


def forget_unwanted(person_id: int) -> None:
    """Forget what somebody has not seen of what searches told that she wants no more."""
    unread = select(NoticeItem.id, NoticeItem.notice_id).join(Notice, Notice.id == NoticeItem.notice_id)
    unread = unread.where(NoticeItem.person_id == person_id, NoticeItem.id > Notice.read_item_id)
    of_searches = and_(
        NoticeItem.reason == "saved_search", not_(still_wanted(NoticeItem.reason_id, NoticeItem.told_at))
    )
    rows = db.session.execute(unread.where(of_searches)).all()
    db.session.execute(delete(NoticeItem).where(NoticeItem.id.in_([row.id for row in rows])))
    left = select(func.coalesce(func.max(NoticeItem.id), 0)).where(NoticeItem.notice_id == Notice.id).scalar_subquery()
    latest = case((left > Notice.read_item_id, left), else_=Notice.read_item_id)
    notices = Notice.id.in_({row.notice_id for row in rows})
    db.session.execute(update(Notice).where(notices).values(latest_item_id=latest))
    articles = (FoundArticle.person_id == person_id, FoundArticle.seen_at.is_(None))
    unwanted = not_(still_wanted(FoundArticle.filter_id, FoundArticle.found_at))
    db.session.execute(delete(FoundArticle).where(*articles, unwanted))
