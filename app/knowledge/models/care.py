"""Who looks after articles and what waits: licences, tasks, what is missing, and the words of the glossary."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.changes import unseen_by_visitors
from app.db import Choice, Model, Words
from app.knowledge.lengths import LICENCES, LONGEST_DEFINITION, LONGEST_TERM, TASK_KINDS
from app.knowledge.models.articles import Article

_IS_OPEN = text("closed_at IS NULL")


@unseen_by_visitors
class Licence(Model):
    """What somebody may do with articles by her record, since when. Who has no row is a candidate."""

    __tablename__ = "knowledge_licences"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(Choice(*LICENCES))
    since: Mapped[datetime]

    person: Mapped[Person] = relationship()


@unseen_by_visitors
class KnowledgeTask(Model):
    """Something to be done about an article, by its owner: one of each kind at a time. The bell tells her until she has
    seen it (`seen_at`) or it is done.
    """

    __tablename__ = "knowledge_tasks"
    __table_args__ = (
        Index(
            "uq_knowledge_tasks_open",
            "article_id",
            "kind",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_knowledge_tasks_person", "for_person_id", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    kind: Mapped[str] = mapped_column(Choice(*TASK_KINDS))
    for_person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    article: Mapped[Article] = relationship()
    for_person: Mapped[Person] = relationship(foreign_keys=[for_person_id])


@unseen_by_visitors
class Gap(Model):
    """Something people search or ask for that no article tells. `words` are folded, so that each stands here once.

    `times` counts how often: who it was is not kept. Whoever writes an article for it names that in `article_id`.
    """

    __tablename__ = "knowledge_gaps"
    __table_args__ = (
        UniqueConstraint("kind", "language", "words"),
        Index("ix_knowledge_gaps_times", "times", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Choice("searched", "asked"))
    language: Mapped[str] = mapped_column(Words(8))
    words: Mapped[str] = mapped_column(Words(200))
    times: Mapped[int]
    last_at: Mapped[datetime]
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    dismissed_at: Mapped[datetime | None]
    dismissed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Term(Model):
    """A word of the glossary in one language, what it means, and the article that tells more."""

    __tablename__ = "knowledge_terms"
    __table_args__ = (UniqueConstraint("language", "term_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(Words(8))
    term: Mapped[str] = mapped_column(Words(LONGEST_TERM))
    term_key: Mapped[str] = mapped_column(Words(LONGEST_TERM * 2))
    definition: Mapped[str] = mapped_column(Words(LONGEST_DEFINITION))
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    written_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime]

    article: Mapped[Article | None] = relationship()
