"""Articles that saved searches found: told to who saved them, under the bell, once and until she has seen them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, update

from app import clock
from app.actor import Actor
from app.community.models.saved_filters import SavedFilter
from app.db import db, upsert
from app.knowledge.models.articles import Article
from app.knowledge.queries.translations import Telling, tellings_of
from app.knowledge.queries.visibility import listed
from app.notifications.models import FoundArticle, SearchAlert
from app.notifications.wanted import still_wanted

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
    """Return the condition on FoundArticle, joined with its article, that the viewer was told, by a search of which she
    still hears, and has not seen it.
    """
    own = FoundArticle.person_id == viewer.person_id
    wanted = still_wanted(FoundArticle.filter_id, FoundArticle.found_at)
    return and_(own, FoundArticle.seen_at.is_(None), listed(viewer), wanted)


def found_for(viewer: Actor) -> list[Found]:
    """Return the new articles that the viewer's searches found and she has not seen yet, the oldest first."""
    columns = (FoundArticle.id, Article.slug, Article.title, Article.language, FoundArticle.found_at, SavedFilter.name)
    query = select(*columns).join(FoundArticle.article).join(SavedFilter, SavedFilter.id == FoundArticle.filter_id)
    rows = db.session.execute(query.where(unseen_found(viewer)).order_by(FoundArticle.id).limit(MOST_SHOWN))
    return [Found(*row) for row in rows]


def note_found(
    alert: SearchAlert, viewer: Actor, article_ids: Sequence[int], *, after: datetime, language: str
) -> None:
    """Note that a search found these; of what became readable since then and is by others, her who saved it is told,
    once.

    An article in several languages is one. It is told in this language, where it is there in it; that it is there in
    it now is news also where it was there before in another. In any other it is news only where all of it is. Without
    a language it is told in the one in which it was found.
    """
    families: dict[int, list[Telling]] = {}
    for each in tellings_of(viewer, article_ids):
        families.setdefault(each.family_id, []).append(each)
    known, found, news = _told_families(alert.person_id, families), set(article_ids), []
    for family_id, tellings in families.items():
        in_hers = [each for each in tellings if each.language == language]
        as_found = [each for each in tellings if each.id in found]
        if not as_found:
            continue  # the index is older than what lists show
        told = (in_hers or as_found)[0]
        since = told.published_at if in_hers or not language else tellings[0].published_at
        if family_id not in known and since > after and told.author_id != alert.person_id:
            news.append(told)
    row = {"person_id": alert.person_id, "filter_id": alert.filter_id, "found_at": clock.now()}
    for each in sorted(news, key=lambda each: (each.published_at, each.id)):
        db.session.execute(upsert(FoundArticle).values(article_id=each.id, **row).on_conflict_do_nothing())


def _told_families(person_id: int, family_ids: Iterable[int]) -> set[int]:
    """Return those of these articles of which somebody was told, in whatever language."""
    family = func.coalesce(Article.translation_of_id, Article.id)
    told = select(family).join(FoundArticle, FoundArticle.article_id == Article.id)
    return set(db.session.scalars(told.where(FoundArticle.person_id == person_id, family.in_(family_ids))))


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
