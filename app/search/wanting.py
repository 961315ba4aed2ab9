"""What people look for in vain, told to who keeps knowledge: the work list of articles that are still to be written."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, or_, select

from app import clock
from app.db import db, transaction
from app.knowledge.services.missing import Wanted, forget_unwanted, note_wanted
from app.search.models import Searched

WITHIN_DAYS = 30
OFTEN = 2
MOST = 200


def tell_what_is_wanted() -> None:
    """Tell what found nothing or ended in a question, more than once in 30 days; forget what nobody looks for now.

    A job. How often something was looked for stands for how many people did: who they were is not kept.
    """
    now = clock.now()
    with transaction():
        note_wanted(_in_vain(now))
        forget_unwanted(now - timedelta(days=WITHIN_DAYS + 1))


def _in_vain(now: datetime) -> list[Wanted]:
    times, last = func.sum(Searched.times), func.max(Searched.day)
    query = (
        select(Searched.place, Searched.language, Searched.text, times, last)
        .where(Searched.day >= (now - timedelta(days=WITHIN_DAYS)).date())
        .where(or_(Searched.found == 0, Searched.asked > 0))
        .group_by(Searched.place, Searched.language, Searched.text)
        .having(times >= OFTEN)
        .order_by(times.desc(), Searched.text)
        .limit(MOST)
    )
    return [
        Wanted(
            kind="searched" if place == "search" else "asked",
            language=language,
            words=text,
            times=count,
            last_at=datetime.combine(day, time(), UTC),
        )
        for place, language, text, count, day in db.session.execute(query)
    ]
