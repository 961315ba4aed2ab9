"""Domains of an organisation: claimed, proved by a text record in the DNS or by mail to an address there, given up.

The record is looked for by the worker; a request only says that it is due. The mail goes to an address that only
who runs the domain can read: anybody has an address at a provider of mail.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts.addresses import parse_address
from app.accounts.tokens import digest, new_token
from app.actor import SYSTEM, Actor
from app.db import changed_rows, db, own_session, transaction, upsert
from app.errors import Conflict, Invalid, NotFound
from app.mail import write_letter
from app.organisations import policy
from app.organisations.events import DomainClaimed, DomainProved, DomainRemoved
from app.organisations.models import Domain, Organisation
from app.organisations.resolving import Unreachable, look_up_text
from app.outbox.record import record
from app.verdict import SENTENCES, require
from app.web.addresses import full_address

RECORD_UNDER = "_samen"
MAILBOXES = ("postmaster", "hostmaster", "webmaster", "administrator", "admin")
MAIL_LASTS = timedelta(days=3)
MOST_CHECKS, BATCH = 10, 20
LONGEST_PAUSE = timedelta(hours=6)


def parse_domain(text: str) -> str:
    """Return the domain in this text, as the DNS writes it. Raises Invalid when it is none."""
    words = text.strip().lower().removeprefix("https://").removeprefix("http://").partition("/")[0].rstrip(".")
    not_one = Invalid("not_a_domain", SENTENCES["not_a_domain"], field="domain")
    if "@" in words or "." not in words:
        raise not_one
    try:
        return parse_address(f"postmaster@{words}").plain.partition("@")[2].lower()
    except Invalid as error:
        raise not_one from error


def claim(actor: Actor, organisation: Organisation, name: str) -> Domain:
    """Say that a domain is the organisation's; it counts once it is proved. `name` is a parsed domain."""
    require(policy.can_keep(actor, organisation.id))
    row = {
        "organisation_id": organisation.id,
        "domain": name,
        "record_token": f"samen-domain={new_token()}",
        "created_at": clock.now(),
        "checks": 0,
    }
    made = db.session.scalar(upsert(Domain).values(row).on_conflict_do_nothing().returning(Domain.id))
    if made is None:
        raise Invalid("domain_listed", SENTENCES["domain_listed"], field="domain")
    record(DomainClaimed(domain_id=made, organisation_id=organisation.id), by=actor.in_capacity(organisation.id))
    return db.session.get_one(Domain, made)


def ask_for_check(actor: Actor, domain: Domain) -> None:
    """Let the worker look for the record now, and for about a day from time to time."""
    require(policy.can_keep(actor, domain.organisation_id))
    _only_unproved(domain)
    domain.check_due_at, domain.checks, domain.check_result = clock.now(), 0, None


def ask_by_mail(actor: Actor, domain: Domain, mailbox: str, *, language: str) -> str:
    """Write a letter with a link to a mailbox of the domain, and return the address. Raises Invalid for another one."""
    require(policy.can_keep(actor, domain.organisation_id))
    _only_unproved(domain)
    if mailbox not in MAILBOXES:
        raise Invalid("no_such_mailbox", SENTENCES["no_such_mailbox"], field="mailbox")
    token, address = new_token(), f"{mailbox}@{domain.domain}"
    domain.mail_token_digest, domain.mail_expires_at = digest(token), clock.now() + MAIL_LASTS
    write_letter(
        "organisations/domain",
        to=address,
        language=language,
        organisation=domain.organisation.name,
        domain=domain.domain,
        link=full_address("organisations.prove_domain", token=token),
    )
    return address


def prove_by_mail(actor: Actor, domain: Domain) -> None:
    """Take the letter's link as proof; whoever reads that mailbox may press the button. Raises Conflict when the domain
    is proved to be another organisation's, NotFound when the link was used.
    """
    used = (
        update(Domain)
        .where(Domain.id == domain.id, Domain.mail_token_digest == domain.mail_token_digest)
        .values(mail_token_digest=None, mail_expires_at=None)
        .execution_options(synchronize_session=False)
    )
    if changed_rows(db.session.execute(used)) != 1:
        raise NotFound
    db.session.refresh(domain)
    if not _prove(domain, "mail", by=actor):
        raise Conflict("domain_taken", SENTENCES["domain_taken"])


def remove(actor: Actor, domain: Domain) -> None:
    """Say it no longer."""
    require(policy.can_keep(actor, domain.organisation_id))
    gone = update(Domain).where(Domain.id == domain.id, Domain.removed_at.is_(None))
    values = {"removed_at": clock.now(), "check_due_at": None, "mail_token_digest": None}
    if changed_rows(db.session.execute(gone.values(**values))) != 1:
        raise NotFound
    removed = DomainRemoved(domain_id=domain.id, organisation_id=domain.organisation_id)
    record(removed, by=actor.in_capacity(domain.organisation_id))


def check_due_domains(look_up: Callable[[str], list[str]] = look_up_text) -> None:
    """Look for the records that are due, each claimed first; what is not there yet is due again later. A job."""
    now = clock.now()
    with own_session() as session:
        due = select(Domain.id).where(Domain.check_due_at <= now).order_by(Domain.check_due_at).limit(BATCH)
        ids = session.scalars(due).all()
    for domain_id in ids:
        claimed = _claimed(domain_id)
        if claimed is not None:
            result = _found(claimed, look_up)
            with transaction() as session:
                _keep(session, domain_id, result)


def _claimed(domain_id: int) -> tuple[str, str] | None:
    """Put the next look off, so that nobody else looks meanwhile; return the name to look under and the text wanted."""
    with transaction() as session:
        domain = session.get(Domain, domain_id, with_for_update=True, populate_existing=True)
        if domain is None or domain.check_due_at is None or domain.check_due_at > clock.now():
            return None
        domain.checks += 1
        pause = min(timedelta(minutes=2**domain.checks), LONGEST_PAUSE)
        domain.check_due_at = clock.now() + pause if domain.checks < MOST_CHECKS else None
        return f"{RECORD_UNDER}.{domain.domain}", domain.record_token


def _found(claimed: tuple[str, str], look_up: Callable[[str], list[str]]) -> str:
    name, wanted = claimed
    try:
        texts = look_up(name)
    except Unreachable:
        return "unreachable"
    if wanted in (each.strip() for each in texts):
        return "found"
    return "other_text" if texts else "not_found"


def _keep(session: Session, domain_id: int, result: str) -> None:
    domain = session.get(Domain, domain_id, with_for_update=True, populate_existing=True)
    if domain is None or domain.removed_at is not None or domain.verified_at is not None:
        return
    domain.checked_at = clock.now()
    if result == "found":
        result = "found" if _prove(domain, "dns", by=SYSTEM) else "taken"
        domain.check_due_at = None
    domain.check_result = result


def _prove(domain: Domain, how: Literal["dns", "mail"], *, by: Actor) -> bool:
    """Mark the domain as proved; False where it is proved to be another organisation's."""
    if domain.removed_at is not None:
        return False
    if domain.verified_at is not None:
        return True
    # Locked, all who claim it: of two who prove it at once, one is first.
    claims = select(Domain).where(Domain.domain == domain.domain, Domain.removed_at.is_(None)).order_by(Domain.id)
    rivals = db.session.scalars(claims.with_for_update().execution_options(populate_existing=True)).all()
    if any(each.verified_at is not None for each in rivals):
        return False
    domain.verified_at, domain.how, domain.check_due_at = clock.now(), how, None
    record(DomainProved(domain_id=domain.id, organisation_id=domain.organisation_id, how=how), by=by)
    return True


def _only_unproved(domain: Domain) -> None:
    if domain.removed_at is not None:
        raise NotFound
    if domain.verified_at is not None:
        raise Conflict("proved_already", SENTENCES["proved_already"])
