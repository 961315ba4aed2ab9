"""What is known of who an organisation is, and since when: it follows it, whatever it calls itself later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.db import db
from app.organisations.acting_models import Engagement
from app.organisations.models import Domain, FormerName, IdentityCheck, Organisation
from app.organisations.queries import IN_PUBLIC


@dataclass(frozen=True)
class Moment:
    """Something that happened to an organisation: `words` is a name or a domain, `how` the way it was proved."""

    kind: str
    at: datetime
    words: str = ""
    how: str = ""


def history_of(organisation: Organisation) -> list[Moment]:
    """Return what happened, the newest first; four statements."""
    moments = [Moment("began", organisation.created_at)]
    names = db.session.scalars(select(FormerName).where(FormerName.organisation_id == organisation.id))
    moments += [Moment("renamed", each.until, each.name) for each in names]
    for check in db.session.scalars(select(IdentityCheck).where(IdentityCheck.organisation_id == organisation.id)):
        moments.append(Moment("checked", check.checked_at, check.name_then, check.how))
        if check.withdrawn_at is not None:
            moments.append(Moment("check_withdrawn", check.withdrawn_at))
    proved = (Domain.organisation_id == organisation.id, Domain.verified_at.is_not(None))
    for domain in db.session.scalars(select(Domain).where(*proved)):
        assert domain.verified_at is not None, "the query asked for it"
        moments.append(Moment("domain", domain.verified_at, domain.domain, domain.how or ""))
        if domain.removed_at is not None:
            moments.append(Moment("domain_removed", domain.removed_at, domain.domain))
    for engagement in _agreed(organisation):
        moments += _moments_of(engagement, organisation)
    return sorted(moments, key=lambda each: each.at, reverse=True)


def _agreed(organisation: Organisation) -> Sequence[Engagement]:
    """Return the engagements that were accepted; customer organisations are known to their own people only."""
    parties = (Engagement.principal_organisation_id, Engagement.agency_organisation_id)
    found = db.session.scalars(
        select(Engagement)
        .where(or_(*(each == organisation.id for each in parties)), Engagement.accepted_at.is_not(None))
        .options(joinedload(Engagement.principal), joinedload(Engagement.agency))
    )
    return [each for each in found if each.principal.kind in IN_PUBLIC or each.principal.id == organisation.id]


def _moments_of(engagement: Engagement, organisation: Organisation) -> list[Moment]:
    assert engagement.accepted_at is not None, "the query asked for it"
    is_principal = engagement.principal_organisation_id == organisation.id
    other, side = (engagement.agency, "agency") if is_principal else (engagement.principal, "principal")
    moments = [Moment(f"{side}_began", engagement.accepted_at, other.name)]
    if engagement.ended_at is not None:
        moments.append(Moment(f"{side}_ended", engagement.ended_at, other.name))
    return moments
