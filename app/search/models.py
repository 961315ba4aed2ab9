"""StaleDocument: what the index has still to learn. Deflection: a question that need not be asked. Synonyms. Searched:
what was looked for. NearDuplicate: questions that seem the same."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.changes import unseen_by_visitors
from app.community.models.posts import Question
from app.db import Choice, Model, Words
from app.requests.models import HelpRequest
from app.search.analysis import LANGUAGES

PLACES = ("search", "asking")
LONGEST_SEARCHED = 200


class StaleDocument(Model):
    """A document that changed since it was put into the index. `marks` grows with each change, so that whoever indexed
    it can tell whether it changed again meanwhile.

    Seen by visitors: that a row goes when the index has learned is how kept pages of results know of it."""

    __tablename__ = "stale_documents"
    __table_args__ = (Index("ix_stale_documents_marked", "marked_at"),)

    kind: Mapped[str] = mapped_column(Words(20), primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    marks: Mapped[int] = mapped_column(default=1)
    marked_at: Mapped[datetime]


@unseen_by_visitors
class Deflection(Model):
    """Somebody began to ask, and an answer given before was enough. Who it was is not kept, only what she typed."""

    __tablename__ = "deflections"
    __table_args__ = (Index("ix_deflections_request", "help_request_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey(HelpRequest.id))
    typed: Mapped[str] = mapped_column(Words(300))
    language: Mapped[str] = mapped_column(Words(8))
    happened_at: Mapped[datetime]


@unseen_by_visitors
class Synonyms(Model):
    """Words that mean the same in one language, for who searches: curators keep them.

    `words` are words or phrases, folded. Two-way, any of them finds what has any other; else the first one finds what
    has the others, and not the other way round. `language` is one of the analysis' languages; `xx` is any.
    """

    __tablename__ = "search_synonyms"
    __table_args__ = (Index("ix_search_synonyms_language", "language", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(Choice(*LANGUAGES))
    words: Mapped[list[str]]
    is_two_way: Mapped[bool]
    row_version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


@unseen_by_visitors
class Searched(Model):
    """How often something was looked for on one day, and how it went; who did is not kept.

    `text` is folded, without what could name somebody or let somebody in. `place` says whether it was typed into the
    search page or as the title of a question. `found` is how many were found the last time; `clicks` how often one was
    opened, `asked` how often a question was sent afterwards.
    """

    __tablename__ = "searched"
    __table_args__ = (
        UniqueConstraint("day", "place", "language", "text"),
        Index("ix_searched_place", "place", "day", "times"),
        CheckConstraint("times > 0", name="times_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    place: Mapped[str] = mapped_column(Choice(*PLACES))
    language: Mapped[str] = mapped_column(Words(8))
    text: Mapped[str] = mapped_column(Words(LONGEST_SEARCHED))
    times: Mapped[int]
    found: Mapped[int]
    took_us: Mapped[int]
    clicks: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)


@unseen_by_visitors
class NearDuplicate(Model):
    """Two questions that seemed the same when the younger was asked, until somebody looks: `settled_at`.

    `likeness` in [0, 1] is the share of their rare words that they have in common."""

    __tablename__ = "near_duplicates"
    __table_args__ = (
        Index("ix_near_duplicates_open", "settled_at", "found_at"),
        Index("ix_near_duplicates_older", "older_id"),
        CheckConstraint("older_id <> question_id", name="of_two"),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey(Question.id), primary_key=True, autoincrement=False)
    older_id: Mapped[int] = mapped_column(ForeignKey(Question.id), primary_key=True, autoincrement=False)
    likeness: Mapped[float]
    found_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
