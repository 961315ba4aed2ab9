"""Signal: what somebody who tried an answer says of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.community.lengths import LONGEST_PRODUCT, LONGEST_VERSION, LONGEST_WARNING
from app.community.models.posts import Answer
from app.db import Choice, Model, Words
from app.organisations.models import Organisation

WORKED, OUTDATED, DANGEROUS = "worked", "outdated", "dangerous"
KINDS = (WORKED, OUTDATED, DANGEROUS)


class Signal(Model):
    """One person says of one answer that it worked for her, is outdated, or is dangerous; the last with her reason.

    `product` and `version` say with what she tried it, where the category asks; empty elsewhere.
    """

    __tablename__ = "answer_signals"
    __table_args__ = (
        UniqueConstraint("person_id", "answer_id", "kind"),
        CheckConstraint("kind <> 'dangerous' OR reason <> ''", name="warning_has_a_reason"),
        Index("ix_answer_signals_answer", "answer_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"))
    kind: Mapped[str] = mapped_column(Choice(*KINDS))
    product: Mapped[str] = mapped_column(Words(LONGEST_PRODUCT), default="")
    version: Mapped[str] = mapped_column(Words(LONGEST_VERSION), default="")
    reason: Mapped[str] = mapped_column(Words(LONGEST_WARNING), default="")
    language: Mapped[str | None] = mapped_column(Words(8))
    given_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    answer: Mapped[Answer] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
