"""Who may say how a helper is reached, and when an organisation is open."""

from __future__ import annotations

from app.accounts.policy import can_present
from app.actor import Actor
from app.organisations.policy import can_keep
from app.providers.models import Provider
from app.verdict import ALLOWED, Verdict


def can_keep_provider(actor: Actor, provider: Provider) -> Verdict:
    """Her own capacities the person herself; a desk the owners and managers of its organisation."""
    if provider.person_id is None:
        assert provider.organisation_id is not None, "somebody or something helps"
        return can_keep(actor, provider.organisation_id)
    if not (verdict := can_present(actor)):
        return verdict
    return ALLOWED if provider.person_id == actor.person_id else Verdict("not_the_author")
