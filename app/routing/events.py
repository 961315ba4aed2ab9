"""Facts about routing."""

from __future__ import annotations

from typing import Any, Literal

from app.outbox.facts import Code, Fact, fact

PromotionReason = Literal["shipped", "learned", "chosen", "rolled_back"]


@fact("request_routed")
class RequestRouted(Fact):
    """A request was ranked and offered to the first few."""

    decision_id: int
    purpose: Code
    model_id: int
    candidates: int
    offers: int


@fact("offer_made")
class OfferMade(Fact):
    """A provider was invited to help."""

    offer_id: int
    decision_id: int
    provider_id: int
    place: int


@fact("offer_accepted")
class OfferAccepted(Fact):
    """A provider says it will help."""

    offer_id: int
    provider_id: int


@fact("offer_declined", version=2)
class OfferDeclined(Fact):
    """A provider says it cannot help with this one, and perhaps why."""

    offer_id: int
    provider_id: int
    reason: Code | None

    @classmethod
    def raise_from(cls, version: int, payload: dict[str, Any]) -> dict[str, Any]:
        """Version 1 had no reason."""
        return {**payload, "reason": None} if version == 1 else super().raise_from(version, payload)


@fact("offer_expired")
class OfferExpired(Fact):
    """A provider stayed silent for so long that others are asked."""

    offer_id: int
    provider_id: int


@fact("ranking_model_made")
class RankingModelMade(Fact):
    """A model was learned; `is_promoted` says whether decisions are made with it from now on."""

    model_id: int
    is_promoted: bool


@fact("ring_found")
class RingFound(Fact):
    """Confirmations that look like an agreement were found, for moderators to look at."""

    finding_id: int
    members: int


@fact("ring_looked_at")
class RingLookedAt(Fact):
    """A moderator or an operator looked at what was found."""

    finding_id: int


@fact("ranking_model_promoted")
class RankingModelPromoted(Fact):
    """Decisions are made with another model from now on; who did it is the fact's actor."""

    model_id: int
    previous_id: int | None
    reason: PromotionReason
