"""Organisations, who has a seat at one, and what proves who it is. Who acts for whom is in `acting_models`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.changes import unseen_by_visitors
from app.db import Choice, Model, Words

ROLES = ("owner", "manager", "member", "reader")


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
    website: Mapped[str] = mapped_column(Words(300), default="")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class FormerName(Model):
    """A name an organisation had before: who knew it under that one still recognises it."""

    __tablename__ = "former_names"
    __table_args__ = (Index("ix_former_names_organisation", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(Words(120))
    until: Mapped[datetime]


class Membership(Model):
    """A person works for an organisation, in a role, since and possibly until. Suspended, she has no seat meanwhile."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id"),
        Index("ix_memberships_organisation", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(Choice(*ROLES), default="member")
    title: Mapped[str] = mapped_column(Words(120), default="")
    since: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship()


def is_seated() -> ColumnElement[bool]:
    """Return the condition on memberships that count now: neither ended nor suspended."""
    return Membership.ended_at.is_(None) & Membership.suspended_at.is_(None)


@unseen_by_visitors
class Invitation(Model):
    """A mail address was asked to take a seat. The letter holds the token, the row only its digest."""

    __tablename__ = "invitations"
    __table_args__ = (
        Index("ix_invitations_organisation", "organisation_id"),
        Index(
            "uq_invitations_open",
            "organisation_id",
            "email_key",
            unique=True,
            sqlite_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    email: Mapped[str] = mapped_column(Words(320))
    email_key: Mapped[str] = mapped_column(Words(640))
    role: Mapped[str] = mapped_column(Choice(*ROLES))
    token_digest: Mapped[str] = mapped_column(Words(64), unique=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()


class Domain(Model):
    """A domain an organisation says is its own. Proved by a text record in the DNS, or by mail to an address there.

    `check_due_at` is set while the worker looks for the record; `record_token` is what the record must say.
    """

    __tablename__ = "organisation_domains"
    __table_args__ = (
        Index("ix_organisation_domains_organisation", "organisation_id"),
        Index("ix_organisation_domains_due", "check_due_at"),
        Index(
            "uq_organisation_domains_claim",
            "organisation_id",
            "domain",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(
            "uq_organisation_domains_proved",
            "domain",
            unique=True,
            sqlite_where=text("verified_at IS NOT NULL AND removed_at IS NULL"),
            postgresql_where=text("verified_at IS NOT NULL AND removed_at IS NULL"),
        ),
        CheckConstraint("(verified_at IS NULL) = (how IS NULL)", name="verified_somehow"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    domain: Mapped[str] = mapped_column(Words(253))
    record_token: Mapped[str] = mapped_column(Words(64))
    created_at: Mapped[datetime]
    check_due_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[datetime | None]
    check_result: Mapped[str | None] = mapped_column(Choice("found", "not_found", "other_text", "unreachable", "taken"))
    mail_token_digest: Mapped[str | None] = mapped_column(Words(64), unique=True)
    mail_expires_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    how: Mapped[str | None] = mapped_column(Choice("dns", "mail"))
    removed_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()


class IdentityCheck(Model):
    """An operator of the front desk made sure who a person or an organisation is: once, under the name it had then."""

    __tablename__ = "identity_checks"
    __table_args__ = (
        Index("ix_identity_checks_person", "person_id"),
        Index("ix_identity_checks_organisation", "organisation_id"),
        CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="one_subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    name_then: Mapped[str] = mapped_column(Words(120))
    how: Mapped[str] = mapped_column(Choice("register", "document", "in_person"))
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    checked_at: Mapped[datetime]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]
