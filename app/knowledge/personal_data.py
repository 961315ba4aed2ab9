"""What the knowledge base holds about a person: what she wrote, reviewed and said of articles.

Being forgotten empties her row, not the articles: what was published belongs to those it helps. What she never gave to
anybody goes, and so do her licence and whether an article helped her.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select

from app.db import db
from app.knowledge.models.articles import Article, ArticleAddress, ArticleTag
from app.knowledge.models.care import Gap, KnowledgeTask, Licence, Term
from app.knowledge.models.evidence import ArticleReads, ArticleSignal, ArticleSource, ArticleUse, HelpfulMark
from app.knowledge.models.versions import ArticleReview, ArticleRevision

_PARTS: tuple[Any, ...] = (
    *(ArticleReads, ArticleTag, ArticleAddress, ArticleSource, ArticleUse),
    *(ArticleSignal, HelpfulMark, KnowledgeTask, ArticleReview, ArticleRevision),
)

TABLES: tuple[str, ...] = (
    "articles",
    "article_revisions",
    "article_reviews",
    "article_signals",
    "helpful_marks",
    "article_sources",
    "article_uses",
    "knowledge_licences",
    "knowledge_tasks",
    "knowledge_gaps",
    "knowledge_terms",
)


def export(person_id: int) -> dict[str, Any]:
    """Return everything a person wrote and did here, as JSON values."""
    wrote = select(
        ArticleRevision.article_id,
        ArticleRevision.number,
        ArticleRevision.title,
        ArticleRevision.body,
        ArticleRevision.change,
        ArticleRevision.written_at,
    )
    reviewed = select(
        ArticleReview.article_id,
        ArticleReview.number,
        ArticleReview.decision,
        ArticleReview.note,
        ArticleReview.decided_at,
    )
    said = select(ArticleSignal.article_id, ArticleSignal.kind, ArticleSignal.reason, ArticleSignal.given_at)
    helped = select(HelpfulMark.article_id, HelpfulMark.is_helpful, HelpfulMark.reason, HelpfulMark.note)
    tasks = select(
        KnowledgeTask.article_id,
        KnowledgeTask.kind,
        KnowledgeTask.opened_at,
        KnowledgeTask.seen_at,
        KnowledgeTask.closed_at,
    )
    return {
        "articles_owned": _rows(select(Article.id, Article.slug, Article.title).where(Article.owner_id == person_id)),
        "articles_written": _rows(wrote.where(ArticleRevision.author_id == person_id).order_by(ArticleRevision.id)),
        "articles_reviewed": _rows(reviewed.where(ArticleReview.reviewer_id == person_id).order_by(ArticleReview.id)),
        "articles_tried": _rows(said.where(ArticleSignal.person_id == person_id).order_by(ArticleSignal.id)),
        "articles_that_helped": _rows(helped.where(HelpfulMark.person_id == person_id).order_by(HelpfulMark.id)),
        "articles_used": _rows(
            select(ArticleUse.article_id, ArticleUse.help_request_id, ArticleUse.used_at)
            .where(ArticleUse.used_by_id == person_id)
            .order_by(ArticleUse.id)
        ),
        "answers_in_articles": _rows(
            select(ArticleSource.article_id, ArticleSource.answer_id).where(ArticleSource.author_id == person_id)
        ),
        "knowledge_licence": _rows(select(Licence.level, Licence.since).where(Licence.person_id == person_id)),
        "knowledge_tasks": _rows(tasks.where(KnowledgeTask.for_person_id == person_id).order_by(KnowledgeTask.id)),
        "glossary_terms": _rows(
            select(Term.language, Term.term, Term.definition).where(Term.written_by_id == person_id)
        ),
    }


def erase(person_id: int) -> None:
    """Forget what she kept to herself; what was published stays, without her name."""
    db.session.execute(delete(HelpfulMark).where(HelpfulMark.person_id == person_id))
    db.session.execute(delete(Licence).where(Licence.person_id == person_id))
    hers = list(db.session.scalars(select(Article.id).where(_only_hers(person_id))))
    for table in _PARTS:
        db.session.execute(delete(table).where(table.article_id.in_(hers)))
    for row in db.session.scalars(select(Gap).where(Gap.article_id.in_(hers))):
        row.article_id = None
    for term in db.session.scalars(select(Term).where(Term.article_id.in_(hers))):
        term.article_id = None
    db.session.flush()  # before the articles these led to
    db.session.execute(delete(Article).where(Article.id.in_(hers)))


def _only_hers(person_id: int) -> ColumnElement[bool]:
    """Drafts nobody else ever saw: not published, not in review, and in no words but hers."""
    by_others = exists().where(ArticleRevision.article_id == Article.id, ArticleRevision.author_id != person_id)
    reviewed = exists().where(ArticleReview.article_id == Article.id)
    return (
        (Article.author_id == person_id)
        & Article.live_number.is_(None)
        & (Article.state == "draft")
        & ~by_others
        & ~reviewed
    )


def _rows(query: Any) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row._mapping.items()}
        for row in db.session.execute(query)
    ]
