"""Publishing a version, now or when its time has come; verifying what is published; putting it away and back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from app import clock
from app.actor import SYSTEM, Actor
from app.community.models.posts import Answer
from app.db import db, transaction
from app.knowledge import policy
from app.knowledge.events.articles import ArticleArchived, ArticlePublished, ArticleUnarchived, ArticleVerified
from app.knowledge.lengths import SIGNIFICANCES, TASK_KINDS
from app.knowledge.models.articles import Article, ArticleAddress
from app.knowledge.models.evidence import ArticleSource
from app.knowledge.models.versions import ArticleRevision
from app.knowledge.queries.licences import licence_of
from app.knowledge.queries.versions import authors_of, version_of
from app.knowledge.services.caring import ANSWERED_BY_A_LOOK, close_tasks, look_again, open_task
from app.knowledge.services.following import mark_itself, mark_translations
from app.knowledge.services.holding import changed_meanwhile, hold, hold_all
from app.knowledge.services.storing import free_slug, put_words
from app.outbox.record import record
from app.verdict import require


def publish(
    by: Actor,
    article: Article,
    version: ArticleRevision,
    *,
    approved_by_id: int | None = None,
    keeps_address: bool = False,
) -> None:
    """Let readers see this version. With `approved_by_id` somebody reviewed it, so it is validated and fresh."""
    now = clock.now()
    significance = _significance(article, version)
    if not keeps_address:
        _move(article, version)
    put_words(article, version)
    version.published_at = now
    article.published_at = article.published_at or now
    article.live_number = version.number
    article.state = "published"
    article.archived_at = None
    end_review(article)
    if approved_by_id is not None:
        _refresh(by, article, verified_by_id=approved_by_id)
    elif article.validation == "work_in_progress":
        article.validation = "not_validated"
    db.session.flush()  # what follows reads it
    if article.translation_of_id is None:
        mark_translations(article, significance)
    else:
        mark_itself(article)
    fact = ArticlePublished(
        article_id=article.id,
        number=version.number,
        author_id=version.author_id,
        significance=significance,  # type: ignore[arg-type]
    )
    record(fact, by=by)
    look_again([article.id], by=by)


def publish_due() -> None:
    """Publish what was approved for a moment that has come. A job."""
    with transaction() as session:
        due = select(Article.id).where(Article.publish_at <= clock.now(), Article.archived_at.is_(None))
        ids = list(session.scalars(due.order_by(Article.id).limit(100)))
    for article_id in ids:
        with transaction():
            _publish_if_due(article_id, clock.now())


def verify(actor: Actor, article: Article, *, seen_number: int) -> None:
    """Say that what readers see still holds. Raises Conflict when that is another version by now."""
    hold(article)
    authors = authors_of(article).live
    require(policy.can_verify(actor, article, licence=licence_of(actor), authors=authors))
    if article.live_number != seen_number:
        raise changed_meanwhile()
    assert actor.person_id is not None
    _refresh(actor, article, verified_by_id=actor.person_id)
    article.row_version += 1
    record(ArticleVerified(article_id=article.id, number=seen_number, verified_by_id=actor.person_id), by=actor)
    db.session.flush()  # the evidence counts from now on
    look_again([article.id], by=actor)


def archive(actor: Actor, article: Article) -> None:
    """Put it away: it can be read, with a word of warning, and is found no more. Safe to repeat.

    A change that waits for a review or for its time waits no more; it stays the newest version, for when it is back.
    """
    hold(article)
    require(policy.can_archive(actor, article))
    if article.is_put_away:
        return
    end_review(article)
    article.archived_at = clock.now()
    if article.live_number is not None:
        article.state = article.validation = "archived"
        article.is_suggested = False
    close_tasks(actor, article, TASK_KINDS)
    record(ArticleArchived(article_id=article.id), by=actor)


def unarchive(actor: Actor, article: Article) -> None:
    """Bring it back, as it was, a draft as a draft; nobody has validated it since. Safe to repeat."""
    hold(article)
    require(policy.can_archive(actor, article))
    if not article.is_put_away:
        return
    article.archived_at = None
    if article.live_number is not None:
        article.state, article.validation = "published", "not_validated"
    article.row_version += 1
    if article.translation_state not in {None, "current"}:
        open_task(article, "translation", by=actor)
    record(ArticleUnarchived(article_id=article.id), by=actor)
    db.session.flush()  # whether it is published is read anew
    look_again([article.id], by=actor)


def end_review(article: Article) -> None:
    """Let its newest version wait neither for a reviewer nor for its time."""
    if article.state == "in_review":
        article.state = "draft"
    article.review_number = article.review_asked_at = article.review_asked_by_id = None
    article.publish_at = article.approved_by_id = None
    article.row_version += 1


def _publish_if_due(article_id: int, now: datetime) -> None:
    for article in hold_all([article_id]):
        if article.publish_at is None or article.publish_at > now or article.is_put_away:
            continue  # somebody wrote over it or put it away, or another worker was first
        publish(SYSTEM, article, version_of(article, article.review_number), approved_by_id=article.approved_by_id)


def _refresh(by: Actor, article: Article, *, verified_by_id: int) -> None:
    """Count from now: it is validated, what it was made of is as it is now, and nobody needs to look at it."""
    article.validation = "validated"
    article.verified_at, article.verified_by_id = clock.now(), verified_by_id
    current = select(Answer.text_version).where(Answer.id == ArticleSource.answer_id).scalar_subquery()
    db.session.execute(
        update(ArticleSource)
        .where(ArticleSource.article_id == article.id, ArticleSource.answer_id.is_not(None))
        .values(text_version=current),
        execution_options={"synchronize_session": False},
    )
    close_tasks(by, article, ANSWERED_BY_A_LOOK)


def _significance(article: Article, version: ArticleRevision) -> str:
    """Return the greatest change between what readers saw and what they will see."""
    query = select(ArticleRevision.significance).where(
        ArticleRevision.article_id == article.id,
        ArticleRevision.number > (article.live_number or 0),
        ArticleRevision.number <= version.number,
    )
    return max(db.session.scalars(query), key=SIGNIFICANCES.index, default=version.significance)


def _move(article: Article, version: ArticleRevision) -> None:
    """Give the article the address that fits its new title; the old one leads to it, a draft's too: its author and
    reviewers have that.
    """
    if article.title == version.title and article.live_number is not None:
        return
    slug = free_slug(version.title, but=article.id)
    if slug == article.slug:
        return
    db.session.merge(ArticleAddress(slug=article.slug, article_id=article.id, given_up_at=clock.now()))
    taken_back = db.session.get(ArticleAddress, slug)
    if taken_back is not None:
        db.session.delete(taken_back)
    article.slug = slug
