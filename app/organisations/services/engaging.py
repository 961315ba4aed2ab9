"""Engagements: organisation A offers B to act for it, B accepts, either ends it at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app import clock
from app.accounts.addresses import plain_form
from app.accounts.models import Login, Person
from app.actor import MANAGING_ROLES, Actor
from app.db import changed_rows, db, upsert
from app.errors import Conflict, Invalid
from app.mail import write_letter
from app.organisations import policy
from app.organisations.acting_models import Engagement
from app.organisations.events import EngagementAccepted, EngagementEnded, EngagementOffered
from app.organisations.models import Membership, Organisation, is_seated
from app.organisations.queries import IN_PUBLIC
from app.outbox.facts import Code
from app.outbox.record import record
from app.verdict import SENTENCES, require
from app.web.addresses import full_address

SCOPES = ("questions", "cases", "knowledge", "services", "agreements")
MOST_LETTERS = 20


def offer(
    actor: Actor, principal: Organisation, agency: Organisation, *, scopes: Collection[str], until: datetime | None
) -> Engagement:
    """Offer the agency to act for the principal in these kinds of work. Its owners and managers are written to.

    Raises NotAllowed as policy says, Invalid for scopes, times and organisations that cannot be.
    """
    require(policy.can_keep(actor, principal.id))
    assert actor.person_id is not None, "the policy lets persons only"
    now = clock.now()
    if not scopes or set(scopes) - set(SCOPES):
        raise Invalid("no_scope", SENTENCES["no_scope"], field="scopes")
    if until is not None and until <= now:
        raise Invalid("until_is_past", SENTENCES["until_is_past"], field="until")
    if agency.id == principal.id or agency.closed_at is not None or agency.kind not in IN_PUBLIC:
        raise Invalid("not_an_agency", SENTENCES["not_an_agency"], field="agency")
    kept = [scope for scope in SCOPES if scope in scopes]
    _end_those_past(principal, agency)
    row = {
        "principal_organisation_id": principal.id,
        "agency_organisation_id": agency.id,
        "scopes": kept,
        "since": now,
        "until": until,
        "offered_by_id": actor.person_id,
        "offered_at": now,
    }
    made = db.session.scalar(upsert(Engagement).values(row).on_conflict_do_nothing().returning(Engagement.id))
    if made is None:
        raise Invalid("engaged_already", SENTENCES["engaged_already"], field="agency")
    offered = EngagementOffered(
        engagement_id=made,
        principal_organisation_id=principal.id,
        agency_organisation_id=agency.id,
        scopes=tuple(Code(scope) for scope in kept),
    )
    record(offered, by=actor.in_capacity(principal.id))
    _write_to(agency, "organisations/engagement_offered", principal=principal.name, agency=agency.name)
    return db.session.get_one(Engagement, made)


def accept(actor: Actor, engagement: Engagement) -> None:
    """Accept for the agency: its people may act from now on. Raises Conflict when it was answered meanwhile."""
    require(policy.can_accept_engagement(actor, engagement))
    still = (Engagement.id == engagement.id, Engagement.accepted_at.is_(None), Engagement.ended_at.is_(None))
    values = {"accepted_at": clock.now(), "accepted_by_id": actor.person_id}
    _only_one(update(Engagement).where(*still).values(**values))
    accepted = EngagementAccepted(
        engagement_id=engagement.id,
        principal_organisation_id=engagement.principal_organisation_id,
        agency_organisation_id=engagement.agency_organisation_id,
    )
    record(accepted, by=actor.in_capacity(engagement.agency_organisation_id))


def end(actor: Actor, engagement: Engagement) -> None:
    """End it for either side, at once; before it was accepted that is to take the offer back, or to refuse it."""
    require(policy.can_end_engagement(actor, engagement))
    was_accepted = engagement.accepted_at is not None
    values = {"ended_at": clock.now(), "ended_by_id": actor.person_id}
    _only_one(update(Engagement).where(Engagement.id == engagement.id, Engagement.ended_at.is_(None)).values(**values))
    principal_id, agency_id = engagement.principal_organisation_id, engagement.agency_organisation_id
    side = principal_id if actor.may_manage(principal_id) else agency_id
    ended = EngagementEnded(
        engagement_id=engagement.id,
        principal_organisation_id=principal_id,
        agency_organisation_id=agency_id,
        by_organisation_id=side,
        was_accepted=was_accepted,
    )
    record(ended, by=actor.in_capacity(side))


def _end_those_past(principal: Organisation, agency: Organisation) -> None:
    """Close what ran out by itself: it would stand in the way of a new one."""
    between = (
        Engagement.principal_organisation_id == principal.id,
        Engagement.agency_organisation_id == agency.id,
        Engagement.ended_at.is_(None),
    )
    past = update(Engagement).where(*between, Engagement.until <= clock.now())
    db.session.execute(past.values(ended_at=Engagement.until))


def _only_one(changing: object) -> None:
    if changed_rows(db.session.execute(changing)) != 1:  # type: ignore[call-overload]
        raise Conflict("answered_before", SENTENCES["answered_before"])


def _write_to(organisation: Organisation, template: str, **words: Any) -> None:
    """Write to those who keep an organisation, each in her own language."""
    keepers = (
        select(Login.email, Person.name, Person.interface_language)
        .join(Person, Person.id == Login.person_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation.id, is_seated(), Membership.role.in_(MANAGING_ROLES))
        .order_by(Membership.id)
        .limit(MOST_LETTERS)
    )
    link = full_address("organisations.engagements", slug=organisation.slug)
    for email, name, language in db.session.execute(keepers):
        write_letter(template, to=plain_form(email), language=language or "en", name=name, link=link, **words)
