"""What agents arrange on their desk: saved views, cases that are put off, canned texts, and what was done to many cases
at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.lengths import DESK_ACTS, LONGEST_CANNED, LONGEST_CANNED_NAME, LONGEST_VIEW_NAME
from app.changes import unseen_by_visitors
from app.db import Choice, Model, Words

_STANDING = text("ended_at IS NULL")
_OF_ALL = text("person_id IS NULL")
_OF_ONE = text("person_id IS NOT NULL")


@unseen_by_visitors
class DeskView(Model):
    """What somebody asked of an organisation's desk (`asked`, by the names its address has for it), under a name.

    With a `person_id` it is hers alone; without, everybody's who works there.
    """

    __tablename__ = "desk_views"
    __table_args__ = (
        Index(
            "uq_desk_views_organisation",
            "organisation_id",
            "name_key",
            unique=True,
            sqlite_where=_OF_ALL,
            postgresql_where=_OF_ALL,
        ),
        Index(
            "uq_desk_views_person",
            "organisation_id",
            "person_id",
            "name_key",
            unique=True,
            sqlite_where=_OF_ONE,
            postgresql_where=_OF_ONE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(Words(LONGEST_VIEW_NAME))
    name_key: Mapped[str] = mapped_column(Words(4 * LONGEST_VIEW_NAME))
    asked: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


@unseen_by_visitors
class CaseSnooze(Model):
    """A case that is put off until a moment: until then it is not among what there is to do.

    It holds while the case is as it was (`row_version`): whatever happens in it brings it back at once.
    """

    __tablename__ = "case_snoozes"
    __table_args__ = (Index("ix_case_snoozes_until", "until_at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    row_version: Mapped[int]
    until_at: Mapped[datetime]
    by_person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    snoozed_at: Mapped[datetime]


@unseen_by_visitors
class CannedText(Model):
    """A text that an organisation writes often, in one language; words in braces stand for what differs by case.

    `ended_at` is when it was taken off the list.
    """

    __tablename__ = "canned_texts"
    __table_args__ = (
        Index(
            "uq_canned_texts_name",
            "organisation_id",
            "language",
            "name_key",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    language: Mapped[str] = mapped_column(Words(8))
    name: Mapped[str] = mapped_column(Words(LONGEST_CANNED_NAME))
    name_key: Mapped[str] = mapped_column(Words(4 * LONGEST_CANNED_NAME))
    body: Mapped[str] = mapped_column(Words(LONGEST_CANNED))
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


@unseen_by_visitors
class DeskAct(Model):
    """Something that was done to cases from the desk, and can be undone for as long as nothing happened in them since.

    `details` holds what undoing needs of each case: ids, codes, versions and times, nobody's words.
    """

    __tablename__ = "desk_acts"
    __table_args__ = (
        Index("ix_desk_acts_person", "person_id", "organisation_id", "id"),
        Index("ix_desk_acts_done", "done_at"),
        CheckConstraint("cases_count > 0", name="about_some_case"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Choice(*DESK_ACTS))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    cases_count: Mapped[int]
    details: Mapped[dict[str, Any]]
    done_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
