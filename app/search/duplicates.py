"""Questions that seem the same as an older one: found when they are asked, shown to curators until one looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from app import clock
from app.actor import Actor
from app.community.models.posts import Question
from app.community.queries.visibility import there, visible
from app.db import db, upsert
from app.errors import NotFound
from app.outbox.record import record
from app.privacy.audiences import PUBLIC
from app.requests.models import HelpRequest
from app.search.afterwards import count_asked_after
from app.search.backend import IndexBusy, IndexUnusable
from app.search.documents import QUESTION
from app.search.engine import search_engine
from app.search.events import NearDuplicateSettled
from app.search.models import NearDuplicate, Searched
from app.search.query_log import without_names

# Of the weight of the rarest words of title and text, so much must be common. Chosen by ./dev bench thresholds: where
# one question in ten was asked before, no other gives a better balance of what is found and what is shown in vain.
LEAST_LIKENESS = 0.6
MOST, MOST_ROWS = 3, 100


@dataclass(frozen=True)
class PairRow:
    """Two questions that seem the same; the older one is answered or not. `likeness` is in [0, 1]."""

    question_id: int
    title: str
    language: str
    older_id: int
    older_title: str
    older_language: str
    older_state: str
    likeness: float
    found_at: datetime


def find_near_duplicates(question: Question) -> int:
    """Look for older questions with the same readers that seem the same, keep them, return how many. Safe to repeat."""
    text = f"{question.title}\n{question.excerpt}"
    try:
        hits = search_engine().similar(
            text, audiences=frozenset({question.audience}), language=question.request.language,
            kinds=frozenset({QUESTION}), limit=MOST + 5, least=LEAST_LIKENESS,
        )  # fmt: skip
    except (IndexUnusable, IndexBusy):
        return 0
    near = [hit for hit in hits.hits if hit.key.id < question.id][:MOST]
    now = clock.now()
    rows = [
        {"question_id": question.id, "older_id": hit.key.id, "likeness": hit.coverage, "found_at": now} for hit in near
    ]
    if rows:
        db.session.execute(upsert(NearDuplicate).values(rows).on_conflict_do_nothing())
    return len(near)


def after_asking(question_id: int) -> None:
    """Do what follows from a question: look for what seems the same, and count that it was asked after searching.

    What a question for one organisation says is nobody else's: only public ones are counted.
    """
    question = db.session.scalars(select(Question).where(Question.id == question_id, there())).one_or_none()
    if question is None:
        return
    near = find_near_duplicates(question)
    if question.audience != PUBLIC:
        return
    text, language = without_names(question.title), question.request.language
    if not text:
        return
    count_asked_after(question.title, question.excerpt, language)
    if near:
        today = clock.now().date()
        row = {"day": today, "place": "asking", "language": language, "text": text, "found": near}
        first = {"times": 1, "took_us": 0, "clicks": 0, "asked": 1}
        again = {"times": Searched.times + 1, "asked": Searched.asked + 1, "found": near}
        made = upsert(Searched).values(**row, **first)
        db.session.execute(made.on_conflict_do_update(index_elements=["day", "place", "language", "text"], set_=again))


def open_pairs(viewer: Actor) -> Sequence[PairRow]:
    """Return the pairs nobody has looked at, the likest of the latest first. Those closed as the same are settled."""
    older, request = aliased(Question), aliased(HelpRequest)
    query = (
        select(
            Question.id, Question.title, HelpRequest.language, older.id, older.title, request.language, request.state,
            NearDuplicate.likeness, NearDuplicate.found_at,
        )
        .join(Question, Question.id == NearDuplicate.question_id)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .join(older, older.id == NearDuplicate.older_id)
        .join(request, request.id == older.id)
        .where(NearDuplicate.settled_at.is_(None), visible(viewer), HelpRequest.state != "duplicate")
        .where(older.deleted_at.is_(None), older.merged_into_id.is_(None), older.audience == PUBLIC)
        .order_by(NearDuplicate.likeness.desc(), NearDuplicate.found_at.desc())
        .limit(MOST_ROWS)
    )  # fmt: skip
    return [PairRow(*row) for row in db.session.execute(query)]


def settle(actor: Actor, question_id: int, older_id: int) -> None:
    """Note that somebody looked, and the two are not the same. Raises NotFound for no such pair."""
    these = (NearDuplicate.question_id == question_id, NearDuplicate.older_id == older_id)
    if not any((row.question_id, row.older_id) == (question_id, older_id) for row in open_pairs(actor)):
        raise NotFound
    db.session.execute(update(NearDuplicate).where(*these).values(settled_at=clock.now()))
    record(NearDuplicateSettled(question_id=question_id, older_id=older_id), by=actor, request_id=question_id)
