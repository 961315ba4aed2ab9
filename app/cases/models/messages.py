"""Message: what people say in a case, to each other or inside the holder's house."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.cases.lengths import MESSAGE_KINDS
from app.changes import unseen_by_visitors
from app.community.lengths import LONGEST_BODY, LONGEST_HTML, SOURCE_FORMATS
from app.db import Choice, Model, Words
from app.organisations.models import Organisation
from app.requests.models import CHANNELS


@unseen_by_visitors
class Message(Model):
    """One message, or a note that the customer never sees. `author_id` wrote it: for herself, for an organisation (of
    another organisation, where that acts for it), or for the person she represents.
    """

    __tablename__ = "case_messages"
    __table_args__ = (
        Index("ix_case_messages_case", "case_id", "id"),
        Index("ix_case_messages_author", "author_id", "created_at", "id"),
        Index("ix_case_messages_source", "source", "source_key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(Choice(*MESSAGE_KINDS))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    through_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    representing_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str] = mapped_column(Choice(*CHANNELS))
    source: Mapped[str | None] = mapped_column(Words(80))
    source_key: Mapped[str | None] = mapped_column(Words(160))
    language: Mapped[str] = mapped_column(Words(8))
    language_how: Mapped[str] = mapped_column(Choice("declared", "detected", "assumed"))
    body: Mapped[str] = mapped_column(Words(LONGEST_BODY))
    body_html: Mapped[str] = mapped_column(Words(LONGEST_HTML))
    source_format: Mapped[str] = mapped_column(Choice(*SOURCE_FORMATS), default="markdown")
    renderer_version: Mapped[int]
    created_at: Mapped[datetime]

    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[acting_for_organisation_id])
    through: Mapped[Organisation | None] = relationship(foreign_keys=[through_organisation_id])
    representing: Mapped[Person | None] = relationship(foreign_keys=[representing_person_id])
