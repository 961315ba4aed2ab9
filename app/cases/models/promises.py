"""Promise and CasePoint: what was promised to a customer, and what one side puts before the other for an answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.cases.keeping import PROMISE_STATES
from app.cases.lengths import DISPUTE_SUBJECTS, LONGEST_POINT, LONGEST_PROMISE, POINT_ENDS, PROMISE_KINDS
from app.changes import unseen_by_visitors
from app.db import Choice, Model, Words
from app.organisations.models import Organisation

ENDS = tuple(dict.fromkeys(end for ends in POINT_ENDS.values() for end in ends))
IS_OPEN = text("state = 'open'")
WAITS_FOR_DATE = text("kind = 'date' AND answer IS NULL")
WAITS_FOR_WORDS = text("kind = 'understanding' AND answer IS NULL")
IS_DISPUTED = text("kind = 'dispute' AND answer IS NULL")


@unseen_by_visitors
class Promise(Model):
    """What an organisation promised a person in a request, and by when.

    Everything from `due_at` on says where it stands and is computed from the facts about it (`app.cases.keeping`); it
    is kept here to be found. An open one whose time is over is broken, also before the job has written it down.
    """

    __tablename__ = "promises"
    __table_args__ = (
        Index("ix_promises_request", "help_request_id", "id"),
        Index("ix_promises_to_person", "to_person_id", "id"),
        Index("ix_promises_by_organisation", "by_organisation_id", "id"),
        Index("ix_promises_due", "due_at", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        CheckConstraint("state NOT IN ('kept', 'late') OR done_at IS NOT NULL", name="kept_at_some_time"),
        CheckConstraint("state NOT IN ('broken', 'late') OR broken_at IS NOT NULL", name="broken_at_some_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    kind: Mapped[str] = mapped_column(Choice(*PROMISE_KINDS))
    words: Mapped[str] = mapped_column(Words(LONGEST_PROMISE))
    by_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    through_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    to_person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    first_due_at: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(Choice(*PROMISE_STATES), default="open")
    renegotiated: Mapped[int] = mapped_column(default=0)
    is_moved_alone: Mapped[bool] = mapped_column(default=False)
    broken_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    by_organisation: Mapped[Organisation] = relationship(foreign_keys=[by_organisation_id])
    by_person: Mapped[Person | None] = relationship(foreign_keys=[by_person_id])
    through: Mapped[Organisation | None] = relationship(foreign_keys=[through_organisation_id])


@unseen_by_visitors
class CasePoint(Model):
    """Something one side of a case puts before the other, and what came of it.

    `understanding`: the holder says in one sentence what is asked, and the customer confirms it or says what it is
    instead. `date`: the holder proposes another date (`due_at`) for a promise, or sets it without asking. `dispute`:
    the customer says that something is not right; until it ends with a ground everything that is due stands still, in
    the whole case and in every part of it. Without an `answer` it waits. `answer_words` are the correction or the
    ground.
    """

    __tablename__ = "case_points"
    __table_args__ = (
        Index("ix_case_points_request", "help_request_id", "id"),
        Index("ix_case_points_promise", "promise_id"),
        Index(
            "uq_case_points_date",
            "promise_id",
            unique=True,
            sqlite_where=WAITS_FOR_DATE,
            postgresql_where=WAITS_FOR_DATE,
        ),
        Index(
            "uq_case_points_understanding",
            "help_request_id",
            unique=True,
            sqlite_where=WAITS_FOR_WORDS,
            postgresql_where=WAITS_FOR_WORDS,
        ),
        Index("ix_case_points_disputed", "help_request_id", sqlite_where=IS_DISPUTED, postgresql_where=IS_DISPUTED),
        CheckConstraint("(kind = 'date') = (due_at IS NOT NULL)", name="date_has_a_moment"),
        CheckConstraint("(kind = 'dispute') = (about IS NOT NULL)", name="dispute_is_about_something"),
        CheckConstraint("kind <> 'date' OR promise_id IS NOT NULL", name="date_of_a_promise"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_some_time"),
        CheckConstraint(
            "answer IS NULL OR answer NOT IN ('corrected', 'stands') OR answer_words <> ''", name="answered_in_words"
        ),
        *(
            CheckConstraint(
                f"kind <> '{kind}' OR answer IS NULL OR answer IN ({', '.join(repr(end) for end in ends)})",
                name=f"{kind}_ends",
            )
            for kind, ends in POINT_ENDS.items()
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    kind: Mapped[str] = mapped_column(Choice(*POINT_ENDS))
    words: Mapped[str] = mapped_column(Words(LONGEST_POINT))
    about: Mapped[str | None] = mapped_column(Choice(*DISPUTE_SUBJECTS))
    detail_id: Mapped[int | None] = mapped_column(ForeignKey("personal_details.id"))
    promise_id: Mapped[int | None] = mapped_column(ForeignKey("promises.id"))
    due_at: Mapped[datetime | None]
    by_person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    through_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    put_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Choice(*ENDS))
    answer_words: Mapped[str] = mapped_column(Words(LONGEST_POINT), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_for_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    answered_at: Mapped[datetime | None]

    by_person: Mapped[Person] = relationship(foreign_keys=[by_person_id])
    by_organisation: Mapped[Organisation | None] = relationship(foreign_keys=[by_organisation_id])
    through: Mapped[Organisation | None] = relationship(foreign_keys=[through_organisation_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])
