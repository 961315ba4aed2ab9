"""Saved searches of which somebody wants to hear: what is new in them is told as other news is, under the bell and by
mail.

A look, what it told and when the next one is due share a transaction: after a crash it is repeated as if it had never
begun. Nobody is told twice, because a person is told of a fact once, whatever her reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, delete, select

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Question
from app.community.models.saved_filters import SavedFilter
from app.community.queries.filters import has_news
from app.db import db, own_session, transaction, upsert
from app.errors import NotFound
from app.notifications.found import note_found
from app.notifications.models import Notice, NoticeItem, SearchAlert
from app.notifications.settings import SEARCH_MINUTES
from app.notifications.telling import Concerned, News, tell
from app.notifications.wanted import forget_unwanted
from app.organisations.identify import actor_of
from app.outbox.models import DomainEvent
from app.search.backend import IndexBusy, IndexUnusable
from app.search.documents import ARTICLE, QUESTION
from app.search.news import all_within
from app.search.queries import asked_in
from app.web.language import current_language

ALERTS_A_RUN = 50
# Of new questions in one search, so many are told for each half hour between two looks; the rest next time.
MOST_TOLD, USUAL_MINUTES = 5, 30
BATCH = 500
# Older than this is no news, and notices of it may be forgotten.
NEWS = timedelta(days=30)


def alerts_of(viewer: Actor) -> frozenset[int]:
    """Return the saved filters of which the viewer wants to hear."""
    query = select(SearchAlert.filter_id).where(SearchAlert.person_id == viewer.person_id)
    return frozenset(db.session.scalars(query))


def may_tell_of(saved: SavedFilter) -> bool:
    """Say whether it is a search, and one for what may be news."""
    return saved.place == "search" and has_news(saved)


def tell_of(actor: Actor, saved: SavedFilter) -> None:
    """Tell her from now on of what a search finds; the caller loaded her own. Raises NotFound where nothing is told."""
    if not may_tell_of(saved) or actor.person_id is None:
        raise NotFound
    now = clock.now()
    row = {"filter_id": saved.id, "person_id": actor.person_id, "since": now, "next_at": now}
    db.session.execute(upsert(SearchAlert).values(row).on_conflict_do_nothing(index_elements=["filter_id"]))


def stop_telling_of(saved: SavedFilter) -> None:
    """Tell her of it no more; the caller loaded her own. Safe to repeat."""
    db.session.execute(delete(SearchAlert).where(SearchAlert.filter_id == saved.id))


def end_those_about(person_id: int, request_id: int) -> None:
    """Tell a person no more of the searches because of which she heard of this request."""
    db.session.execute(delete(SearchAlert).where(*_about(person_id, request_id)))


def is_found(person_id: int, request_id: int) -> bool:
    """Say whether a search of which she still hears is why she heard of this request."""
    return db.session.scalar(select(SearchAlert.filter_id).where(*_about(person_id, request_id)).limit(1)) is not None


def look_at_searches() -> None:
    """Look at the searches whose time has come, each in a transaction of its own. A job."""
    with own_session() as session:
        due = select(SearchAlert.filter_id).where(SearchAlert.next_at <= clock.now()).order_by(SearchAlert.next_at)
        ids = session.scalars(due.limit(ALERTS_A_RUN)).all()
    for filter_id in ids:
        with transaction():
            _look_at(filter_id)


def _about(person_id: int, request_id: int) -> tuple[ColumnElement[bool], ...]:
    because = (
        select(NoticeItem.reason_id)
        .join(Notice, Notice.id == NoticeItem.notice_id)
        .where(Notice.person_id == person_id, Notice.help_request_id == request_id)
        .where(NoticeItem.reason == "saved_search")
    )
    return SearchAlert.person_id == person_id, SearchAlert.filter_id.in_(because)


def _look_at(filter_id: int) -> None:
    now = clock.now()
    alert = db.session.get(SearchAlert, filter_id, with_for_update=True, populate_existing=True)
    if alert is None or alert.next_at > now:
        return
    alert.next_at = now + timedelta(minutes=SEARCH_MINUTES.value)
    saved = db.session.get_one(SavedFilter, filter_id)
    person = db.session.get_one(Person, alert.person_id)
    if saved.deleted_at is not None or person.suspended_at is not None:
        return
    forget_unwanted(alert.person_id)
    after = max(alert.since, now - NEWS)
    asked, viewer = asked_in(saved.asked), actor_of(person)
    days = {"first": after.astimezone(UTC).date(), "last": now.astimezone(UTC).date()}
    try:
        articles = all_within(viewer, asked, kind=ARTICLE, **days)
        questions = all_within(viewer, asked, kind=QUESTION, **days)
    except (IndexUnusable, IndexBusy):
        return  # an index that is being made anew is asked next time
    language = "" if asked.asks_for_language else person.interface_language or current_language()
    for some in _batches(articles):
        note_found(alert, viewer, some, after=after, language=language)
    _tell_of(alert, questions, after=after)


def _tell_of(alert: SearchAlert, question_ids: Sequence[int], *, after: datetime) -> None:
    """Tell of these questions, the oldest first, as many as may be told at once; the rest next time."""
    told, most = 0, MOST_TOLD * max(1, SEARCH_MINUTES.value // USUAL_MINUTES)
    for some in _batches(question_ids):
        for news in _news_in(some, alert, after=after):
            told += tell(news, [Concerned(alert.person_id, "saved_search", alert.filter_id)])
            if told == most:
                return


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield some of the ids after the others, the lowest first: a statement takes only so many values."""
    in_order = sorted(ids)
    return (in_order[start : start + BATCH] for start in range(0, len(in_order), BATCH))


def _news_in(question_ids: Sequence[int], alert: SearchAlert, *, after: datetime) -> list[News]:
    """Return that others asked these questions, of those since then of which she was not told, the oldest first."""
    told = select(NoticeItem.id).where(NoticeItem.person_id == alert.person_id, NoticeItem.event_id == DomainEvent.id)
    query = (
        select(DomainEvent.id, Question.id, DomainEvent.actor_id)
        .join(Question, Question.id == DomainEvent.help_request_id)
        .where(DomainEvent.kind == "question_asked", DomainEvent.source.is_(None))
        .where(Question.id.in_(question_ids), Question.created_at > after, ~told.exists())
        .where(DomainEvent.actor_id.is_distinct_from(alert.person_id))
        .order_by(DomainEvent.id)
    )
    return [News(row[0], "question", row[1], row[2]) for row in db.session.execute(query)]
