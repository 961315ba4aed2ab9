"""Keeping the index true: mark what changed, put it in, make it anew. And noting what need not be asked.

The index is derived, the marks are not: a mark is written in the transaction that changes the document, and leaves when
the index has that state on disk. A crash at any point leaves the mark, and the work is done again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import structlog
from sqlalchemy import delete, func, select, tuple_

from app import clock
from app.actor import Actor
from app.community.models.posts import Question
from app.community.models.shelves import QuestionTag
from app.db import db, own_session, transaction, upsert
from app.outbox.record import record
from app.search.backend import DocumentKey
from app.search.documents import QUESTION, SOURCES, all_documents, documents_of
from app.search.engine import search_engine
from app.search.events import QuestionDeflected
from app.search.models import Deflection, StaleDocument

BATCH = 200
MARKED_AT_A_TIME = 500

log = structlog.get_logger(__name__)


def mark_stale(kind: str, ids: Iterable[int]) -> None:
    """Note, in the current transaction, that these documents are no longer what the index says."""
    now = clock.now()
    rows = [{"kind": kind, "document_id": each, "marks": 1, "marked_at": now} for each in sorted(set(ids))]
    statement = upsert(StaleDocument)
    again = {"marks": StaleDocument.marks + 1}
    for start in range(0, len(rows), MARKED_AT_A_TIME):
        some = statement.values(rows[start : start + MARKED_AT_A_TIME])
        db.session.execute(some.on_conflict_do_update(index_elements=["kind", "document_id"], set_=again))


def mark_tagged(tag_ids: Collection[int]) -> None:
    """Mark the questions that carry any of these tags."""
    carried = select(QuestionTag.question_id).where(QuestionTag.tag_id.in_(tag_ids))
    mark_stale(QUESTION, db.session.scalars(carried))


def mark_shelved(category_id: int) -> None:
    """Mark the questions that stand in a category."""
    mark_stale(QUESTION, db.session.scalars(select(Question.id).where(Question.category_id == category_id)))


def mark_everything() -> None:
    """Mark every document, for who wrote rows without the services. After many thousands, `rebuild` is faster."""
    for kind, source in SOURCES.items():
        mark_stale(kind, source.versions(db.session()))


def index_stale(*, most: int = BATCH) -> int:
    """Put the documents marked longest ago into the index, return how many. Raises IndexUnusable and IndexBusy."""
    engine = search_engine()
    with own_session() as session:
        if session.scalars(select(StaleDocument.marks).limit(1)).first() is None:
            return 0
    # The lock comes before the reading: else an older state read here could follow a newer one put in by another.
    with engine.writing():
        with own_session() as session:
            marks = session.execute(
                select(StaleDocument.kind, StaleDocument.document_id, StaleDocument.marks)
                .order_by(StaleDocument.marked_at)
                .limit(most)
            ).all()
            documents = [
                document
                for kind in SOURCES
                for document in documents_of(session, kind, [row.document_id for row in marks if row.kind == kind])
            ]
        found = {document.key for document in documents}
        keys = (DocumentKey(row.kind, row.document_id) for row in marks)
        engine.apply(documents, [key for key in keys if key not in found])
    with transaction() as session:
        # Only marks that are still the ones read: a change since then has raised the number, and stays due.
        column = tuple_(StaleDocument.kind, StaleDocument.document_id, StaleDocument.marks)
        session.execute(delete(StaleDocument).where(column.in_([tuple(row) for row in marks])))
    return len(marks)


def rebuild() -> int:
    """Make the index anew from the database, return the number of documents. Raises IndexBusy."""
    count = search_engine().rebuild(all_documents())
    log.info("search_index_rebuilt", documents=count)
    return count


def reconcile() -> int:
    """Mark every document that the index has in another version, lacks, or has too many; return how many.

    Of questions nothing should ever be found: rows that were written past the services (an import, a repair by hand)
    are. What changes without a fact (the confidence of an article, a profile) comes into the index so.
    """
    different = 0
    for kind, source in SOURCES.items():
        versions = search_engine().versions(kind)
        with own_session() as session:
            true = source.versions(session)
        wrong = {each for each in true.keys() | versions.keys() if true.get(each) != versions.get(each)}
        if wrong:
            different += len(wrong)
            log.warning("search_index_differed", kind=kind, documents=len(wrong))
            with transaction():
                mark_stale(kind, wrong)
    return different


def stale_count() -> int:
    """Return how many documents wait for the index."""
    return db.session.scalar(select(func.count()).select_from(StaleDocument)) or 0


def deflect(actor: Actor, question: Question, *, typed: str, language: str) -> Deflection:
    """Note that this question's answers were enough for somebody who was about to ask, and announce it."""
    made = Deflection(
        help_request_id=question.id, typed=" ".join(typed.split())[:300], language=language, happened_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()  # the fact carries the id
    record(QuestionDeflected(deflection_id=made.id, question_id=question.id), by=actor, request_id=question.id)
    return made
