"""Deliver facts to reactions: claim, run, retry. Only the worker and `outbox replay` come here.

At least once, in no promised order. A claim is a compare-and-set with a lease, so that a worker killed in the middle
loses nothing: when its lease ends, another takes over. The reaction's changes and the mark "done" share a transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import joinedload

from app import clock
from app.db import changed_rows, db, is_unleased, own_session, storable, transaction, upsert
from app.outbox.facts import from_payload
from app.outbox.models import Delivery, DomainEvent
from app.outbox.record import Happening, Reaction, caused_by, reactions

# Only for the time between claim and start: a delivery that runs is held by its row's lock. Short, so that what a
# killed worker had claimed is not late.
LEASE = timedelta(seconds=3)
MOST_TRIES = 8
BATCH = 50

log = structlog.get_logger(__name__)


def deliver_due(worker: str, *, limit: int = BATCH) -> int:
    """Claim up to `limit` due deliveries, run each in its own transaction, and return how many were claimed."""
    claimed = claim(worker, limit=limit)
    for delivery_id in claimed:
        deliver(delivery_id, worker)
    return len(claimed)


def claim(worker: str, *, limit: int) -> list[int]:
    """Take a lease on due deliveries that nobody holds; return their ids, oldest first."""
    now = clock.now()
    # A first try waits for nothing: a time ahead of now is then from before the clock was set back.
    due = (
        select(Delivery.id)
        .where(Delivery.done_at.is_(None), Delivery.dead_at.is_(None))
        .where(or_(Delivery.due_at <= now, Delivery.tries == 0))
        .where(is_unleased(Delivery.lease_until, now, LEASE))
        .order_by(Delivery.due_at, Delivery.id)
        .limit(limit)
    )
    # Look before claiming: an idle worker must not take SQLite's write lock at every turn.
    with own_session() as session:
        if session.scalars(due.limit(1)).first() is None:
            return []
    with transaction() as session:
        # Found first and taken then: inside the UPDATE, PostgreSQL may look anew for each row, and take more.
        taken = session.scalars(due.with_for_update(skip_locked=True)).all()
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(taken))
            .values(leased_by=worker, lease_until=now + LEASE)
            .execution_options(synchronize_session=False)
        )
    return sorted(taken)


def deliver(delivery_id: int, worker: str) -> None:
    """Run one claimed delivery. A failure is written down and tried again later; the eighth makes it dead."""
    try:
        with transaction():
            delivery = _held(delivery_id, worker)
            if delivery is None:
                return
            reaction = reactions().get(delivery.reaction)
            if reaction is None:
                raise LookupError(f"no reaction is called {delivery.reaction}")
            with caused_by(delivery.event_id):
                reaction.run(happening(delivery.event))
            delivery.done_at, delivery.lease_until = clock.now(), None
    except Exception as error:  # whatever a reaction raises is kept with its delivery
        log.warning("delivery_failed", delivery_id=delivery_id, error=repr(error))
        _put_off(delivery_id, worker, f"{type(error).__name__}: {error}")


def happening(event: DomainEvent) -> Happening:
    """Return the fact in this row with its envelope, lifted to the newest version."""
    return Happening(
        event_id=event.id,
        fact=from_payload(event.kind, event.version, event.payload),
        happened_at=event.happened_at,
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        acting_for_organisation_id=event.acting_for_organisation_id,
        through_organisation_id=event.through_organisation_id,
        representing_person_id=event.representing_person_id,
        help_request_id=event.help_request_id,
        source=event.source,
    )


def retry_dead(delivery_id: int) -> bool:
    """Make a dead delivery due again, with all its tries; False when it was not dead."""
    done = db.session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.dead_at.is_not(None))
        .values(dead_at=None, tries=0, due_at=clock.now(), lease_until=None)
    )
    return changed_rows(done) == 1


def retry_every_dead() -> int:
    """Make every dead delivery due again, with all its tries; return how many."""
    done = db.session.execute(
        update(Delivery)
        .where(Delivery.dead_at.is_not(None))
        .values(dead_at=None, tries=0, due_at=clock.now(), lease_until=None)
    )
    return changed_rows(done)


def replay(reaction: Reaction, *, since: datetime, batch: int = 1000) -> int:
    """Queue the facts recorded since then that this reaction has no delivery for; return how many."""
    now, queued = clock.now(), 0
    have = select(Delivery.event_id).where(Delivery.reaction == reaction.name)
    missing = (
        select(DomainEvent.id)
        .where(DomainEvent.kind.in_(reaction.kinds), DomainEvent.recorded_at >= since, DomainEvent.id.not_in(have))
        .order_by(DomainEvent.id)
        .limit(batch)
    )
    while True:
        with transaction() as session:
            ids = session.scalars(missing).all()
            if not ids:
                return queued
            rows = [{"event_id": each, "reaction": reaction.name, "due_at": now, "tries": 0} for each in ids]
            new = upsert(Delivery).values(rows).on_conflict_do_nothing(index_elements=["event_id", "reaction"])
            queued += len(session.scalars(new.returning(Delivery.id)).all())


def _held(delivery_id: int, worker: str) -> Delivery | None:
    return db.session.scalars(
        select(Delivery)
        .options(joinedload(Delivery.event, innerjoin=True))
        .where(Delivery.id == delivery_id, Delivery.leased_by == worker, Delivery.done_at.is_(None))
        .where(Delivery.lease_until > clock.now())
        .with_for_update(of=Delivery)
    ).one_or_none()


def _put_off(delivery_id: int, worker: str, error: str) -> None:
    now = clock.now()
    with transaction():
        delivery = _held(delivery_id, worker)
        if delivery is None:
            return
        delivery.tries += 1  # safe: the row is ours by lease and locked
        delivery.error = storable(error, longest=2000)
        delivery.lease_until = None
        delivery.due_at = now + timedelta(seconds=2**delivery.tries)
        if delivery.tries >= MOST_TRIES:
            delivery.dead_at = now
