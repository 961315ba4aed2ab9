"""What people say of an article: it worked, it is outdated; it helped, it did not and why."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update

from app import clock
from app.actor import Actor
from app.community.services.checks import in_one_line
from app.db import changed_rows, db, upsert
from app.errors import Invalid
from app.knowledge import policy
from app.knowledge.events.articles import ArticleSignalGiven, ArticleSignalWithdrawn
from app.knowledge.lengths import LONGEST_REASON, UNHELPFUL_REASONS
from app.knowledge.models.articles import Article
from app.knowledge.models.evidence import ArticleReads, ArticleSignal, HelpfulMark
from app.knowledge.services.caring import look_again
from app.knowledge.services.holding import hold
from app.outbox.facts import Code
from app.outbox.record import record
from app.verdict import require


def give_signal(actor: Actor, article: Article, kind: str, *, reason: str = "") -> None:
    """Say of an article that it worked, or that it is outdated; the last word of each person counts."""
    if kind not in {"worked", "outdated"}:
        raise Invalid("signal_kind")
    require(policy.can_signal(actor, article))
    key = {"person_id": actor.person_id, "article_id": article.id}
    details = {
        "acting_for_organisation_id": actor.acting_for_organisation_id,
        "kind": kind,
        "number": article.live_number or article.head_number,
        "reason": in_one_line(reason)[:LONGEST_REASON],
        "given_at": clock.now(),
    }
    said = upsert(ArticleSignal).values(**key, **details)
    db.session.execute(said.on_conflict_do_update(index_elements=list(key), set_=details))
    assert actor.person_id is not None
    record(ArticleSignalGiven(article_id=article.id, person_id=actor.person_id, says=Code(kind)), by=actor)
    look_again([article.id], by=actor)


def withdraw_signal(actor: Actor, article: Article, kind: str) -> None:
    """Say that no more. Safe to repeat."""
    require(policy.can_signal(actor, article))
    hers = delete(ArticleSignal).where(
        ArticleSignal.person_id == actor.person_id, ArticleSignal.article_id == article.id, ArticleSignal.kind == kind
    )
    if changed_rows(db.session.execute(hers)):
        assert actor.person_id is not None
        record(ArticleSignalWithdrawn(article_id=article.id, person_id=actor.person_id, says=Code(kind)), by=actor)
        look_again([article.id], by=actor)


def mark_helpful(
    actor: Actor,
    article: Article,
    *,
    is_helpful: bool,
    visitor_digest: str | None = None,
    reason: str | None = None,
    note: str = "",
) -> None:
    """Say whether an article helped; saying it again changes it. A visitor is told apart by a digest only."""
    hold(article)  # or two who are counted at once would each count one
    require(policy.can_mark(actor, article))
    if reason is not None and reason not in UNHELPFUL_REASONS:
        raise Invalid("unhelpful_reason", field="reason")
    who = {"visitor_digest": visitor_digest} if actor.is_visitor else {"person_id": actor.person_id}
    details = {
        "is_helpful": is_helpful,
        "reason": None if is_helpful else reason,
        "note": "" if is_helpful else in_one_line(note)[:LONGEST_REASON],
        "number": article.live_number or article.head_number,
        "marked_at": clock.now(),
    }
    marked = upsert(HelpfulMark).values(article_id=article.id, **who, **details)
    db.session.execute(marked.on_conflict_do_update(index_elements=["article_id", *who], set_=details))
    counts = select(func.count()).where(HelpfulMark.article_id == Article.id)
    db.session.execute(
        update(Article)
        .where(Article.id == article.id)
        .values(
            helpful_count=counts.where(HelpfulMark.is_helpful).scalar_subquery(),
            unhelpful_count=counts.where(~HelpfulMark.is_helpful).scalar_subquery(),
        ),
        execution_options={"synchronize_session": False},
    )


def count_read(article: Article) -> None:
    """Count that somebody read an article today; no row says who."""
    today = clock.now().date()
    row = upsert(ArticleReads).values(article_id=article.id, day=today, n=1)
    db.session.execute(row.on_conflict_do_update(index_elements=["article_id", "day"], set_={"n": ArticleReads.n + 1}))
