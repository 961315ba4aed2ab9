"""Reading articles: one for its page, and lists of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Person
from app.actor import Actor
from app.db import db
from app.errors import NotFound
from app.knowledge.models.articles import Article, ArticleAddress, ArticleTag
from app.knowledge.queries.visibility import listed, suggested, visible
from app.knowledge.settings import PAGE_SIZE
from app.paging import Key, Page, older_than


@dataclass(frozen=True)
class ArticleRow:
    """An article as lists show it. `confidence` is in [0, 1]."""

    id: int
    slug: str
    title: str
    summary: str
    language: str
    state: str
    validation: str
    audience: str
    tag_names: Sequence[str]
    category_id: int | None
    product: str
    product_version: str
    owner_name: str
    changed_at: datetime
    verified_at: datetime | None
    confidence: float
    is_doubtful: bool
    helpful_count: int
    unhelpful_count: int
    translation_of_id: int | None

    @property
    def family_id(self) -> int:
        """The article that this one and its other languages tell."""
        return self.translation_of_id or self.id

    translation_state: str | None


def article_for(viewer: Actor, slug: str) -> Article:
    """Return the article at this address, or at the one it has now where it had this one before. Raises NotFound when
    it is absent or not for this viewer: they look the same.
    """
    former = select(ArticleAddress.article_id).where(ArticleAddress.slug == slug).scalar_subquery()
    here = (Article.slug == slug) | (Article.id == former)
    return _one(select(Article).where(here, visible(viewer)))


def article_with(viewer: Actor, article_id: int) -> Article:
    """Return the article with this id. Raises NotFound."""
    return _one(select(Article).where(Article.id == article_id, visible(viewer)))


def articles_for(
    viewer: Actor,
    *,
    language: str | None = None,
    category_id: int | None = None,
    tag: str | None = None,
    after: Key | None = None,
    size: int | None = None,
) -> Page[ArticleRow]:
    """Return a page of published articles, the latest changed first."""
    query = rows().where(listed(viewer))
    if language:
        query = query.where(Article.language == language)
    if category_id is not None:
        query = query.where(Article.category_id == category_id)
    if tag:
        query = query.where(Article.id.in_(select(ArticleTag.article_id).where(ArticleTag.name == tag)))
    if after is not None:
        query = query.where(older_than(after, Article.changed_at.expression, Article.id.expression))
    size = size or PAGE_SIZE.value
    found = in_order(query.order_by(Article.changed_at.desc(), Article.id.desc()).limit(size + 1))
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], Key(last.changed_at, last.id) if last else None)


def article_rows(viewer: Actor, ids: Iterable[int]) -> list[ArticleRow]:
    """Return those of these articles the viewer may open, in the order of the ids; for search."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    found = {row.id: row for row in in_order(rows().where(Article.id.in_(wanted), visible(viewer)))}
    return [found[each] for each in wanted if each in found]


def suggested_rows(viewer: Actor, ids: Iterable[int]) -> list[ArticleRow]:
    """Return those of these articles that may be offered to the viewer unasked, in the order of the ids."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    found = {row.id: row for row in in_order(rows().where(Article.id.in_(wanted), suggested(viewer)))}
    return [found[each] for each in wanted if each in found]


def languages_listed(viewer: Actor) -> dict[str, int]:
    """Return how many articles the viewer finds in each language."""
    query = select(Article.language, func.count()).where(listed(viewer)).group_by(Article.language)
    return {language: count for language, count in db.session.execute(query.order_by(Article.language))}  # noqa: C416 (rows are no pairs to mypy)


@cache
def rows() -> Select[*tuple[Any, ...]]:
    """Return the statement that reads `ArticleRow`s; the caller says which. Put together once."""
    owner = aliased(Person)
    return select(
        Article.id,
        Article.slug,
        Article.title,
        Article.summary,
        Article.language,
        state_shown(),
        Article.validation,
        Article.audience,
        Article.tag_names,
        Article.category_id,
        Article.product,
        Article.product_version,
        owner.name,
        Article.changed_at,
        Article.verified_at,
        Article.confidence,
        Article.is_doubtful,
        Article.helpful_count,
        Article.unhelpful_count,
        Article.translation_of_id,
        Article.translation_state,
    ).join(owner, owner.id == Article.owner_id)


def state_shown() -> ColumnElement[str]:
    """Return where an article stands, a draft that was put away as archived too."""
    return case((Article.archived_at.is_not(None), "archived"), else_=Article.state)


def in_order(query: Select[*tuple[Any, ...]]) -> list[ArticleRow]:
    """Run a statement made of `rows`."""
    return [ArticleRow(*row) for row in db.session.execute(query)]


def _one(query: Select[Article]) -> Article:
    query = query.options(
        joinedload(Article.owner),
        joinedload(Article.author),
        joinedload(Article.category),
        joinedload(Article.organisation),
        joinedload(Article.applies_organisation),
        joinedload(Article.verified_by),
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found
