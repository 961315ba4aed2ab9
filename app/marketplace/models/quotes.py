"""Quote and its lines: a priced offer of a service to one customer. Once sent, only its state changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.changes import unseen_by_visitors
from app.db import Choice, Model, Words
from app.marketplace.lengths import (
    CURRENCIES,
    LONGEST_LINE,
    LONGEST_REASON,
    LONGEST_TERMS,
    LONGEST_TITLE,
    MOST_CENTS,
    PERIODS,
    QUOTE_STATES,
)
from app.organisations.models import Organisation


@unseen_by_visitors
class Quote(Model):
    """What an organisation asks for a service, until when it may be accepted, and under which terms.

    `done_within_days` of the yes is promised with it. `replaces_id` names the accepted quote whose agreement this one
    would supersede. An open quote past `valid_until` can no longer be accepted. `not_chosen`: another one was.
    """

    __tablename__ = "quotes"
    __table_args__ = (
        Index("ix_quotes_request", "help_request_id", "id"),
        Index("ix_quotes_organisation", "organisation_id", "id"),
        CheckConstraint("term_months > 0", name="term_months_positive"),
        CheckConstraint("notice_days >= 0", name="notice_days_not_negative"),
        CheckConstraint("done_within_days > 0", name="done_within_days_positive"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="open_until_decided"),
        CheckConstraint("replaces_id <> id", name="not_of_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    through_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("quotes.id"))
    title: Mapped[str] = mapped_column(Words(LONGEST_TITLE))
    language: Mapped[str] = mapped_column(Words(8))
    currency: Mapped[str] = mapped_column(Choice(*CURRENCIES))
    term_months: Mapped[int | None]
    notice_days: Mapped[int | None]
    change_terms: Mapped[str] = mapped_column(Words(LONGEST_TERMS))
    cancellation_terms: Mapped[str] = mapped_column(Words(LONGEST_TERMS))
    done_within_days: Mapped[int | None]
    valid_until: Mapped[datetime]
    state: Mapped[str] = mapped_column(Choice(*QUOTE_STATES), default="open")
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decline_reason: Mapped[str] = mapped_column(Words(LONGEST_REASON), default="")

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    through_organisation: Mapped[Organisation | None] = relationship(foreign_keys=[through_organisation_id])
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])

    def is_expired(self, now: datetime) -> bool:
        """Say whether it waited for an answer until it was no longer valid."""
        return self.state == "open" and self.valid_until <= now


@unseen_by_visitors
class QuoteLine(Model):
    """One amount of a quote: what for, how much, how often. An amount below zero is a discount."""

    __tablename__ = "quote_lines"
    __table_args__ = (
        UniqueConstraint("quote_id", "position"),
        CheckConstraint(f"amount_cents BETWEEN -{MOST_CENTS} AND {MOST_CENTS}", name="amount_cents_bounds"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quotes.id"))
    position: Mapped[int]
    words: Mapped[str] = mapped_column(Words(LONGEST_LINE))
    amount_cents: Mapped[int]
    per: Mapped[str] = mapped_column(Choice(*PERIODS), default="once")
