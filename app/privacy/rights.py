"""A person's rights over what is held about her: read all of it, and be forgotten. Each package does its own part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from flask import current_app

from app.accounts.models import Person
from app.accounts.policy import can_be_forgotten
from app.accounts.queries import other_operators
from app.actor import Actor
from app.db import db
from app.errors import NotFound
from app.outbox.record import record
from app.privacy.events import PersonErased
from app.verdict import require


class Holder(Protocol):
    """A package's room `personal_data`: which tables it answers for, and the two things a person may ask."""

    TABLES: tuple[str, ...]

    def export(self, person_id: int) -> dict[str, Any]: ...

    def erase(self, person_id: int) -> None: ...


def export_person(person_id: int) -> dict[str, Any]:
    """Return everything held about a person, as JSON values. Raises NotFound when there is no such person."""
    _existing(person_id)
    found: dict[str, Any] = {}
    for holder in _holders():
        found.update(holder.export(person_id))
    return found


def erase_person(by: Actor, person_id: int) -> None:
    """Forget a person in every package, in one transaction.

    Raises NotFound when she is not there, or gone already; NotAllowed when she is the last who can run this
    installation.
    """
    person = _existing(person_id)
    if person.erased_at is not None:
        raise NotFound
    require(can_be_forgotten(person, other_operators=other_operators(person_id)))
    for holder in _holders():
        holder.erase(person_id)
    record(PersonErased(person_id=person_id), by=by)


def _existing(person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def _holders() -> Iterable[Holder]:
    holders: Iterable[Holder] = current_app.extensions["samen.personal_data"]
    return holders
