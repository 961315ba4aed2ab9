"""Agreement: what a quote becomes when the customer says yes. Triggers in the database refuse UPDATE and DELETE.

It is changed by a new one only, which she accepts as well and which names this one as `supersedes_id`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.changes import unseen_by_visitors
from app.db import Model, Words
from app.organisations.models import Organisation


@unseen_by_visitors
class Agreement(Model):
    """The words and amounts that were agreed, as they were shown, and their digest.

    The first agreement about a request supersedes none, and each one is superseded once at most: the database keeps
    that there is never more than one in force.
    """

    __tablename__ = "agreements"
    __table_args__ = (
        Index("uq_agreements_quote", "quote_id", unique=True),
        Index("uq_agreements_supersedes", "supersedes_id", unique=True),
        Index(
            "uq_agreements_first",
            "help_request_id",
            unique=True,
            sqlite_where=text("supersedes_id IS NULL"),
            postgresql_where=text("supersedes_id IS NULL"),
        ),
        Index("ix_agreements_request", "help_request_id", "id"),
        Index("ix_agreements_customer", "customer_id", "id"),
        CheckConstraint("supersedes_id < id", name="supersedes_an_older_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quotes.id"))
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    accepted_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("agreements.id"))
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(Words(64))
    accepted_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    accepted_by: Mapped[Person] = relationship(foreign_keys=[accepted_by_id])
