"""Organisation and Membership."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.db import Choice, Model, Words


class Organisation(Model):
    """An actor made of people. `texts` holds the description per language code."""

    __tablename__ = "organisations"
    __table_args__ = (
        Index(
            "uq_organisations_front_desk",
            "kind",
            unique=True,
            sqlite_where=text("kind = 'front_desk'"),
            postgresql_where=text("kind = 'front_desk'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Choice("service", "partner", "customer", "front_desk"))
    slug: Mapped[str] = mapped_column(Words(60), unique=True)
    name: Mapped[str] = mapped_column(Words(120))
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    languages: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Membership(Model):
    """A person works for an organisation, in a role, since and possibly until."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id"),
        Index("ix_memberships_organisation", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(Choice("member", "admin"), default="member")
    title: Mapped[str] = mapped_column(Words(120), default="")
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship()
