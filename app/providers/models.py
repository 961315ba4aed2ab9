"""Provider: (person, no organisation) is a peer, (person, organisation) an agent or partner member, (organisation, no
person) its desk.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.community.models.shelves import Tag
from app.db import Model
from app.organisations.models import Organisation


class Provider(Model):
    """One capacity to help. `most_open_offers` is how many invitations it takes at once; paused ones get none."""

    __tablename__ = "providers"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id"),
        # A unique key lets rows with NULL pass, so each half gets its own.
        Index(
            "uq_providers_peer",
            "person_id",
            unique=True,
            sqlite_where=text("organisation_id IS NULL"),
            postgresql_where=text("organisation_id IS NULL"),
        ),
        Index(
            "uq_providers_desk",
            "organisation_id",
            unique=True,
            sqlite_where=text("person_id IS NULL"),
            postgresql_where=text("person_id IS NULL"),
        ),
        CheckConstraint("person_id IS NOT NULL OR organisation_id IS NOT NULL", name="somebody"),
        CheckConstraint("most_open_offers >= 0", name="most_open_offers_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    most_open_offers: Mapped[int] = mapped_column(default=5)
    paused_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class Skill(Model):
    """A topic a provider says it knows about."""

    __tablename__ = "skills"

    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True)

    tag: Mapped[Tag] = relationship()
