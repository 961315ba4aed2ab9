"""Letting organisations see what is a person's, and taking that back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app import clock
from app.actor import Actor
from app.db import changed_rows, db
from app.errors import Invalid
from app.organisations.models import Organisation
from app.outbox.facts import Code
from app.outbox.record import record
from app.privacy import policy
from app.privacy.events import GrantGiven, GrantWithdrawn
from app.privacy.kinds import DETAIL_KINDS, HISTORY_KINDS
from app.privacy.models import DetailAsk, Grant
from app.verdict import require


def give_grant(
    actor: Actor,
    *,
    person_id: int,
    organisation_id: int,
    purpose: str,
    kinds: Collection[str],
    help_request_id: int | None = None,
    until: datetime | None = None,
    ask: DetailAsk | None = None,
) -> Grant | None:
    """Let an organisation see these kinds for a purpose, and return the grant; None where that is allowed already.

    Raises NotAllowed unless it is hers to give; Invalid for no kinds, unknown ones, or an end that is past.
    """
    require(policy.can_direct(actor, person_id))
    return keep_grant(
        actor,
        person_id=person_id,
        organisation_id=organisation_id,
        purpose=purpose,
        kinds=kinds,
        help_request_id=help_request_id,
        until=until,
        ask=ask,
    )


def withdraw_grant(actor: Actor, grant: Grant) -> None:
    """Take a grant back, at once. What is over already stays as it is."""
    require(policy.can_direct(actor, grant.person_id))
    mine = update(Grant).where(Grant.id == grant.id, Grant.withdrawn_at.is_(None))
    taken_back = mine.values(withdrawn_at=clock.now(), withdrawn_by_id=actor.person_id)
    if changed_rows(db.session.execute(taken_back)):
        withdrawn = GrantWithdrawn(grant_id=grant.id, person_id=grant.person_id, organisation_id=grant.organisation_id)
        record(withdrawn, by=actor, request_id=grant.help_request_id)


def keep_grant(
    actor: Actor,
    *,
    person_id: int,
    organisation_id: int,
    purpose: str,
    kinds: Collection[str],
    help_request_id: int | None,
    until: datetime | None = None,
    ask: DetailAsk | None = None,
) -> Grant | None:
    """Add a grant, for whom it was found out that she may give it; see `give_grant`."""
    assert actor.person_id is not None
    now = clock.now()
    known = set(DETAIL_KINDS) | (set(HISTORY_KINDS) if purpose == "see_history" else set())
    if not kinds or not set(kinds) <= known:
        raise Invalid("no_kinds", _l("Choose what it may see."), field="kinds")
    if until is not None and until <= now:
        raise Invalid("until_past", _l("Choose a day that is still to come."), field="until")
    if db.session.get(Organisation, organisation_id) is None:
        raise Invalid("no_organisation", _l("Choose an organisation."), field="organisation")
    if _is_allowed_already(person_id, organisation_id, purpose, kinds, help_request_id, until, now):
        return None
    grant = Grant(
        person_id=person_id,
        organisation_id=organisation_id,
        purpose=purpose,
        kinds=sorted(kinds),
        help_request_id=help_request_id,
        ask_id=ask.id if ask is not None else None,
        until=until,
        given_at=now,
        given_by_id=actor.person_id,
    )
    db.session.add(grant)
    db.session.flush()  # the fact carries its id
    given = GrantGiven(
        grant_id=grant.id,
        person_id=person_id,
        organisation_id=organisation_id,
        purpose=Code(purpose),
        kinds=codes(grant.kinds),
        until=until,
    )
    record(given, by=actor, request_id=help_request_id)
    return grant


def _is_allowed_already(
    person_id: int,
    organisation_id: int,
    purpose: str,
    kinds: Collection[str],
    help_request_id: int | None,
    until: datetime | None,
    now: datetime,
) -> bool:
    rows = db.session.scalars(
        select(Grant).where(
            Grant.person_id == person_id,
            Grant.organisation_id == organisation_id,
            Grant.purpose == purpose,
            Grant.withdrawn_at.is_(None),
        )
    )
    return any(
        set(kinds) <= set(row.kinds)
        and row.help_request_id in {None, help_request_id}
        and row.is_in_force(now)
        and (row.until is None or (until is not None and row.until >= until))
        for row in rows
    )


def codes(kinds: Collection[str]) -> tuple[Code, ...]:
    """Return kinds as a fact holds them."""
    return tuple(Code(kind) for kind in sorted(kinds))
