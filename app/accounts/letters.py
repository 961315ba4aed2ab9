"""The letters of accounts, written by the worker: only here is looked up whose an address is.

The page that asks for a letter leaves a `MailProof` and answers at once, the same for known and unknown addresses.
What the letter says depends on who has the address; its link is made here and kept as a digest.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, or_, select

from app import clock
from app.accounts.addresses import parse_address, plain_form
from app.accounts.models import Login, MailProof, Person
from app.accounts.queries import login_with
from app.accounts.tokens import digest, new_token
from app.db import db, own_session, transaction
from app.errors import Invalid
from app.mail import write_letter
from app.web.addresses import full_address

# How long a link is good, from the moment its letter is written.
LASTS = {
    "sign_up": timedelta(days=3),
    "reset": timedelta(hours=1),
    "new_address": timedelta(days=1),
    "hand_over": timedelta(days=14),
}
USED_KEPT = timedelta(days=1)
BATCH = 50

log = structlog.get_logger(__name__)


def write_due_letters() -> None:
    """Write the letter of every proof that waits for one, each in a transaction of its own. A job."""
    with own_session() as session:
        waiting = select(MailProof.id).where(MailProof.letter_due).order_by(MailProof.id).limit(BATCH)
        ids = session.scalars(waiting).all()
    for proof_id in ids:
        with transaction():
            proof = db.session.get(MailProof, proof_id, with_for_update=True, populate_existing=True)
            if proof is not None and proof.letter_due:
                _write(proof)
                proof.letter_due = False


def forget_old_proofs() -> None:
    """Delete proofs that are used or past their end: they hold addresses and names of people who never came. A job."""
    now = clock.now()
    with transaction() as session:
        session.execute(delete(MailProof).where(or_(MailProof.expires_at < now, MailProof.used_at < now - USED_KEPT)))


def tell(login: Login, template: str, **values: Any) -> None:
    """Write a person a letter about her account, in her language."""
    language = login.person.interface_language or "en"
    write_letter(
        f"accounts/{template}", to=plain_form(login.email), language=language, name=login.person.name, **values
    )


def _write(proof: MailProof) -> None:
    try:
        key = parse_address(proof.email).key
    except Invalid:  # kept by an older version with another idea of what an address is
        log.warning("address_unreadable", proof_id=proof.id)
        return _close(proof)
    known = login_with(key)
    if proof.purpose == "reset":
        return _close(proof) if known is None else _write_reset(proof, known)
    if known is not None:
        if proof.purpose in {"sign_up", "new_address"} and known.person_id != proof.person_id:
            tell(known, "already_known", sign_in=full_address("accounts.sign_in"), reset=full_address("accounts.reset"))
        return _close(proof)
    page = "accounts.first_password" if proof.purpose == "hand_over" else "accounts.confirm"
    name = "" if proof.person_id is None else db.session.get_one(Person, proof.person_id).name
    write_letter(
        f"accounts/{proof.purpose}",
        to=plain_form(proof.email),
        language=proof.language,
        link=full_address(page, token=_opened(proof)),
        # A name that came with a sign-up is not repeated: anybody could send words of her own to any address with it.
        name=name,
    )
    return None


def _write_reset(proof: MailProof, login: Login) -> None:
    proof.person_id = login.person_id
    tell(login, "reset", link=full_address("accounts.new_password", token=_opened(proof)))


def _opened(proof: MailProof) -> str:
    token = new_token()
    proof.token_digest, proof.expires_at = digest(token), clock.now() + LASTS[proof.purpose]
    return token


def _close(proof: MailProof) -> None:
    proof.used_at, proof.password_hash, proof.name = clock.now(), "", ""
