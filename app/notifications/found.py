"""Articles that saved searches found: told to who saved them, under the bell, once and until she has seen them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import aliased

from app import clock
from app.actor import Actor
from app.community.models.saved_filters import SavedFilter
from app.db import db, upsert
from app.knowledge.models.articles import Article
from app.knowledge.queries.visibility import listed
from app.notifications.models import FoundArticle, SearchAlert

MOST_SHOWN = 50


@dataclass(frozen=True)
class Found:
    """A new article, and the search that found it."""

    id: int
    slug: str
    title: str
    language: str
    found_at: datetime
    search: str


def unseen_found(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on FoundArticle, joined with its article, that the viewer was told and has not seen it."""
    own = FoundArticle.person_id == viewer.person_id
    return and_(own, FoundArticle.seen_at.is_(None), listed(viewer))


def found_for(viewer: Actor) -> list[Found]:
    """Return the new articles that the viewer's searches found and she has not seen yet, the oldest first."""
    columns = (FoundArticle.id, Article.slug, Article.title, Article.language, FoundArticle.found_at, SavedFilter.name)
    query = select(*columns).join(FoundArticle.article).join(SavedFilter, SavedFilter.id == FoundArticle.filter_id)
    rows = db.session.execute(query.where(unseen_found(viewer)).order_by(FoundArticle.id).limit(MOST_SHOWN))
    return [Found(*row) for row in rows]


def note_found(alert: SearchAlert, article_ids: Sequence[int], *, after: datetime) -> None:
    """Note that a search found these; of those published since then and by others, her who saved it is told, once.

    An article in another language is the same one.
    """
    told, family = aliased(Article), func.coalesce(Article.translation_of_id, Article.id)
    known = select(func.coalesce(told.translation_of_id, told.id)).join(
        FoundArticle, FoundArticle.article_id == told.id
    )
    ids = db.session.scalars(
        select(Article.id)
        .where(Article.id.in_(article_ids), Article.published_at > after, Article.author_id != alert.person_id)
        .where(family.not_in(known.where(FoundArticle.person_id == alert.person_id)))
        .order_by(Article.published_at, Article.id)
    ).all()
    row = {"person_id": alert.person_id, "filter_id": alert.filter_id, "found_at": clock.now()}
    for article_id in ids:
        db.session.execute(upsert(FoundArticle).values(article_id=article_id, **row).on_conflict_do_nothing())


def see_found(actor: Actor, *, upto: int, at: datetime) -> None:
    """Note that somebody has seen what her searches found, as far as this; `unsee_found` takes it back."""
    hers = (FoundArticle.person_id == actor.person_id, FoundArticle.id <= upto, FoundArticle.seen_at.is_(None))
    db.session.execute(update(FoundArticle).where(*hers).values(seen_at=at))


def see_found_article(actor: Actor, article_id: int, *, at: datetime) -> None:
    """Note that somebody has seen an article that her searches found; `unsee_found` takes it back."""
    hers = (FoundArticle.person_id == actor.person_id, FoundArticle.article_id == article_id)
    db.session.execute(update(FoundArticle).where(*hers, FoundArticle.seen_at.is_(None)).values(seen_at=at))


def unsee_found(actor: Actor, *, seen_at: datetime) -> None:
    """Take back that somebody saw what she saw at this moment."""
    hers = (FoundArticle.person_id == actor.person_id, FoundArticle.seen_at == seen_at)
    db.session.execute(update(FoundArticle).where(*hers).values(seen_at=None))
