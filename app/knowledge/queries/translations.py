"""Articles in several languages: what is the translation of what, how new it is, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, cast, func, or_, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import db
from app.errors import NotFound
from app.knowledge.models.articles import Article
from app.knowledge.models.versions import ArticleRevision
from app.knowledge.queries.articles import ArticleRow, article_with, in_order, rows
from app.knowledge.queries.versions import version_of
from app.knowledge.queries.visibility import listed, visible
from app.knowledge.wording import ArticleChanges, changes_between
from app.prose.language import LANGUAGES


@dataclass(frozen=True)
class Sibling:
    """The same article in another language."""

    slug: str
    language: str
    title: str
    state: str


@dataclass(frozen=True)
class Telling:
    """An article in one of its languages; `family_id` is the same in all of them."""

    id: int
    family_id: int
    language: str
    author_id: int
    published_at: datetime


@dataclass(frozen=True)
class Coverage:
    """How many of the articles there are in one language, out of all that could be; and how many lag behind."""

    language: str
    there: int
    behind: int
    of: int

    @property
    def share(self) -> float:
        return self.there / self.of if self.of else 0.0


@dataclass(frozen=True)
class Lag:
    """A translation that says less than its original does now."""

    row: ArticleRow
    original_slug: str
    original_title: str
    original_language: str


def siblings_of(viewer: Actor, article: Article) -> Sequence[Sibling]:
    """Return the same article in other languages, as far as the viewer may open them."""
    family = article.translation_of_id or article.id
    query = (
        select(Article.slug, Article.language, Article.title, Article.state)
        .where(or_(Article.id == family, Article.translation_of_id == family), Article.id != article.id)
        .where(visible(viewer), Article.archived_at.is_(None))
        .order_by(Article.language)
    )
    return [Sibling(*row) for row in db.session.execute(query)]


def tellings_of(viewer: Actor, article_ids: Sequence[int]) -> list[Telling]:
    """Return these articles in every language in which lists show them to the viewer, the first published first."""
    if not article_ids:
        return []
    mine = aliased(Article)
    family = func.coalesce(Article.translation_of_id, Article.id)
    at = func.coalesce(Article.published_at, Article.created_at)
    families = select(func.coalesce(mine.translation_of_id, mine.id)).where(mine.id.in_(article_ids))
    query = select(Article.id, family, Article.language, Article.author_id, at.label("at"))
    rows = db.session.execute(query.where(family.in_(families), listed(viewer)).order_by("at", Article.id))
    return [Telling(*row) for row in rows]


def languages_of(article: Article) -> frozenset[str]:
    """Return the languages in which this article is there or being made, whoever sees it."""
    family = article.translation_of_id or article.id
    query = select(Article.language).where(or_(Article.id == family, Article.translation_of_id == family))
    return frozenset(db.session.scalars(query))


def original_of(viewer: Actor, article: Article) -> Article | None:
    """Return what a translation translates, where the viewer may read it."""
    if article.translation_of_id is None:
        return None
    try:
        return article_with(viewer, article.translation_of_id)
    except NotFound:
        return None


def changed_since(article: Article, original: Article) -> ArticleChanges | None:
    """Return what changed in the original since the version that the newest version of this translation follows."""
    return _changed_since(article, original, article.translated_number)


def changed_for_readers(article: Article, original: Article) -> ArticleChanges | None:
    """Return what changed in the original since the version that readers of this translation see told."""
    return _changed_since(article, original, followed_for_readers(article))


def followed_for_readers(article: Article) -> int | None:
    """Return which version of the original readers of a translation see told, at most.

    `translated_number` is what its newest version follows, which may wait for a review. As long as it does, what they
    see was written before that, and misses the latest change that counts.
    """
    if article.translation_state in {None, "current"} or article.translated_number is None:
        return article.translated_number
    missed = select(func.max(ArticleRevision.number)).where(
        *_published(article), ArticleRevision.significance != "typo"
    )
    shown = version_of(article, article.live_number or 1)
    return min(article.translated_number, followed_by(article, shown), (db.session.scalar(missed) or 2) - 1)


def followed_by(article: Article, version: ArticleRevision) -> int:
    """Return which version of the original was there to be followed when this one of the translation was written."""
    there = select(func.max(ArticleRevision.number)).where(
        *_published(article), ArticleRevision.published_at <= version.written_at
    )
    return db.session.scalar(there) or 1


def in_language(viewer: Actor, ids: Iterable[int], language: str) -> dict[int, int]:
    """Return, for each of these articles that has one, its published translation or original in this language.

    So that a question in one language finds what answers it in another.
    """
    mine, other = aliased(Article), Article
    family = func.coalesce(mine.translation_of_id, mine.id)
    query = (
        select(mine.id, other.id)
        .join(other, or_(other.id == family, other.translation_of_id == family))
        .where(mine.id.in_(list(ids)), other.id != mine.id, other.language == language, listed(viewer))
    )
    return {article_id: found for article_id, found in db.session.execute(query)}  # noqa: C416 (rows are no pairs to mypy)


def coverage(viewer: Actor) -> list[Coverage]:
    """Return for each language how much of the published knowledge is there in it."""
    family = func.coalesce(Article.translation_of_id, Article.id)
    total = db.session.scalar(select(func.count(func.distinct(family))).where(listed(viewer))) or 0
    behind = func.sum(cast(Article.translation_state.in_(("needs_update", "out_of_date")), Integer))
    query = select(Article.language, func.count(func.distinct(family)), func.coalesce(behind, 0)).where(listed(viewer))
    found = {row[0]: row[1:] for row in db.session.execute(query.group_by(Article.language))}
    known = {*found, *LANGUAGES[:2]}
    return [Coverage(code, *found.get(code, (0, 0)), of=total) for code in sorted(known)]


def lagging(viewer: Actor, *, size: int = 50) -> list[Lag]:
    """Return the translations that say less than their originals, those of which most changed first."""
    original = aliased(Article)
    query = (
        rows()
        .join(original, original.id == Article.translation_of_id)
        .add_columns(original.slug, original.title, original.language)
        .where(listed(viewer), Article.translation_state != "current")
        .order_by((Article.translation_state == "needs_update"), Article.changed_at)
        .limit(size)
    )
    return [Lag(ArticleRow(*row[:-3]), *row[-3:]) for row in db.session.execute(query)]


def untranslated(viewer: Actor, language: str, *, size: int = 50) -> list[ArticleRow]:
    """Return the published articles that are not there in this language, those that helped most first."""
    other = aliased(Article)
    family = func.coalesce(Article.translation_of_id, Article.id)
    there = select(other.id).where(or_(other.id == family, other.translation_of_id == family))
    query = (
        rows()
        .where(listed(viewer), Article.translation_of_id.is_(None))
        .where(~there.where(other.language == language).correlate(Article).exists())
        .order_by(Article.helpful_count.desc(), Article.id)
        .limit(size)
    )
    return in_order(query)


def _changed_since(article: Article, original: Article, number: int | None) -> ArticleChanges | None:
    if article.translation_state == "current" or original.live_number is None or number is None:
        return None
    return changes_between(version_of(original, number), version_of(original, original.live_number))


def _published(article: Article) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on versions of the original that readers have seen."""
    return (
        ArticleRevision.article_id == article.translation_of_id,
        ArticleRevision.published_at.is_not(None),
    )
