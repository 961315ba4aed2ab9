"""Caring for articles: work out anew how sure one may be of them, and ask their owners where that is too little.

Everything that speaks for or against an article leads here, in the same transaction; a job looks at all of them once an
hour, because time passes too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from app import clock
from app.actor import SYSTEM, Actor
from app.db import changed_rows, db, transaction, upsert
from app.knowledge.confidence import Evidence, confidence_of
from app.knowledge.events.articles import ArticleConfidenceChanged, KnowledgeTaskClosed, KnowledgeTaskOpened
from app.knowledge.models.articles import Article
from app.knowledge.models.care import KnowledgeTask
from app.knowledge.queries.evidence import evidence_of
from app.knowledge.services.holding import hold_all
from app.knowledge.settings import DOUBTFUL_BELOW, OUTDATED_OPENS, SUGGESTED_FROM
from app.outbox.facts import Code
from app.outbox.record import record

BATCH = 200
# Tasks that somebody's look at the article answers; a translation asks for words.
ANSWERED_BY_A_LOOK = ("outdated", "low_confidence", "source_changed", "contradicted")


def look_again(ids: Iterable[int], *, by: Actor = SYSTEM) -> None:
    """Work out anew how sure one may be of these articles, and open the tasks that follow from it."""
    held = [each for each in hold_all(sorted(set(ids))) if each.live_number is not None]
    known = evidence_of([each.id for each in held], clock.now())
    for article in held:
        _settle(article, known[article.id], by)


def look_at_all() -> None:
    """Do so for every published article, some at a time. A job."""
    last = 0
    while True:
        with transaction() as session:
            query = select(Article.id).where(Article.state == "published", Article.id > last).order_by(Article.id)
            ids = list(session.scalars(query.limit(BATCH)))
            look_again(ids)
        if not ids:
            return
        last = ids[-1]


def open_task(article: Article, kind: str, *, by: Actor = SYSTEM) -> None:
    """Ask the owner to look after the article for this reason, unless she is asked already."""
    row = {"article_id": article.id, "kind": kind, "for_person_id": article.owner_id, "opened_at": clock.now()}
    asked = upsert(KnowledgeTask).values(row).on_conflict_do_nothing().returning(KnowledgeTask.id)
    task_id = db.session.execute(asked).scalar_one_or_none()
    if task_id is not None:
        fact = KnowledgeTaskOpened(
            task_id=task_id, article_id=article.id, for_person_id=article.owner_id, about=Code(kind)
        )
        record(fact, by=by)


def close_tasks(by: Actor, article: Article, kinds: Collection[str]) -> None:
    """Note that what these tasks asked for was done."""
    query = select(KnowledgeTask.id, KnowledgeTask.kind).where(
        KnowledgeTask.article_id == article.id, KnowledgeTask.kind.in_(kinds), KnowledgeTask.closed_at.is_(None)
    )
    for task_id, kind in db.session.execute(query.order_by(KnowledgeTask.id)).all():
        closed = db.session.execute(
            update(KnowledgeTask)
            .where(KnowledgeTask.id == task_id, KnowledgeTask.closed_at.is_(None))
            .values(closed_at=clock.now(), closed_by_id=by.person_id)
        )
        if changed_rows(closed):
            record(KnowledgeTaskClosed(task_id=task_id, article_id=article.id, about=Code(kind)), by=by)


def see_tasks(actor: Actor, *, upto: int, at: datetime) -> None:
    """Note that somebody has seen what articles ask of her, as far as this task; `unsee_tasks` takes it back."""
    _see(actor, KnowledgeTask.id <= upto, at)


def see_tasks_of(actor: Actor, article_id: int, *, at: datetime) -> None:
    """Note that somebody has seen what this article asks of her; `unsee_tasks` takes it back."""
    _see(actor, KnowledgeTask.article_id == article_id, at)


def unsee_tasks(actor: Actor, *, seen_at: datetime) -> None:
    """Take back that somebody saw what she saw at this moment."""
    hers = (KnowledgeTask.for_person_id == actor.person_id, KnowledgeTask.seen_at == seen_at)
    db.session.execute(update(KnowledgeTask).where(*hers).values(seen_at=None))


def _see(actor: Actor, which: ColumnElement[bool], at: datetime) -> None:
    hers = (which, KnowledgeTask.for_person_id == actor.person_id)
    unseen = (KnowledgeTask.seen_at.is_(None), KnowledgeTask.closed_at.is_(None))
    db.session.execute(update(KnowledgeTask).where(*hers, *unseen).values(seen_at=at))


def _settle(article: Article, known: Evidence, by: Actor) -> None:
    value = confidence_of(known).value
    is_doubtful = value * 100 < DOUBTFUL_BELOW.value
    is_suggested = value * 100 >= SUGGESTED_FROM.value and article.state == "published"
    has_passed = (is_doubtful, is_suggested) != (article.is_doubtful, article.is_suggested)
    article.confidence, article.confidence_at = value, clock.now()
    article.is_doubtful, article.is_suggested = is_doubtful, is_suggested
    if has_passed:
        article.row_version += 1
        fact = ArticleConfidenceChanged(
            article_id=article.id, confidence=value, is_doubtful=is_doubtful, is_suggested=is_suggested
        )
        record(fact, by=by)
    if article.state != "published":
        return
    wanted = {
        "outdated": known.outdated >= OUTDATED_OPENS.value,
        "low_confidence": is_doubtful,
        "source_changed": known.source_changed,
        "contradicted": known.contradicted > 0,
    }
    for kind in (kind for kind, is_wanted in wanted.items() if is_wanted):
        open_task(article, kind, by=by)
    if not is_doubtful:
        close_tasks(by, article, ["low_confidence"])
