"""Guests: people whom somebody else wrote down, by telephone or at the desk. A letter lets them claim their account.

Until then a guest has no log-in and no page of her own; her handle says nothing about her.
"""

from __future__ import annotations

import secrets

from sqlalchemy import select

from app import clock
from app.accounts.addresses import Address
from app.accounts.joining import hand_over
from app.accounts.models import MailProof, Person
from app.accounts.names import clean_name
from app.accounts.queries import login_with
from app.db import db, folded

GUEST = "guest"


def person_or_guest(*, name: str, address: Address, language: str) -> Person:
    """Return whose mail address this is; where it is nobody's, a guest of this name, who gets a letter.

    Raises Invalid for a name that is none.
    """
    login = login_with(address.key)
    if login is not None:
        return login.person
    waiting = (
        select(Person)
        .join(MailProof, MailProof.person_id == Person.id)
        .where(MailProof.purpose == "hand_over", MailProof.email == address.shown, MailProof.used_at.is_(None))
        .where(Person.source == GUEST, Person.can_sign_in.is_(False), Person.erased_at.is_(None))
        .order_by(MailProof.id.desc())
        .limit(1)
    )
    return db.session.scalars(waiting).one_or_none() or _new_guest(clean_name(name), address, language)


def _new_guest(name: str, address: Address, language: str) -> Person:
    handle = f"guest-{secrets.token_hex(6)}"
    guest = Person(
        name=name,
        handle=handle,
        handle_key=folded(handle),
        languages=[language],
        interface_language=language,
        can_sign_in=False,
        created_at=clock.now(),
        source=GUEST,
    )
    db.session.add(guest)
    db.session.flush()  # the letter's proof and the case point to her
    hand_over(guest, address, language=language)
    return guest
