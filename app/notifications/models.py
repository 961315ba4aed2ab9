"""The tables of notices: one notice per person and request, what it tells of, what each person wishes, and the saved
searches of which she wants to hear.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.changes import unseen_by_visitors
from app.db import Choice, Model
from app.knowledge.models.articles import Article
from app.requests.models import HelpRequest

OF_CASES = (
    "case_message",
    "case_asked",
    "case_answered",
    "case_disputed",
    "case_settled",
    "case_handed",
    "promise_made",
    "promise_broken",
    "news_missed",
    "clock_soon",
    "clock_over",
    "case_opened",
    "case_moved",
    "case_refused",
    "case_offered",
)
KINDS = (
    "answer",
    "accepted",
    "invited",
    "question",
    "comment",
    "mention",
    "closed",
    "reopened",
    "merged",
    "suggestion",
    "suggestion_taken",
    "suggestion_refused",
    "report_settled",
    "edited",
    "answer_edited",
    "locked",
    "unlocked",
    "pinned",
    "moved",
    "reported",
    *OF_CASES,
)
REASONS = (
    "asked",
    "answered",
    "wrote",
    "commented",
    "invited",
    "mentioned",
    "suggested",
    "follows_question",
    "follows_tag",
    "follows_category",
    "follows_person",
    "reported",
    "moderates",
    "own_case",
    "helps_case",
    "saved_search",
    "offered_case",
    "had_case",
)
UNREAD = text("latest_item_id > read_item_id")
UNSEEN = text("seen_at IS NULL")
HAS_MAIL = text("mail_due_at IS NOT NULL")


@unseen_by_visitors
class Notice(Model):
    """What one person is told about one request. It gathers items and is unread while one is newer than the last read.

    `before_item_id` is what had been read before `read_at`, so that reading can be undone. `mail_due_at` is when a
    letter is to tell of what came after `mailed_item_id`; `mailed_at` when the last one was written.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "help_request_id"),
        Index("ix_notices_unread", "person_id", "changed_at", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index("ix_notices_changed", "person_id", "changed_at", "id"),
        Index("ix_notices_request", "help_request_id"),
        Index("ix_notices_mail", "mail_due_at", "person_id", sqlite_where=HAS_MAIL, postgresql_where=HAS_MAIL),
        CheckConstraint("read_item_id <= latest_item_id", name="read_what_is_there"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    latest_item_id: Mapped[int] = mapped_column(default=0)
    read_item_id: Mapped[int] = mapped_column(default=0)
    before_item_id: Mapped[int] = mapped_column(default=0)
    mailed_item_id: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    muted_at: Mapped[datetime | None]
    mail_due_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    request: Mapped[HelpRequest] = relationship()


@unseen_by_visitors
class NoticeItem(Model):
    """One thing that happened, as one person is told of it: what, and why she. `reason_id` is the tag, category or
    person she follows, or the search she saved."""

    __tablename__ = "notice_items"
    __table_args__ = (
        UniqueConstraint("person_id", "event_id"),
        Index("ix_notice_items_notice", "notice_id", "id"),
        Index("ix_notice_items_told_at", "told_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("domain_events.id"))
    kind: Mapped[str] = mapped_column(Choice(*KINDS))
    reason: Mapped[str] = mapped_column(Choice(*REASONS))
    reason_id: Mapped[int | None]
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    comment_id: Mapped[int | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    told_at: Mapped[datetime]

    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])


@unseen_by_visitors
class NoticePreference(Model):
    """How a person wants her mail; without a row the defaults hold. Quiet hours are those of her own clock."""

    __tablename__ = "notice_preferences"
    __table_args__ = (
        CheckConstraint("quiet_from BETWEEN 0 AND 23", name="quiet_from_is_an_hour"),
        CheckConstraint("quiet_until BETWEEN 0 AND 23", name="quiet_until_is_an_hour"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_has_both_ends"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    mail: Mapped[str] = mapped_column(Choice("immediately", "daily", "off"))
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    changed_at: Mapped[datetime]


@unseen_by_visitors
class Spread(Model):
    """A fact on its way to many followers: people with ids up to `told_upto` have been told."""

    __tablename__ = "notice_spreads"

    event_id: Mapped[int] = mapped_column(ForeignKey("domain_events.id"), primary_key=True, autoincrement=False)
    told_upto: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime]


@unseen_by_visitors
class SearchAlert(Model):
    """A person wants to hear of what a search finds that she saved: of what was asked or published `since`, looked for
    when `next_at` has come.
    """

    __tablename__ = "search_alerts"
    __table_args__ = (Index("ix_search_alerts_next", "next_at"), Index("ix_search_alerts_person", "person_id"))

    filter_id: Mapped[int] = mapped_column(
        ForeignKey("saved_filters.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    since: Mapped[datetime]
    next_at: Mapped[datetime]


@unseen_by_visitors
class FoundArticle(Model):
    """A new article that a saved search found: who saved it is told once, until she has seen it (`seen_at`)."""

    __tablename__ = "found_articles"
    __table_args__ = (
        UniqueConstraint("person_id", "article_id"),
        Index("ix_found_articles_filter", "filter_id"),
        Index("ix_found_articles_found_at", "found_at"),
        Index("ix_found_articles_unseen", "person_id", sqlite_where=UNSEEN, postgresql_where=UNSEEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    filter_id: Mapped[int] = mapped_column(ForeignKey("saved_filters.id", ondelete="CASCADE"))
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    article: Mapped[Article] = relationship()
