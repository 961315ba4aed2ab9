"""Representations: one person acts for another, who consented. Asked by either, ended by either at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from app import clock
from app.accounts.addresses import plain_form
from app.accounts.models import Login, Person
from app.accounts.policy import can_present
from app.actor import Actor
from app.db import changed_rows, db, upsert
from app.errors import Conflict, Invalid
from app.mail import write_letter
from app.organisations import policy
from app.organisations.acting_models import Representation
from app.organisations.events import RepresentationAsked, RepresentationConsented, RepresentationEnded
from app.outbox.facts import Code
from app.outbox.record import record
from app.verdict import SENTENCES, require
from app.web.addresses import full_address

SCOPES = ("questions", "cases", "agreements", "details")
LONGEST = timedelta(days=2 * 366)


def let_act(actor: Actor, other: Person, **what: Any) -> Representation:
    """Let another person act for the actor. Her asking is her consent: it is in force at once."""
    require(can_present(actor))
    assert actor.person_id is not None, "the policy lets persons only"
    made = _asked(actor, person_id=actor.person_id, by_person_id=other.id, consented_at=clock.now(), **what)
    consented = RepresentationConsented(
        representation_id=made.id, person_id=made.person_id, by_person_id=made.by_person_id
    )
    record(consented, by=actor)
    _write_to(other, "organisations/representation_given", by=actor.name)
    return made


def ask_to_act(actor: Actor, other: Person, **what: Any) -> Representation:
    """Ask another person whether the actor may act for her; nothing is in force before she says yes."""
    require(can_present(actor))
    assert actor.person_id is not None, "the policy lets persons only"
    made = _asked(actor, person_id=other.id, by_person_id=actor.person_id, consented_at=None, **what)
    _write_to(other, "organisations/representation_asked", by=actor.name)
    return made


def consent(actor: Actor, representation: Representation) -> None:
    """Say yes, being the one who is represented. Raises Conflict when it was answered meanwhile."""
    require(policy.can_consent(actor, representation))
    now = clock.now()
    still = (
        Representation.id == representation.id,
        Representation.consented_at.is_(None),
        Representation.ended_at.is_(None),
        Representation.until > now,
    )
    if changed_rows(db.session.execute(update(Representation).where(*still).values(consented_at=now))) != 1:
        raise Conflict("answered_before", SENTENCES["answered_before"])
    consented = RepresentationConsented(
        representation_id=representation.id,
        person_id=representation.person_id,
        by_person_id=representation.by_person_id,
    )
    record(consented, by=actor)


def end(actor: Actor, representation: Representation) -> None:
    """End it, being either of the two; before the consent that is to say no, or to ask no longer."""
    require(policy.can_end_representation(actor, representation))
    assert actor.person_id is not None, "the policy lets persons only"
    was_consented = representation.consented_at is not None
    open_one = (Representation.id == representation.id, Representation.ended_at.is_(None))
    values = {"ended_at": clock.now(), "ended_by_id": actor.person_id}
    if changed_rows(db.session.execute(update(Representation).where(*open_one).values(**values))) != 1:
        raise Conflict("ended_before", SENTENCES["ended_before"])
    ended = RepresentationEnded(
        representation_id=representation.id,
        person_id=representation.person_id,
        by_person_id=representation.by_person_id,
        ended_by_id=actor.person_id,
        was_consented=was_consented,
    )
    record(ended, by=actor)


def _asked(
    actor: Actor,
    *,
    person_id: int,
    by_person_id: int,
    consented_at: datetime | None,
    relation: str,
    scopes: Collection[str],
    until: datetime,
) -> Representation:
    now = clock.now()
    if not scopes or set(scopes) - set(SCOPES):
        raise Invalid("no_scope", SENTENCES["no_scope"], field="scopes")
    if not now < until <= now + LONGEST:
        raise Invalid("until_too_far", SENTENCES["until_too_far"], field="until")
    if person_id == by_person_id:
        raise Invalid("that_is_you", SENTENCES["that_is_you"], field="handle")
    kept = [scope for scope in SCOPES if scope in scopes]
    between = (Representation.person_id == person_id, Representation.by_person_id == by_person_id)
    # What ran out by itself would stand in the way of a new one.
    past = (Representation.ended_at.is_(None), Representation.until <= now)
    db.session.execute(update(Representation).where(*between, *past).values(ended_at=Representation.until))
    row = {
        "person_id": person_id,
        "by_person_id": by_person_id,
        "relation": relation,
        "scopes": kept,
        "until": until,
        "asked_by_id": actor.person_id,
        "asked_at": now,
        "consented_at": consented_at,
    }
    made = db.session.scalar(upsert(Representation).values(row).on_conflict_do_nothing().returning(Representation.id))
    if made is None:
        raise Invalid("represented_already", SENTENCES["represented_already"], field="handle")
    asked = RepresentationAsked(
        representation_id=made,
        person_id=person_id,
        by_person_id=by_person_id,
        scopes=tuple(Code(scope) for scope in kept),
    )
    record(asked, by=actor)
    return db.session.get_one(Representation, made)


def _write_to(person: Person, template: str, *, by: str) -> None:
    login = db.session.get(Login, person.id)
    if login is not None:
        write_letter(
            template,
            to=plain_form(login.email),
            language=person.interface_language or "en",
            name=person.name,
            by=by,
            link=full_address("organisations.acting"),
        )
