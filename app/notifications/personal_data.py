"""What notices hold about a person: what she was told and when she read it, how she wants her mail, and of which saved
searches she wants to hear.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.db import db
from app.notifications.models import FoundArticle, Notice, NoticeItem, NoticePreference, SearchAlert

TABLES: tuple[str, ...] = ("notices", "notice_items", "notice_preferences", "search_alerts", "found_articles")


def export(person_id: int) -> dict[str, Any]:
    """Return a person's notices and wishes, as JSON values."""
    notices = select(Notice.help_request_id, Notice.changed_at, Notice.read_at, Notice.muted_at, Notice.mailed_at)
    items = select(NoticeItem.kind, NoticeItem.reason, NoticeItem.answer_id, NoticeItem.told_at)
    wish = select(
        NoticePreference.mail, NoticePreference.quiet_from, NoticePreference.quiet_until, NoticePreference.changed_at
    )
    return {
        "notices": _rows(notices.where(Notice.person_id == person_id).order_by(Notice.id)),
        "told": _rows(items.where(NoticeItem.person_id == person_id).order_by(NoticeItem.id)),
        "search_alerts": _rows(
            select(SearchAlert.filter_id, SearchAlert.since)
            .where(SearchAlert.person_id == person_id)
            .order_by(SearchAlert.filter_id)
        ),
        "found_articles": _rows(
            select(FoundArticle.article_id, FoundArticle.filter_id, FoundArticle.found_at, FoundArticle.seen_at)
            .where(FoundArticle.person_id == person_id)
            .order_by(FoundArticle.id)
        ),
        "mail_wish": _rows(wish.where(NoticePreference.person_id == person_id)),
    }


def erase(person_id: int) -> None:
    """Forget what a person was told. That she did something others were told of, her empty row no longer tells."""
    for table in (NoticeItem, Notice, NoticePreference, SearchAlert, FoundArticle):
        db.session.execute(delete(table).where(table.person_id == person_id))


def _rows(query: Any) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row._mapping.items()}
        for row in db.session.execute(query)
    ]
