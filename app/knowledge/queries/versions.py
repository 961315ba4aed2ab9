"""Reading the versions of an article. The caller loaded the article for its viewer.

Readers see what was published; versions that were not are for those who help to make the article (`sees_drafts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.orm import joinedload

from app.actor import Actor
from app.db import db
from app.errors import NotFound
from app.knowledge import policy
from app.knowledge.licences import covers
from app.knowledge.models.articles import Article
from app.knowledge.models.evidence import ArticleSource
from app.knowledge.models.versions import ArticleReview, ArticleRevision
from app.knowledge.wording import ArticleChanges, changes_between

PAGE = 20


@dataclass(frozen=True)
class Step:
    """A version with what it changed; None for the first one."""

    version: ArticleRevision
    changes: ArticleChanges | None


@dataclass(frozen=True)
class Authors:
    """Who wrote what readers see, and what waits for a review. Who wrote what it was made of wrote both."""

    live: frozenset[int]
    waiting: frozenset[int]


NOBODY = Authors(frozenset(), frozenset())


def sees_drafts(viewer: Actor, article: Article, *, licence: str) -> bool:
    """Say whether versions that readers do not see yet are for this viewer."""
    if viewer.is_visitor:
        return False
    return policy.is_hers(viewer, article) or policy.keeps(viewer) or covers(licence, "contributor")


def version_of(article: Article, number: int | None) -> ArticleRevision:
    """Return one version, for services. Raises NotFound where there is none of this number."""
    return _one(ArticleRevision.article_id == article.id, ArticleRevision.number == number)


def version_for(article: Article, number: int, *, with_drafts: bool) -> ArticleRevision:
    """Return one version for a viewer. Raises NotFound."""
    return _one(ArticleRevision.article_id == article.id, ArticleRevision.number == number, _seen(with_drafts))


def history_of(article: Article, *, with_drafts: bool, below: int | None = None) -> tuple[list[Step], int | None]:
    """Return the latest versions with what each changed, and the number below which the next page begins."""
    query = (
        select(ArticleRevision)
        .where(ArticleRevision.article_id == article.id, _seen(with_drafts))
        .options(joinedload(ArticleRevision.author))
        .order_by(ArticleRevision.number.desc())
        .limit(PAGE + 1)
    )
    if below is not None:
        query = query.where(ArticleRevision.number < below)
    found = list(db.session.scalars(query))
    steps = [Step(version, changes_between(before, version)) for version, before in pairwise(found)]
    if len(found) <= PAGE and found:
        steps.append(Step(found[-1], None))
    return steps, found[PAGE - 1].number if len(found) > PAGE else None


def numbers_of(article: Article, *, with_drafts: bool) -> Sequence[int]:
    """Return the numbers of the versions there are, the latest first."""
    query = select(ArticleRevision.number).where(ArticleRevision.article_id == article.id, _seen(with_drafts))
    return db.session.scalars(query.order_by(ArticleRevision.number.desc())).all()


def authors_of(article: Article) -> Authors:
    """Return who wrote what readers see, and who wrote the versions they do not see yet, up to the one in review."""
    live, last = article.live_number or 0, article.review_number or 0
    versions = select(ArticleRevision.number, ArticleRevision.author_id).where(
        ArticleRevision.article_id == article.id, ArticleRevision.number >= live
    )
    sources = select(literal(0), ArticleSource.author_id).where(
        ArticleSource.article_id == article.id, ArticleSource.author_id.is_not(None)
    )
    found = [(row[0], row[1]) for row in db.session.execute(versions.union_all(sources))]
    told = frozenset(author for number, author in found if number == 0)
    return Authors(
        told | {author for number, author in found if number == live},
        told | {author for number, author in found if live < number <= last},
    )


def waiting_authors(article: Article) -> frozenset[int]:
    """Return who wrote the versions that readers do not see yet, up to the one in review, or what the article was made
    of: none of them reviews it.
    """
    return authors_of(article).waiting


def last_review(article: Article) -> ArticleReview | None:
    """Return what a reviewer said last, with who said it."""
    query = (
        select(ArticleReview)
        .where(ArticleReview.article_id == article.id)
        .options(joinedload(ArticleReview.reviewer))
        .order_by(ArticleReview.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def _seen(with_drafts: bool) -> ColumnElement[bool]:
    return ArticleRevision.id.is_not(None) if with_drafts else ArticleRevision.published_at.is_not(None)


def _one(*conditions: ColumnElement[bool]) -> ArticleRevision:
    found = db.session.scalars(
        select(ArticleRevision).where(*conditions).options(joinedload(ArticleRevision.author))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
