"""What notices hold about a person: what she was told and when she read it, and how she wants her mail."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from app.db import db
from app.notifications.models import Notice, NoticeItem, NoticePreference

TABLES: tuple[str, ...] = ("notices", "notice_items", "notice_preferences")


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
        "mail_wish": _rows(wish.where(NoticePreference.person_id == person_id)),
    }


def erase(person_id: int) -> None:
    """Forget what a person was told. That she did something others were told of, her empty row no longer tells."""
    for table in (NoticeItem, Notice, NoticePreference):
        db.session.execute(delete(table).where(table.person_id == person_id))


def _rows(query: Any) -> list[dict[str, Any]]:
    return [
        {
            name: value.isoformat() if name.endswith("_at") and value is not None else value
            for name, value in row._mapping.items()
        }
        for row in db.session.execute(query)
    ]
