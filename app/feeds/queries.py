"""What a feed or a site map lists. Readers of feeds do not sign in, so every read here is a visitor's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.actor import VISITOR
from app.community.models.posts import Question
from app.community.models.shelves import Category, Tag
from app.community.queries import lists, thread
from app.community.queries.filters import NEWS_KINDS
from app.community.queries.visibility import visible
from app.db import db
from app.knowledge.models.articles import Article
from app.knowledge.queries.translations import tellings_of
from app.knowledge.queries.visibility import listed
from app.paging import LARGEST_ID
from app.requests.models import HelpRequest
from app.search.documents import ARTICLE
from app.search.news import newest
from app.search.queries import Asked

LONGEST_FEED = 30
PER_SITE_MAP = 5_000
MOST_ARTICLES = 20_000


@dataclass(frozen=True)
class Entry:
    """A question as a feed shows it. Shapes as in the community's rows."""

    id: int
    title: str
    html: str
    language: str
    tag_names: Sequence[str]
    asker_name: str
    asker_handle: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Place:
    """A question as a site map names it."""

    id: int
    title: str
    changed_at: datetime


def question_entries(
    *,
    order: str = "newest",
    category: Category | None = None,
    tag: Tag | None = None,
    asker_id: int | None = None,
    answered_by_id: int | None = None,
) -> list[Entry]:
    """Return the first questions of a list. Raises NotFound for an order there is none of."""
    page = lists.questions_for(
        VISITOR,
        order=order,
        category=category,
        tag=tag,
        asker_id=asker_id,
        answered_by_id=answered_by_id,
        size=LONGEST_FEED,
    )
    return entries_of([row.id for row in page.rows])


def found_keys(asked: Asked, *, language: str) -> list[tuple[str, int]]:
    """Return the newest questions and articles that have all words of a search, as (kind, id): an article once, in
    this language where it is there in it and no other was asked for. Raises IndexUnusable and IndexBusy.
    """
    hits = newest(VISITOR, asked, kinds=NEWS_KINDS, limit=LONGEST_FEED).hits
    tellings = tellings_of(VISITOR, [hit.key.id for hit in hits if hit.key.kind == ARTICLE])
    family_of = {each.id: each.family_id for each in tellings}
    wanted = "" if asked.asks_for_language else language
    told = {each.family_id: each.id for each in tellings if each.language == wanted}
    found: dict[tuple[str, int], tuple[str, int]] = {}
    for kind, number in (hit.key for hit in hits):
        family_id = family_of.get(number, number) if kind == ARTICLE else number
        found.setdefault((kind, family_id), (kind, told.get(family_id, number) if kind == ARTICLE else number))
    return list(found.values())


def entries_of(ids: Sequence[int]) -> list[Entry]:
    """Return those of these questions that everybody may read, in the order of `ids`."""
    if not ids:
        return []
    rows = db.session.execute(
        select(
            Question.id,
            Question.title,
            Question.body_html,
            HelpRequest.language,
            Question.tag_names,
            Person.name,
            Person.handle,
            Question.created_at,
            func.coalesce(Question.edited_at, Question.created_at),
        )
        .join(HelpRequest, HelpRequest.id == Question.id)
        .join(Person, Person.id == Question.asker_id)
        .where(Question.id.in_(ids), visible(VISITOR))
    )
    found = {row[0]: Entry(*row) for row in rows}
    return [found[each] for each in ids if each in found]


def thread_for(question_id: int) -> thread.Thread:
    """Return a question with its answers as a visitor sees them. Raises NotFound."""
    return thread.thread_of(VISITOR, thread.question_for(VISITOR, question_id), order="newest")


def site_map_pages() -> list[tuple[int, datetime]]:
    """Return the number of each page of the site map with the last change on it; page n has the ids from n × 5,000."""
    number = Question.id // PER_SITE_MAP
    rows = db.session.execute(
        select(number, func.max(Question.last_activity_at)).where(visible(VISITOR)).group_by(number).order_by(number)
    )
    return [(int(page), changed) for page, changed in rows]


def questions_on_site_map(page: int) -> list[Place]:
    """Return the questions of one page of the site map."""
    first = min(page, LARGEST_ID // PER_SITE_MAP - 1) * PER_SITE_MAP
    rows = db.session.execute(
        select(Question.id, Question.title, Question.last_activity_at)
        .where(visible(VISITOR), Question.id >= first, Question.id < first + PER_SITE_MAP)
        .order_by(Question.id)
    )
    return [Place(*row) for row in rows]


def latest_articles() -> Sequence[Article]:
    """Return the articles that changed last, with their authors."""
    return db.session.scalars(
        _articles().order_by(Article.changed_at.desc(), Article.id.desc()).limit(LONGEST_FEED)
    ).all()


def articles_of(ids: Sequence[int]) -> Sequence[Article]:
    """Return those of these articles that everybody may read, with their authors."""
    return db.session.scalars(_articles().where(Article.id.in_(ids))).all()


def _articles() -> Select[Article]:
    return select(Article).where(listed(VISITOR)).options(joinedload(Article.author))


def article_places() -> list[tuple[str, datetime]]:
    """Return the articles as a site map names them: their addresses' last part, and their last change."""
    query = select(Article.slug, Article.changed_at).where(listed(VISITOR)).order_by(Article.id)
    return [(slug, changed) for slug, changed in db.session.execute(query.limit(MOST_ARTICLES))]
