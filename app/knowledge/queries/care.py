"""What waits: for an owner, for reviewers, for who keeps knowledge; and how it stands with all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.actor import Actor
from app.db import db, folded
from app.knowledge.licences import covers
from app.knowledge.models.articles import Article
from app.knowledge.models.care import KnowledgeTask
from app.knowledge.models.evidence import ArticleReads, ArticleSource, HelpfulMark
from app.knowledge.models.versions import ArticleRevision
from app.knowledge.queries.articles import ArticleRow, in_order, rows, state_shown
from app.knowledge.queries.visibility import listed, visible
from app.privacy.audiences import PUBLIC

PAGE = 50
MOST_REASONS = 3


@dataclass(frozen=True)
class Task:
    """Something to be done about an article."""

    id: int
    kind: str
    opened_at: datetime
    slug: str
    title: str
    language: str
    confidence: float
    owner_name: str


@dataclass(frozen=True)
class Read:
    """An article with how often it was read, or was no help, lately; and the reasons given most, with how often."""

    row: ArticleRow
    count: int
    reasons: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Unhelpful:
    """What somebody missed in an article; nobody's name."""

    reason: str | None
    note: str
    marked_at: datetime


def unseen_of(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on tasks, joined with their articles, that they ask the viewer and she has not seen them."""
    is_open = and_(KnowledgeTask.closed_at.is_(None), KnowledgeTask.seen_at.is_(None))
    return and_(KnowledgeTask.for_person_id == viewer.person_id, is_open, visible(viewer))


def unseen_tasks(viewer: Actor) -> list[Task]:
    """Return what articles ask of the viewer that she has not seen yet, the oldest first."""
    return [Task(*row) for row in db.session.execute(_tasks().where(unseen_of(viewer)))]


def tasks_for(viewer: Actor, *, is_keeper: bool) -> list[Task]:
    """Return what articles ask of the viewer, the oldest first; of who keeps knowledge, what they ask of anybody."""
    query = _tasks().where(KnowledgeTask.closed_at.is_(None), visible(viewer))
    if not is_keeper:
        query = query.where(KnowledgeTask.for_person_id == viewer.person_id)
    return [Task(*row) for row in db.session.execute(query)]


def _tasks() -> Select[*tuple[Any, ...]]:
    return (
        select(
            KnowledgeTask.id,
            KnowledgeTask.kind,
            KnowledgeTask.opened_at,
            Article.slug,
            Article.title,
            Article.language,
            Article.confidence,
            Person.name,
        )
        .join(Article, Article.id == KnowledgeTask.article_id)
        .join(Person, Person.id == KnowledgeTask.for_person_id)
        .order_by(KnowledgeTask.id)
        .limit(PAGE)
    )


def reviews_for(viewer: Actor, *, licence: str) -> list[ArticleRow]:
    """Return the articles with a version that waits for a reviewer, and that the viewer may review; oldest first."""
    written = select(ArticleRevision.id).where(
        ArticleRevision.article_id == Article.id,
        ArticleRevision.author_id == viewer.person_id,
        ArticleRevision.number > func.coalesce(Article.live_number, 0),
        ArticleRevision.number <= Article.review_number,
    )
    told = select(ArticleSource.id).where(
        ArticleSource.article_id == Article.id, ArticleSource.author_id == viewer.person_id
    )
    query = (
        rows()
        .where(Article.review_number.is_not(None), Article.publish_at.is_(None), Article.archived_at.is_(None))
        .where(visible(viewer))
        .where(_may_review(licence), ~written.exists(), ~told.exists())
        .order_by(Article.review_asked_at, Article.id)
        .limit(PAGE)
    )
    return in_order(query)


def written_by(viewer: Actor) -> list[ArticleRow]:
    """Return the articles the viewer began or looks after, the latest changed first."""
    hers = or_(Article.author_id == viewer.person_id, Article.owner_id == viewer.person_id)
    return in_order(rows().where(hers, visible(viewer)).order_by(Article.changed_at.desc()).limit(PAGE))


def most_read(viewer: Actor, since: datetime) -> list[Read]:
    """Return the articles that were read most since then."""
    counted = select(ArticleReads.article_id, func.sum(ArticleReads.n).label("n")).where(
        ArticleReads.day >= since.date()
    )
    return _counted(viewer, counted.group_by(ArticleReads.article_id).subquery())


def most_unhelpful(viewer: Actor) -> list[Read]:
    """Return the articles that were no help most often, in the version that readers see now, and why not."""
    of_now = and_(~HelpfulMark.is_helpful, HelpfulMark.number == Article.live_number)
    joined = Article.id == HelpfulMark.article_id
    counted = select(HelpfulMark.article_id, func.count().label("n")).join(Article, joined).where(of_now)
    found = _counted(viewer, counted.group_by(HelpfulMark.article_id).subquery())
    given = select(HelpfulMark.article_id, HelpfulMark.reason, func.count()).join(Article, joined).where(of_now)
    given = given.where(Article.id.in_([each.row.id for each in found]), HelpfulMark.reason.is_not(None))
    grouped = given.group_by(HelpfulMark.article_id, HelpfulMark.reason)
    reasons: dict[int, list[tuple[str, int]]] = {}
    for article_id, reason, times in db.session.execute(grouped.order_by(func.count().desc(), HelpfulMark.reason)):
        reasons.setdefault(article_id, []).append((reason or "", times))
    return [replace(each, reasons=reasons.get(each.row.id, [])[:MOST_REASONS]) for each in found]


def unreviewed(viewer: Actor, before: datetime) -> list[ArticleRow]:
    """Return the published articles that nobody verified since then, or ever and they are there that long; the least
    sure first.
    """
    last = func.coalesce(Article.verified_at, Article.published_at)
    return in_order(rows().where(listed(viewer), last < before).order_by(Article.confidence, Article.id).limit(PAGE))


def what_was_missed(article: Article, *, size: int = 10) -> Sequence[Unhelpful]:
    """Return what readers missed in an article, the latest first. The caller asked who may see it."""
    query = select(HelpfulMark.reason, HelpfulMark.note, HelpfulMark.marked_at).where(
        HelpfulMark.article_id == article.id, ~HelpfulMark.is_helpful
    )
    found = db.session.execute(query.order_by(HelpfulMark.marked_at.desc()).limit(size))
    return [Unhelpful(*row) for row in found]


def open_tasks_of(article: Article) -> Sequence[KnowledgeTask]:
    """Return what an article asks for."""
    query = select(KnowledgeTask).where(KnowledgeTask.article_id == article.id, KnowledgeTask.closed_at.is_(None))
    return db.session.scalars(query.options(joinedload(KnowledgeTask.for_person)).order_by(KnowledgeTask.id)).all()


def counts_by_state(viewer: Actor) -> dict[str, int]:
    """Return how many articles stand where."""
    state = state_shown()
    query = select(state, func.count()).where(visible(viewer)).group_by(state)
    return {state: count for state, count in db.session.execute(query)}  # noqa: C416 (rows are no pairs to mypy)


def person_called(handle: str) -> Person | None:
    """Return the person with this handle who can sign in; None where nobody is called that."""
    key = folded(handle.strip().removeprefix("@"))
    return db.session.scalars(
        select(Person).where(Person.handle_key == key, Person.can_sign_in, Person.erased_at.is_(None))
    ).one_or_none()


def long_ago(now: datetime) -> datetime:
    """Return the moment before which a verification is too long ago: half a year."""
    return now - timedelta(days=183)


def _may_review(licence: str) -> ColumnElement[bool]:
    if covers(licence, "publisher"):
        return Article.id.is_not(None)
    return Article.audience != PUBLIC if covers(licence, "contributor") else false()


def _counted(viewer: Actor, counted: Subquery) -> list[Read]:
    query = rows().join(counted, counted.c.article_id == Article.id).add_columns(counted.c.n).where(listed(viewer))
    found = db.session.execute(query.order_by(counted.c.n.desc(), Article.id).limit(20))
    return [Read(ArticleRow(*row[:-1]), row[-1]) for row in found]
