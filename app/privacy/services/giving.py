"""Details: a person gives them, or somebody writes down what she said; somebody else says that they are right."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app import clock
from app.actor import Actor
from app.db import changed_rows, db
from app.errors import Conflict
from app.outbox.facts import Code
from app.outbox.record import record
from app.privacy import policy
from app.privacy.events import DetailConfirmed, DetailGiven
from app.privacy.kinds import fitting
from app.privacy.models import PersonalDetail
from app.privacy.services.granting import keep_grant
from app.verdict import require


def give_detail(
    actor: Actor, *, person_id: int, kind: str, value: str, help_request_id: int | None = None, label: str = ""
) -> PersonalDetail:
    """Add a detail that a person gives, or put it in the place of the one of its kind and label in the same request.

    Raises NotAllowed unless it is hers to give, Invalid where the value cannot be one of its kind. The same value once
    more changes nothing.
    """
    require(policy.can_direct(actor, person_id))
    return keep_detail(actor, person_id=person_id, kind=kind, value=value, help_request_id=help_request_id, label=label)


def note_detail(
    actor: Actor, *, person_id: int, kind: str, value: str, help_request_id: int, label: str = ""
) -> PersonalDetail:
    """Add a detail that a person told an agent on another channel, and that the agent's organisation may see it for
    this request: she said it to be used. She sees who wrote down what, and may take it back.

    The caller has asked whether the actor works on this request, for an organisation.
    """
    assert actor.acting_for_organisation_id is not None
    detail = keep_detail(
        actor, person_id=person_id, kind=kind, value=value, help_request_id=help_request_id, label=label
    )
    keep_grant(
        actor,
        person_id=person_id,
        organisation_id=actor.acting_for_organisation_id,
        purpose="handle_request",
        kinds={kind},
        help_request_id=help_request_id,
    )
    return detail


def confirm_detail(actor: Actor, detail: PersonalDetail) -> None:
    """Say for one's organisation that a detail was checked and is right. The caller asked whether the actor may."""
    assert actor.acting_for_organisation_id is not None
    first = update(PersonalDetail).where(
        PersonalDetail.id == detail.id, PersonalDetail.confirmed_at.is_(None), PersonalDetail.ended_at.is_(None)
    )
    columns = {
        "confirmed_at": clock.now(),
        "confirmed_by_id": actor.person_id,
        "confirmed_for_organisation_id": actor.acting_for_organisation_id,
    }
    if changed_rows(db.session.execute(first.values(columns))) == 0:
        raise Conflict("detail_changed", _l("This was changed or confirmed meanwhile. Load the page again."))
    confirmed = DetailConfirmed(
        detail_id=detail.id, person_id=detail.person_id, organisation_id=actor.acting_for_organisation_id
    )
    record(confirmed, by=actor, request_id=detail.help_request_id)


def keep_detail(
    actor: Actor,
    *,
    person_id: int,
    kind: str,
    value: str,
    help_request_id: int | None,
    label: str = "",
) -> PersonalDetail:
    """Add a detail, for whom it was found out that she may; see `give_detail`."""
    assert actor.person_id is not None
    value = fitting(kind, value)
    before = db.session.scalars(
        select(PersonalDetail)
        .where(
            PersonalDetail.person_id == person_id,
            PersonalDetail.kind == kind,
            PersonalDetail.label == label,
            PersonalDetail.help_request_id.is_(help_request_id)
            if help_request_id is None
            else PersonalDetail.help_request_id == help_request_id,
            PersonalDetail.ended_at.is_(None),
        )
        .with_for_update()
    ).first()
    if before is not None and before.value == value:
        return before
    detail = PersonalDetail(
        person_id=person_id,
        help_request_id=help_request_id,
        kind=kind,
        label=label,
        value=value,
        given_at=clock.now(),
        given_by_id=actor.person_id,
        acting_for_organisation_id=actor.acting_for_organisation_id if actor.person_id != person_id else None,
    )
    db.session.add(detail)
    db.session.flush()  # the fact, and the one it replaces, carry its id
    if before is not None:
        before.ended_at, before.replaced_by_id = clock.now(), detail.id
    given = DetailGiven(
        detail_id=detail.id,
        person_id=person_id,
        detail_kind=Code(kind),
        instead_of_id=before.id if before is not None else None,
    )
    record(given, by=actor, request_id=help_request_id)
    return detail
