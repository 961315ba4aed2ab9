"""Person, and everything by which one person proves to be her."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.changes import unseen_by_visitors
from app.db import Choice, Model, Words


class Person(Model):
    """One human account. Imported authors and guests are persons without a `Login`."""

    __tablename__ = "people"
    __table_args__ = (
        Index("ix_people_source", "source", "source_key", unique=True),
        Index("ix_people_newest", "created_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(Words(40))
    handle_key: Mapped[str] = mapped_column(Words(80), unique=True)
    name: Mapped[str] = mapped_column(Words(80))
    bio: Mapped[str] = mapped_column(Words(2000), default="")
    languages: Mapped[list[str]] = mapped_column(default=list)
    interface_language: Mapped[str | None] = mapped_column(Choice("en", "nl"))
    time_zone: Mapped[str] = mapped_column(Words(64), default="Europe/Amsterdam")
    theme: Mapped[str] = mapped_column(Choice("system", "light", "dark"), default="system")
    single_keys_off_at: Mapped[datetime | None]
    is_operator: Mapped[bool] = mapped_column(default=False)
    is_moderator: Mapped[bool] = mapped_column(default=False)
    is_curator: Mapped[bool] = mapped_column(default=False)
    can_sign_in: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    source: Mapped[str | None] = mapped_column(Words(80))
    source_key: Mapped[str | None] = mapped_column(Words(160))

    @property
    def single_keys(self) -> bool:
        """Whether keys without Ctrl do something."""
        return self.single_keys_off_at is None


class FormerHandle(Model):
    """A handle a person had before: it leads to her still, and nobody else can take it."""

    __tablename__ = "former_handles"
    __table_args__ = (Index("ix_former_handles_person", "person_id"),)

    handle_key: Mapped[str] = mapped_column(Words(80), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    given_up_at: Mapped[datetime]


class Login(Model):
    """A confirmed mail address with a password, by which a person signs in."""

    __tablename__ = "logins"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    email: Mapped[str] = mapped_column(Words(320))
    email_key: Mapped[str] = mapped_column(Words(640), unique=True)
    password_hash: Mapped[str] = mapped_column(Words(300))
    password_changed_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


@unseen_by_visitors
class Session(Model):
    """One browser that is signed in. The cookie holds the token, the row only its digest."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_person", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(Words(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    acting_for_organisation_id: Mapped[int | None]
    through_organisation_id: Mapped[int | None]
    representing_person_id: Mapped[int | None]
    user_agent: Mapped[str] = mapped_column(Words(300), default="")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


@unseen_by_visitors
class ApiToken(Model):
    """A personal token for the API: shown once, kept as a digest, with scopes."""

    __tablename__ = "api_tokens"
    __table_args__ = (Index("ix_api_tokens_person", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(Words(64), unique=True)
    hint: Mapped[str] = mapped_column(Words(12))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    acting_for_organisation_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(Words(80))
    scopes: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


@unseen_by_visitors
class MailProof(Model):
    """A link sent to a mail address, good once: for a sign-up, a new password, an imported person, a new address.

    What a sign-up needs later is kept here, so that nobody exists before the address is proved.
    """

    __tablename__ = "mail_proofs"
    __table_args__ = (Index("ix_mail_proofs_expires", "expires_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str | None] = mapped_column(Words(64), unique=True)
    purpose: Mapped[str] = mapped_column(Choice("sign_up", "reset", "hand_over", "new_address"))
    email: Mapped[str] = mapped_column(Words(320))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(Words(80), default="")
    password_hash: Mapped[str] = mapped_column(Words(300), default="")
    language: Mapped[str] = mapped_column(Words(8), default="en")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    letter_due: Mapped[bool] = mapped_column(default=True)
    used_at: Mapped[datetime | None]
