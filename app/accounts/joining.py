"""Services by which somebody gets an account: ask, prove the address, be there.

Nobody exists before her address is proved: until then there is only a `MailProof`.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app import clock
from app.accounts.addresses import Address, parse_address
from app.accounts.events import PersonJoined
from app.accounts.letters import LASTS
from app.accounts.models import Login, MailProof, Person
from app.accounts.names import handles_for
from app.accounts.queries import was_given_up
from app.accounts.sessions import in_person
from app.db import changed_rows, db, folded, upsert
from app.errors import Conflict, NotFound
from app.outbox.record import record

CAN_SIGN_IN = _l("This account has a log-in already.")
ADDRESS_TAKEN = _l("This address belongs to an account already. Sign in with it.")

# How often a handle is tried that somebody else may take in the same moment.
_TRIES = 20


def ask_to_join(*, name: str, address: Address, password_hash: str, language: str) -> MailProof:
    """Keep what a sign-up needs until its address is proved; the worker writes the letter."""
    return _asked("sign_up", address, language=language, name=name, password_hash=password_hash)


def ask_for_new_password(*, address: Address, language: str) -> MailProof:
    """Ask for a letter with a link to choose a new password; the worker finds out whose address it is."""
    return _asked("reset", address, language=language)


def ask_for_new_address(*, person_id: int, address: Address, language: str) -> MailProof:
    """Ask for a letter that proves a person's new address."""
    return _asked("new_address", address, language=language, person_id=person_id)


def hand_over(person: Person, address: Address, *, language: str) -> MailProof:
    """Offer an imported person's account to whoever reads this address. Raises Conflict when she has a log-in."""
    if person.can_sign_in or person.erased_at is not None or person.merged_into_id is not None:
        raise Conflict("can_sign_in_already", CAN_SIGN_IN)
    return _asked("hand_over", address, language=language, person_id=person.id)


def join(proof: MailProof) -> Person:
    """Make the person of a proved sign-up, with her log-in. Raises Conflict when the address is somebody's by now."""
    use_up(proof)
    person = _new_person(proof.name, language=proof.language)
    _new_login(person, proof.email, password_hash=proof.password_hash)
    record(PersonJoined(person_id=person.id, how="sign_up"), by=in_person(person))
    return person


def take_over(proof: MailProof, *, password_hash: str) -> Person:
    """Give an imported person her log-in. Raises Conflict when she, or the address, has one by now."""
    use_up(proof)
    person = db.session.get_one(Person, proof.person_id, with_for_update=True)
    if person.can_sign_in:
        raise Conflict("can_sign_in_already", CAN_SIGN_IN)
    _new_login(person, proof.email, password_hash=password_hash)
    person.can_sign_in = True
    record(PersonJoined(person_id=person.id, how="hand_over"), by=in_person(person))
    return person


def use_up(proof: MailProof) -> None:
    """Mark a proof as used. Raises NotFound when another request did so first."""
    now = clock.now()
    used = db.session.execute(
        update(MailProof)
        .where(MailProof.id == proof.id, MailProof.used_at.is_(None), MailProof.expires_at > now)
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if changed_rows(used) != 1:
        raise NotFound


def _asked(purpose: str, address: Address, *, language: str, **more: object) -> MailProof:
    now = clock.now()
    proof = MailProof(
        purpose=purpose,
        email=address.shown,
        language=language,
        created_at=now,
        expires_at=now + LASTS["sign_up"],  # settled anew with the letter
        **more,
    )
    db.session.add(proof)
    db.session.flush()  # the browser that asked remembers the id
    return proof


def _new_person(name: str, *, language: str) -> Person:
    handles = handles_for(name)
    for _try in range(_TRIES):
        handle = next(handles)
        if was_given_up(folded(handle)):
            continue
        row = {
            "handle": handle,
            "handle_key": folded(handle),
            "name": name,
            "languages": [language],
            "interface_language": language,
            "can_sign_in": True,
            "created_at": clock.now(),
        }
        # Inserted where it is free, not looked up first: two people of one name may confirm in the same moment.
        made = upsert(Person).values(row).on_conflict_do_nothing(index_elements=["handle_key"])
        person_id = db.session.scalar(made.returning(Person.id))
        if person_id is not None:
            return db.session.get_one(Person, person_id)
    raise Conflict("no_handle_left")


def _new_login(person: Person, email: str, *, password_hash: str) -> None:
    now = clock.now()
    row = {
        "person_id": person.id,
        "email": email,
        "email_key": parse_address(email).key,
        "password_hash": password_hash,
        "password_changed_at": now,
        "confirmed_at": now,
    }
    made = upsert(Login).values(row).on_conflict_do_nothing()
    if db.session.scalar(made.returning(Login.person_id)) is None:
        raise Conflict("address_taken", ADDRESS_TAKEN)
