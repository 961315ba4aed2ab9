"""How people want their mail: what they chose, else the defaults of the settings."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.accounts.models import Person
from app.db import db
from app.notifications.models import NoticePreference
from app.notifications.policy import Wish
from app.notifications.settings import DIGEST_HOUR, MAIL_AT_ONCE


def wishes_of(person_ids: Collection[int]) -> dict[int, Wish]:
    """Return each person's wish, in one statement."""
    rows = db.session.execute(
        select(
            Person.id,
            Person.time_zone,
            NoticePreference.mail,
            NoticePreference.quiet_from,
            NoticePreference.quiet_until,
        )
        .outerjoin(NoticePreference, NoticePreference.person_id == Person.id)
        .where(Person.id.in_(person_ids))
    )
    return {
        person_id: Wish(
            mail=mail or ("immediately" if MAIL_AT_ONCE.value else "daily"),
            time_zone=time_zone,
            digest_hour=DIGEST_HOUR.value,
            quiet_from=quiet_from,
            quiet_until=quiet_until,
        )
        for person_id, time_zone, mail, quiet_from, quiet_until in rows
    }


def wish_of(person_id: int) -> Wish:
    """Return one person's wish."""
    return wishes_of([person_id])[person_id]
