"""Who may do what with offers and decisions. Loaded objects in, a verdict out."""

from __future__ import annotations

from app.actor import Actor
from app.providers.models import Provider
from app.routing.models import Offer
from app.trust.standing import can_write
from app.verdict import ALLOWED, Verdict


def is_hers(actor: Actor, provider: Provider) -> bool:
    """Say whether this capacity to help is the actor's: her own row, or the desk of an organisation she works for."""
    if provider.person_id is not None:
        return provider.person_id == actor.person_id
    return actor.works_for(provider.organisation_id, "questions")


def can_answer_offer(actor: Actor, offer: Offer) -> Verdict:
    """The invited, once; with a seat at the organisation still held where she was invited on its behalf."""
    if not (verdict := can_write(actor)):
        return verdict
    provider = offer.provider
    if not is_hers(actor, provider):
        return Verdict("not_your_offer")
    if provider.organisation_id is not None and not actor.works_for(provider.organisation_id, "questions"):
        return Verdict("not_your_offer")
    return ALLOWED if offer.state == "offered" else Verdict("already_answered_offer")


def sees_all(actor: Actor, asker_id: int) -> bool:
    """Say whether the whole list of a decision is for her eyes: the asker's, and those who keep the place in order."""
    return actor.asker_id == asker_id or actor.is_moderator or actor.is_operator


def sees_rings(actor: Actor) -> bool:
    """Say whether what was found about groups that confirm each other is for her eyes."""
    return actor.is_moderator or actor.is_operator


def can_look_at_rings(actor: Actor) -> Verdict:
    """Moderators and operators keep what they saw."""
    if not (verdict := can_write(actor)):
        return verdict
    return ALLOWED if sees_rings(actor) else Verdict("moderators_only")


def can_choose_model(actor: Actor) -> Verdict:
    """Operators who are not suspended, in a session of their own, not through a program."""
    if actor.is_visitor:
        return Verdict("sign_in_first")
    is_let = actor.is_operator and not actor.is_suspended and actor.kind == "person"
    return ALLOWED if is_let else Verdict("operators_only")
