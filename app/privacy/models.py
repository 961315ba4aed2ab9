"""PersonalDetail, DetailAsk, Grant, LookUp: what a person gave, who asked for it, who may see it, who did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.changes import unseen_by_visitors
from app.db import Choice, Model, Words
from app.organisations.models import Organisation
from app.privacy.kinds import DETAIL_KINDS, LONGEST_LABEL, LONGEST_VALUE

LONGEST_REASON = 300
# For what an organisation may look at details: to do what one request asks; to know who it is dealing with.
PURPOSES = ("handle_request", "see_history")
ANSWERS = ("given", "declined", "withdrawn")


@unseen_by_visitors
class PersonalDetail(Model):
    """One thing a person said of herself, of a kind, for one request or, without one, for all.

    `label` is what was asked, where the kind alone does not say it. `given_by_id` is she, who represents her, or the
    agent of `acting_for_organisation_id` who wrote it down for her. A correction is a new row; the old one then has
    `ended_at` and `replaced_by_id`. Whoever checked it stands in the three `confirmed` columns.
    """

    __tablename__ = "personal_details"
    __table_args__ = (
        Index("ix_personal_details_person", "person_id", "id"),
        Index("ix_personal_details_request", "help_request_id", "id"),
        CheckConstraint("replaced_by_id IS NULL OR ended_at IS NOT NULL", name="replaced_is_over"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    help_request_id: Mapped[int | None] = mapped_column(ForeignKey("help_requests.id"))
    kind: Mapped[str] = mapped_column(Choice(*DETAIL_KINDS))
    label: Mapped[str] = mapped_column(Words(LONGEST_LABEL), default="")
    value: Mapped[str] = mapped_column(Words(LONGEST_VALUE))
    given_at: Mapped[datetime]
    given_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    confirmed_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    ended_at: Mapped[datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("personal_details.id"))

    given_by: Mapped[Person] = relationship(foreign_keys=[given_by_id])
    given_for: Mapped[Organisation | None] = relationship(foreign_keys=[acting_for_organisation_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    confirmed_for: Mapped[Organisation | None] = relationship(foreign_keys=[confirmed_for_organisation_id])


@unseen_by_visitors
class DetailAsk(Model):
    """An organisation asks a person to see or give these kinds of details for a request, with the reason she reads.

    `is_again` where something of it was asked or given in that request before: she is to answer nothing twice without
    a reason, and how often it happens is counted.
    """

    __tablename__ = "detail_asks"
    __table_args__ = (
        Index("ix_detail_asks_person", "person_id", "id"),
        Index("ix_detail_asks_request", "help_request_id", "id"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_some_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    purpose: Mapped[str] = mapped_column(Choice(*PURPOSES))
    kinds: Mapped[list[str]]
    reason: Mapped[str] = mapped_column(Words(LONGEST_REASON), default="")
    is_again: Mapped[bool]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    through_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    answer: Mapped[str | None] = mapped_column(Choice(*ANSWERS))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])


@unseen_by_visitors
class Grant(Model):
    """A person lets an organisation see these kinds of what is hers, for a purpose: for one request, or for all.

    In force from `given_at` until `until` or `withdrawn_at`, whichever is first. `given_by_id` is she, who represents
    her, or the agent who wrote down what she said on another channel.
    """

    __tablename__ = "grants"
    __table_args__ = (
        Index(
            "ix_grants_in_force",
            "person_id",
            "organisation_id",
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_grants_person", "person_id", "id"),
        Index("ix_grants_request", "help_request_id"),
        CheckConstraint("until IS NULL OR until > given_at", name="until_after_given"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    purpose: Mapped[str] = mapped_column(Choice(*PURPOSES))
    kinds: Mapped[list[str]]
    help_request_id: Mapped[int | None] = mapped_column(ForeignKey("help_requests.id"))
    ask_id: Mapped[int | None] = mapped_column(ForeignKey("detail_asks.id"))
    until: Mapped[datetime | None]
    given_at: Mapped[datetime]
    given_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    organisation: Mapped[Organisation] = relationship()
    given_by: Mapped[Person] = relationship(foreign_keys=[given_by_id])

    def is_in_force(self, now: datetime) -> bool:
        """Say whether it holds at this moment."""
        return self.withdrawn_at is None and (self.until is None or self.until > now)


@unseen_by_visitors
class LookUp(Model):
    """Somebody was about to read a person's details: who, for which organisation and purpose, which kinds.

    Written before the first byte leaves, whatever becomes of the page; never changed. `withheld` are the kinds that
    were there and that no grant let her see.
    """

    __tablename__ = "look_ups"
    __table_args__ = (
        Index("ix_look_ups_person", "person_id", "id"),
        Index("ix_look_ups_by", "by_id", "id"),
        Index("ix_look_ups_request", "help_request_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    through_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    help_request_id: Mapped[int | None] = mapped_column(ForeignKey("help_requests.id"))
    purpose: Mapped[str] = mapped_column(Choice(*PURPOSES))
    kinds: Mapped[list[str]]
    withheld: Mapped[list[str]]
    looked_at: Mapped[datetime]
