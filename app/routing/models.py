"""What routing keeps: models, the community's state, decisions, offers, outcomes. Decisions are never rewritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.changes import unseen_by_visitors
from app.db import Choice, Model, Words
from app.providers.models import Provider
from app.requests.models import HelpRequest
from app.routing.kept import kept_of

DECLINE_REASONS = ("no_time", "other_subject", "other_area", "other_language", "other")


def _numbers_of_candidates(context: DefaultExecutionContext) -> bytes:
    return kept_of(context.get_current_parameters()["candidates"]).to_bytes()


class RankingModel(Model):
    """A version of the ranking's numbers (app.ranking.model), with what it scored when it was made. All are kept."""

    __tablename__ = "ranking_models"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(Words(60), unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    metrics: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class ModelPromotion(Model):
    """A version of the numbers came into force: that of the highest number is what decisions are made with.

    reason: `shipped` with this version of Samen, `learned` by the refit, `chosen` or `rolled_back` by an operator, who
    then is `promoted_by_id` (nobody: at the machine itself).
    """

    __tablename__ = "ranking_promotions"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("ranking_models.id"))
    reason: Mapped[str] = mapped_column(Choice("shipped", "learned", "chosen", "rolled_back"))
    promoted_at: Mapped[datetime]
    promoted_by_id: Mapped[int | None]

    model: Mapped[RankingModel] = relationship()


@unseen_by_visitors
class StoredState(Model):
    """The community as arrays (app.ranking.snapshot), with every change up to `number` in it. `key` tells two apart.

    It serves until there is a newer one, even when it `is_outdated`: when rows changed in a way that no change tells.
    """

    __tablename__ = "ranking_states"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Words(40), unique=True)
    number: Mapped[int]
    events: Mapped[int]
    made_at: Mapped[datetime]
    is_outdated: Mapped[bool] = mapped_column(default=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Change(Model):
    """Something happened to a request. `number` is given later, by one job at a time, and grows as rows appear."""

    __tablename__ = "ranking_changes"
    __table_args__ = (
        Index("ix_ranking_changes_unnumbered", "number", "id"),
        Index("ix_ranking_changes_request", "help_request_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int | None] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(Words(40))
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    recorded_at: Mapped[datetime]


class RoutingDecision(Model):
    """Who could help one request at one moment, and why: enough to compute it again.

    purpose: `ask` when it was asked, `next` after somebody declined or stayed silent, `review` to see what was learned.
    need: the numbers of the request; candidates: {"rows": the first 50}; exclusions: {code: [[from, to], …]}, ranges of
    provider ids; numbers: those of the candidates once more, as learning reads them (kept.py). `state_key` and
    `state_number` say which state it was made with, `seed` which chance.
    """

    __tablename__ = "routing_decisions"
    __table_args__ = (
        Index("ix_routing_decisions_request", "help_request_id", "id"),
        Index("ix_routing_decisions_purpose", "purpose", "id"),
        Index("ix_routing_decisions_model", "model_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    purpose: Mapped[str] = mapped_column(Choice("ask", "next", "review"))
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("routing_decisions.id"))
    decided_at: Mapped[datetime]
    model_id: Mapped[int] = mapped_column(ForeignKey("ranking_models.id"))
    state_key: Mapped[str | None] = mapped_column(Words(40))
    state_number: Mapped[int]
    seed: Mapped[int]
    candidates_count: Mapped[int]
    need: Mapped[dict[str, Any]]
    candidates: Mapped[dict[str, Any]]
    exclusions: Mapped[dict[str, Any]]
    numbers: Mapped[bytes] = mapped_column(LargeBinary, default=_numbers_of_candidates)

    request: Mapped[HelpRequest] = relationship()
    model: Mapped[RankingModel] = relationship()


class Offer(Model):
    """A request shown to a provider with the invitation to help.

    place: in the decision's order, from 1; propensity: how likely it was to be asked in the first wave; explored: asked
    to get to know it, not because it was among the best.
    """

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("help_request_id", "provider_id"),
        Index("ix_offers_provider", "provider_id", "state", "offered_at"),
        Index("ix_offers_open", "state", "expires_at"),
        CheckConstraint("propensity > 0 AND propensity <= 1", name="propensity_is_a_probability"),
        CheckConstraint("place >= 1", name="place_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("routing_decisions.id"))
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    place: Mapped[int]
    propensity: Mapped[float]
    explored: Mapped[bool]
    state: Mapped[str] = mapped_column(Choice("offered", "accepted", "declined", "expired", "answered", "closed"))
    decline_reason: Mapped[str | None] = mapped_column(Choice(*DECLINE_REASONS))
    state_since: Mapped[datetime]
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    decision: Mapped[RoutingDecision] = relationship()
    provider: Mapped[Provider] = relationship()
    request: Mapped[HelpRequest] = relationship()


class Outcome(Model):
    """What happened to a request, by a provider: the material that learning uses. One row per fact that told of it."""

    __tablename__ = "outcomes"
    __table_args__ = (
        Index("ix_outcomes_request", "help_request_id", "id"),
        Index("ix_outcomes_provider", "provider_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("domain_events.id"), unique=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    kind: Mapped[str] = mapped_column(Choice("answered", "accepted", "unaccepted", "voted"))
    value: Mapped[int]
    minutes: Mapped[float]
    happened_at: Mapped[datetime]
