"""Services by which a person keeps her account hers: a new password, a new address, programs' tokens."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app import clock
from app.accounts.addresses import parse_address
from app.accounts.events import AddressChanged, ApiTokenMade, ApiTokenRevoked, PasswordChanged
from app.accounts.joining import ADDRESS_TAKEN, use_up
from app.accounts.letters import tell
from app.accounts.models import ApiToken, Login, MailProof, Person
from app.accounts.policy import can_present, can_secure
from app.accounts.queries import login_of, tokens_of
from app.accounts.sessions import end_other_sessions, in_person, renew_session
from app.accounts.tokens import digest, new_token
from app.actor import Actor
from app.db import changed_rows, db
from app.errors import Conflict, Invalid, NotFound
from app.outbox.record import record
from app.verdict import require
from app.web.addresses import full_address

SCOPES = ("read", "write")
TOKEN_DAYS = (30, 90, 365)
MOST_TOKENS = 20
NO_CHOICE = _l("Choose one of the list.")
_PREFIX = "samen_"


def change_password(actor: Actor, *, password_hash: str) -> str:
    """Give the actor another password, end her other sessions and tokens, and return the new token of this one."""
    require(can_secure(actor))
    login = login_of(actor.person_id)
    _store_password(login, password_hash)
    end_other_sessions(actor, why="password")
    _revoke_every_token(actor)
    record(PasswordChanged(person_id=login.person_id, how="changed"), by=actor)
    _tell_of_new_password(login)
    return renew_session(actor)


def reset_password(proof: MailProof, *, password_hash: str) -> Person:
    """Give the person of a proved letter another password, and end every session and token she has."""
    use_up(proof)
    login = login_of(proof.person_id)
    _store_password(login, password_hash)
    _close_other_resets(login.person_id)
    actor = in_person(login.person)
    end_other_sessions(actor, why="password")
    _revoke_every_token(actor)
    record(PasswordChanged(person_id=login.person_id, how="reset"), by=actor)
    _tell_of_new_password(login)
    return login.person


def change_address(actor: Actor, proof: MailProof) -> None:
    """Let the actor sign in with the address she proved, and tell the old one. Raises Conflict when it is taken now."""
    require(can_secure(actor))
    if proof.person_id != actor.person_id:
        raise NotFound
    use_up(proof)
    login = login_of(actor.person_id)
    key = parse_address(proof.email).key
    if db.session.scalar(select(Login.person_id).where(Login.email_key == key, Login.person_id != login.person_id)):
        raise Conflict("address_taken", ADDRESS_TAKEN)
    tell(login, "address_changed", new_address=proof.email)
    login.email, login.email_key, login.confirmed_at = proof.email, key, clock.now()
    _close_other_resets(login.person_id)
    record(AddressChanged(person_id=login.person_id), by=actor)


def make_api_token(
    actor: Actor, *, name: str, scopes: tuple[str, ...], acting_for_organisation_id: int | None, days: int
) -> str:
    """Make a token for a program and return its secret, which is not kept."""
    require(can_present(actor))
    if not scopes or set(scopes) - set(SCOPES):
        raise Invalid("unknown_scope", NO_CHOICE, field="may_write")
    if days not in TOKEN_DAYS:
        raise Invalid("unknown_period", NO_CHOICE, field="days")
    if acting_for_organisation_id is not None and acting_for_organisation_id not in {
        seat.organisation_id for seat in actor.own_seats
    }:
        raise Invalid("no_seat_there", NO_CHOICE, field="acting_for")
    if len(tokens_of(actor)) >= MOST_TOKENS:
        raise Invalid("too_many_tokens", _l("You have %(n)d tokens. Revoke one that you do not use.", n=MOST_TOKENS))
    secret, now = f"{_PREFIX}{new_token()}", clock.now()
    made = ApiToken(
        token_digest=digest(secret),
        hint=secret[-4:],
        person_id=actor.person_id,
        acting_for_organisation_id=acting_for_organisation_id,
        name=name,
        scopes=[scope for scope in SCOPES if scope in scopes],
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.session.add(made)
    db.session.flush()  # the fact below carries its id
    record(ApiTokenMade(person_id=made.person_id, token_id=made.id), by=actor)
    return secret


def revoke_api_token(actor: Actor, token_id: int) -> None:
    """Make one of the actor's tokens worthless. Raises NotFound when it is not hers, or is so already."""
    require(can_secure(actor))
    revoked = db.session.execute(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.person_id == actor.person_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    if changed_rows(revoked) != 1 or actor.person_id is None:
        raise NotFound
    record(ApiTokenRevoked(person_id=actor.person_id, token_id=token_id), by=actor)


def _revoke_every_token(actor: Actor) -> None:
    """Make all tokens worthless: whoever knew the old password may have made one (ASVS 7.4.3)."""
    assert actor.person_id is not None, "the policy lets persons only"
    revoked = db.session.scalars(
        update(ApiToken)
        .where(ApiToken.person_id == actor.person_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(ApiToken.id)
    ).all()
    for token_id in sorted(revoked):
        record(ApiTokenRevoked(person_id=actor.person_id, token_id=token_id), by=actor)


def _store_password(login: Login, password_hash: str) -> None:
    login.password_hash, login.password_changed_at = password_hash, clock.now()


def _tell_of_new_password(login: Login) -> None:
    pages = {"tokens": full_address("accounts.tokens"), "reset": full_address("accounts.reset")}
    tell(login, "password_changed", **pages)


def _close_other_resets(person_id: int) -> None:
    db.session.execute(
        update(MailProof)
        .where(MailProof.person_id == person_id, MailProof.purpose == "reset", MailProof.used_at.is_(None))
        .values(used_at=clock.now())
    )
