"""What is known for and against articles, as `confidence` wants it, and as their pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.community.models.posts import Answer
from app.community.queries.visibility import answer_there
from app.db import db
from app.knowledge.confidence import Evidence
from app.knowledge.models.articles import Article
from app.knowledge.models.evidence import ArticleSignal, ArticleSource, ArticleUse, HelpfulMark

DAY_S = 86_400


@dataclass(frozen=True)
class OwnWord:
    """What a viewer said of an article before."""

    signal: str | None = None
    is_helpful: bool | None = None


def evidence_of(ids: Iterable[int], now: datetime) -> dict[int, Evidence]:
    """Return what is known about each of these articles since it was last verified; one statement."""
    said = _since(ArticleSignal.given_at)
    signals = select(func.count()).where(ArticleSignal.article_id == Article.id, said)
    solved = select(func.count()).where(ArticleUse.article_id == Article.id, _since(ArticleUse.resolved_at))
    query = select(
        Article.id,
        Article.verified_at,
        signals.where(ArticleSignal.kind == "worked").correlate(Article).scalar_subquery(),
        signals.where(ArticleSignal.kind == "outdated").correlate(Article).scalar_subquery(),
        solved.correlate(Article).scalar_subquery(),
        _contradicted(),
        _source_changed(),
    ).where(Article.id.in_(list(ids)))
    return {
        row[0]: Evidence(
            days=None if row[1] is None else (now - row[1]).total_seconds() / DAY_S,
            worked=row[2],
            outdated=row[3],
            solved=row[4],
            contradicted=row[5],
            source_changed=bool(row[6]),
        )
        for row in db.session.execute(query)
    }


def own_word(viewer: Actor, article: Article) -> OwnWord:
    """Return what the viewer said of an article before; of a visitor nothing is known. Whether it worked or is
    outdated she says anew after somebody verified it.
    """
    if viewer.is_visitor:
        return OwnWord()
    signal = (
        select(ArticleSignal.kind)
        .join(Article, Article.id == ArticleSignal.article_id)
        .where(Article.id == article.id, ArticleSignal.person_id == viewer.person_id, _since(ArticleSignal.given_at))
    )
    mark = select(HelpfulMark.is_helpful).where(
        HelpfulMark.article_id == article.id, HelpfulMark.person_id == viewer.person_id
    )
    found = db.session.execute(select(signal.scalar_subquery(), mark.scalar_subquery())).one()
    return OwnWord(found[0], found[1])


def made_of_answers(answer_ids: Iterable[int]) -> list[int]:
    """Return the articles that were made of these answers."""
    query = select(ArticleSource.article_id).where(ArticleSource.answer_id.in_(list(answer_ids)))
    return sorted(set(db.session.scalars(query)))


def made_of_request(request_id: int) -> list[int]:
    """Return the articles that were made of what was said to this request."""
    query = select(ArticleSource.article_id).where(ArticleSource.help_request_id == request_id)
    return sorted(set(db.session.scalars(query)))


def _since(moment: Any) -> ColumnElement[bool]:
    """Hold for what happened after the article was last verified; for everything, where nobody verified it."""
    return and_(moment.is_not(None), or_(Article.verified_at.is_(None), moment > Article.verified_at))


def _contradicted() -> ColumnElement[int]:
    """Count the newer answers that were confirmed since, to a question of which no answer that the article was made of
    is confirmed: several answers may be right.
    """
    source, other, said, also = aliased(Answer), aliased(Answer), aliased(Answer), aliased(ArticleSource)
    still_confirmed = (
        exists()
        .where(also.article_id == Article.id, also.help_request_id == ArticleSource.help_request_id)
        .where(said.id == also.answer_id, said.accepted_at.is_not(None), said.deleted_at.is_(None))
    )
    query = (
        select(func.count(func.distinct(other.id)))
        .select_from(ArticleSource)
        .join(source, source.id == ArticleSource.answer_id)
        .join(other, other.question_id == ArticleSource.help_request_id)
        .where(ArticleSource.article_id == Article.id, other.created_at > source.created_at)
        .where(other.deleted_at.is_(None), _since(other.accepted_at), ~still_confirmed)
        .where(~exists().where(also.article_id == Article.id, also.answer_id == other.id))
    )
    return query.correlate(Article).scalar_subquery()


def _source_changed() -> ColumnElement[bool]:
    """Say whether an answer it was made of says something else now, or was taken away."""
    query = exists().where(
        ArticleSource.article_id == Article.id,
        ArticleSource.answer_id == Answer.id,
        or_(Answer.text_version > ArticleSource.text_version, ~answer_there()),
    )
    return query.correlate(Article)
