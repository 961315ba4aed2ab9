"""From a fact to everybody it concerns: the few and the first followers at once, further ones a batch at a time.

Each batch is a transaction that also moves the mark of how far it got: after a crash the next one goes on there, and
who was told already is not told again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app import clock
from app.db import db, own_session, transaction, upsert
from app.notifications.concerning import directly_concerned, followed_in, followers, news_of
from app.notifications.models import Spread
from app.notifications.telling import Concerned, tell
from app.outbox.deliver import happening as happening_in
from app.outbox.models import DomainEvent
from app.outbox.record import Happening

BATCH = 200


def tell_of(happening: Happening) -> None:
    """Tell whom this fact concerns, and leave a mark where there are more followers. Safe to repeat."""
    news = news_of(happening)
    if news is None:
        return
    batch = _followers(happening, beyond=0)
    tell(news, [*directly_concerned(happening), *batch])
    reached = _reached(batch)
    if reached is not None:
        mark = {"event_id": happening.event_id, "told_upto": reached, "begun_at": clock.now()}
        db.session.execute(upsert(Spread).values(mark).on_conflict_do_nothing(index_elements=["event_id"]))


def spread_further() -> None:
    """Tell the next batch of followers of each fact that is on its way. A job."""
    with own_session() as session:
        under_way = session.scalars(select(Spread.event_id).order_by(Spread.begun_at, Spread.event_id)).all()
    for event_id in under_way:
        with transaction():
            spread = db.session.get(Spread, event_id, with_for_update=True, populate_existing=True)
            if spread is None:
                continue
            event = db.session.get_one(DomainEvent, event_id)
            happening = happening_in(event)
            batch = _followers(happening, beyond=spread.told_upto)
            if news := news_of(happening):
                tell(news, batch)
            reached = _reached(batch)
            if reached is None:
                db.session.delete(spread)
            else:
                spread.told_upto = reached


def _followers(happening: Happening, *, beyond: int) -> list[Concerned]:
    followed = followed_in(happening)
    return [] if followed is None else followers(followed, beyond=beyond, limit=BATCH)


def _reached(batch: Sequence[Concerned]) -> int | None:
    """Return the id of the last in a batch; None when nobody is left."""
    return batch[-1].person_id if len(batch) == BATCH else None
