"""Reviewing: asking for a second pair of eyes, and what those say. Licences follow from it."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from app import clock
from app.actor import Actor
from app.db import db, upsert
from app.errors import Invalid
from app.knowledge import policy
from app.knowledge.events.articles import ArticleReviewAsked, ArticleReviewed, LicenceEarned
from app.knowledge.lengths import LONGEST_NOTE
from app.knowledge.licences import covers, licence_for
from app.knowledge.models.articles import Article
from app.knowledge.models.care import Licence
from app.knowledge.models.versions import ArticleReview
from app.knowledge.queries.licences import earned_by, licence_of, record_of
from app.knowledge.queries.versions import version_of, waiting_authors
from app.knowledge.services.caring import close_tasks, open_task
from app.knowledge.services.following import take_back_that_it_follows
from app.knowledge.services.holding import changed_meanwhile, hold
from app.knowledge.services.publishing import end_review, publish
from app.outbox.facts import Code
from app.outbox.record import record
from app.verdict import require

SHORTEST_NOTE = 10
# How far ahead something may be published.
LATEST_DAYS = 366


def ask_review(actor: Actor, article: Article) -> None:
    """Give the newest version to the reviewers."""
    hold(article)
    require(policy.can_ask_review(actor, article, licence=licence_of(actor)))
    article.review_number, article.review_asked_at = article.head_number, clock.now()
    article.review_asked_by_id = actor.person_id
    if article.live_number is None:
        article.state = "in_review"
    article.row_version += 1
    close_tasks(actor, article, ["needs_change"])
    record(ArticleReviewAsked(article_id=article.id, number=article.head_number), by=actor)


def withdraw_review(actor: Actor, article: Article) -> None:
    """Take it back from the reviewers, to go on writing. Safe to repeat."""
    hold(article)
    require(policy.can_edit(actor, article, licence=licence_of(actor)))
    end_review(article)


def approve(
    actor: Actor, article: Article, *, seen_number: int, note: str = "", publish_at: datetime | None = None
) -> bool:
    """Approve the version in review, and publish it now or at a moment to come; return whether readers see it now.

    Raises Conflict where it is another version by now than the reviewer saw, Invalid for a moment that is past or
    further away than a year.
    """
    _require_reviewer(actor, article, seen_number)
    if article.publish_at is not None:
        raise changed_meanwhile()
    _check_moment(publish_at)
    _keep_word(actor, article, "approved", note)
    if publish_at is not None:
        article.publish_at, article.approved_by_id = publish_at, actor.person_id
        article.row_version += 1
        return False
    publish(actor, article, version_of(article, seen_number), approved_by_id=actor.person_id)
    return True


def reschedule(actor: Actor, article: Article, *, seen_number: int, publish_at: datetime | None) -> bool:
    """Choose another moment for what was approved, None for now; return whether readers see it now. Who may review it
    may; whoever approved it stays the one who did. Raises as `approve` does.
    """
    _require_reviewer(actor, article, seen_number)
    if article.publish_at is None:
        raise changed_meanwhile()
    _check_moment(publish_at)
    if publish_at is not None:
        article.publish_at = publish_at
        article.row_version += 1
        return False
    publish(actor, article, version_of(article, seen_number), approved_by_id=article.approved_by_id)
    return True


def send_back(actor: Actor, article: Article, *, seen_number: int, note: str) -> None:
    """Say that the version in review needs change, and which. Raises Invalid without a note."""
    _require_reviewer(actor, article, seen_number)
    if article.publish_at is not None:
        raise changed_meanwhile()
    if len(note.strip()) < SHORTEST_NOTE:
        raise Invalid("note_missing", _l("Say what needs to change, so that the author can do it."), field="note")
    _keep_word(actor, article, "needs_change", note)
    end_review(article)
    take_back_that_it_follows(article)
    open_task(article, "needs_change", by=actor)


def out_of_reach() -> Invalid:
    """Return the complaint about a moment at which nothing can be published."""
    return Invalid(
        "publish_at_out_of_reach", _l("Choose a moment that is still to come, within a year."), field="publish_at"
    )


def _require_reviewer(actor: Actor, article: Article, seen_number: int) -> None:
    hold(article)
    authors = waiting_authors(article)
    require(policy.can_review(actor, article, licence=licence_of(actor), authors=authors))
    if article.review_number != seen_number:
        raise changed_meanwhile()


def _check_moment(publish_at: datetime | None) -> None:
    if publish_at is not None and not clock.now() < publish_at <= clock.now() + timedelta(days=LATEST_DAYS):
        raise out_of_reach()


def _keep_word(actor: Actor, article: Article, decision: str, note: str) -> None:
    assert actor.person_id is not None
    assert article.review_number is not None
    version = version_of(article, article.review_number)
    db.session.add(
        ArticleReview(
            article_id=article.id,
            number=version.number,
            author_id=version.author_id,
            reviewer_id=actor.person_id,
            decision=decision,
            note=note.strip()[:LONGEST_NOTE],
            decided_at=clock.now(),
        )
    )
    db.session.flush()  # records count it
    fact = ArticleReviewed(
        article_id=article.id,
        number=version.number,
        author_id=version.author_id,
        reviewer_id=actor.person_id,
        is_approved=decision == "approved",
    )
    record(fact, by=actor)
    for person_id in {version.author_id, actor.person_id}:
        _grant(actor, person_id)


def _grant(by: Actor, person_id: int) -> None:
    """Give somebody the licence that her record earns; one that was earned is not taken away by a single word."""
    level, had = licence_for(record_of(person_id)), earned_by(person_id)
    if covers(had, level):
        return
    row = upsert(Licence).values(person_id=person_id, level=level, since=clock.now())
    changed = {"level": level, "since": clock.now()}
    db.session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=changed))
    record(LicenceEarned(person_id=person_id, level=Code(level)), by=by)
