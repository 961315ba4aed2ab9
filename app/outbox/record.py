"""Write a fact and its deliveries into the transaction that changes what the fact tells of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import insert

from app import clock
from app.actor import Actor, authorship
from app.db import db
from app.outbox.facts import Fact, to_payload
from app.outbox.models import Delivery, DomainEvent


@dataclass(frozen=True)
class Happening:
    """A fact as a reaction receives it: the envelope and the fact itself."""

    event_id: int
    fact: Fact
    happened_at: datetime
    actor_kind: str
    actor_id: int | None
    acting_for_organisation_id: int | None
    through_organisation_id: int | None
    representing_person_id: int | None
    help_request_id: int | None
    source: str | None


@dataclass(frozen=True)
class Reaction:
    """A named function that is called, by the worker, for each fact of the given kinds. Must be safe to repeat.

    With `at_once` it runs in the transaction that records the fact, and there is no delivery. That is for leaving a
    mark in a table of one's own, nothing else: what it costs, everybody who writes waits for; where it fails, so does
    the change.
    """

    name: str
    kinds: tuple[str, ...]
    run: Callable[[Happening], None]
    at_once: bool = False


_cause: ContextVar[int | None] = ContextVar("cause", default=None)


def record(
    fact: Fact,
    *,
    by: Actor,
    request_id: int | None = None,
    happened_at: datetime | None = None,
    channel: str = "web",
    source: str | None = None,
) -> int:
    """Add the fact and one delivery per reaction to the current transaction; return the event's id.

    `request_id` is the help request it concerns. Importers write facts in bulk with `event_row` instead.
    """
    now = clock.now()
    row = event_row(
        fact,
        by=by,
        request_id=request_id,
        happened_at=happened_at or now,
        recorded_at=now,
        channel=channel,
        source=source,
    )
    event_id: int = db.session.execute(insert(DomainEvent).returning(DomainEvent.id), row).scalar_one()
    wanting = [reaction for reaction in reactions().values() if fact.kind in reaction.kinds]
    due = [
        {"event_id": event_id, "reaction": reaction.name, "due_at": now, "tries": 0}
        for reaction in wanting
        if not reaction.at_once
    ]
    if due:
        db.session.execute(insert(Delivery), due)
    for reaction in wanting:
        if reaction.at_once:
            reaction.run(
                Happening(
                    event_id=event_id,
                    fact=fact,
                    happened_at=happened_at or now,
                    actor_kind=by.kind,
                    actor_id=by.person_id,
                    **authorship(by),
                    help_request_id=request_id,
                    source=source,
                )
            )
    return event_id


def event_row(
    fact: Fact,
    *,
    by: Actor,
    request_id: int | None,
    happened_at: datetime,
    recorded_at: datetime,
    channel: str,
    source: str | None,
) -> dict[str, object]:
    """Return the row of `domain_events` for a fact, for inserts in bulk."""
    return {
        "kind": fact.kind,
        "version": fact.version,
        "happened_at": happened_at,
        "recorded_at": recorded_at,
        "actor_kind": by.kind,
        "actor_id": by.person_id,
        **authorship(by),
        "help_request_id": request_id,
        "channel": channel,
        "source": source,
        "causation_id": _cause.get(),
        "payload": to_payload(fact),
    }


def reactions() -> dict[str, Reaction]:
    """Return the reactions of `wiring.REACTIONS` by name."""
    found: dict[str, Reaction] = current_app.extensions["samen.reactions"]
    return found


@contextmanager
def caused_by(event_id: int) -> Iterator[None]:
    """Mark facts recorded inside as following from this one."""
    token = _cause.set(event_id)
    try:
        yield
    finally:
        _cause.reset(token)
