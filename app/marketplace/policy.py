"""What an actor may do with the catalogue. Loaded objects in, a verdict out."""

from __future__ import annotations

from app.actor import Actor
from app.marketplace.models.services import Service
from app.organisations.queries import IN_PUBLIC
from app.trust.standing import can_write
from app.verdict import ALLOWED, Verdict


def can_offer_services(actor: Actor) -> Verdict:
    """Who acts for an organisation that helps here, and may do this work for it."""
    if not (verdict := can_write(actor, work="services")):
        return verdict
    is_helping = actor.seat is not None and actor.seat.organisation_kind in IN_PUBLIC
    return ALLOWED if is_helping else Verdict("act_for_organisation_first")


def can_edit(actor: Actor, service: Service) -> Verdict:
    """Who may offer services for the organisation whose service it is, while she acts for it."""
    if not (verdict := can_offer_services(actor)):
        return verdict
    is_hers = actor.acting_for_organisation_id == service.organisation_id
    return ALLOWED if is_hers else Verdict("act_for_organisation_first")


def can_ask_for(actor: Actor, service: Service) -> Verdict:
    """Everybody who may write, as long as it is offered."""
    if not (verdict := can_write(actor, work="cases")):
        return verdict
    return ALLOWED if service.state == "published" else Verdict("not_offered")
