"""What people look for and no article tells: the work list of who keeps knowledge."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from app.actor import Actor
from app.community.models.posts import Question
from app.community.queries.visibility import visible as visible_question
from app.db import db
from app.errors import NotFound
from app.knowledge import policy
from app.knowledge.models.care import Gap
from app.knowledge.models.evidence import ArticleUse
from app.requests.models import HelpRequest
from app.verdict import require


def gap_for(viewer: Actor, gap_id: int, *, licence: str) -> Gap:
    """Return what is missing, for who keeps knowledge. Raises NotFound."""
    require(policy.can_keep(viewer, licence=licence))
    found = db.session.get(Gap, gap_id)
    if found is None:
        raise NotFound
    return found


def open_gaps(*, size: int = 50) -> Sequence[Gap]:
    """Return what people search for in vain, what was looked for most often first. The caller asked who may see it."""
    query = select(Gap).where(Gap.article_id.is_(None), Gap.dismissed_at.is_(None))
    return db.session.scalars(query.order_by(Gap.times.desc(), Gap.id).limit(size)).all()


def asked_without_article(viewer: Actor, *, size: int = 20) -> list[tuple[int, str, str, int]]:
    """Return id, title, language and people of the questions that most people have and no article answers."""
    people = 1 + Question.affected_count + Question.duplicates_count
    used = select(ArticleUse.id).where(ArticleUse.help_request_id == Question.id)
    query = (
        select(Question.id, Question.title, HelpRequest.language, people)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .where(visible_question(viewer), Question.accepted_answer_id.is_not(None), ~used.exists())
        .order_by(people.desc(), Question.id.desc())
        .limit(size)
    )
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(query)]


def gaps_count() -> int:
    """Count what is missing."""
    query = select(func.count()).where(Gap.article_id.is_(None), Gap.dismissed_at.is_(None))
    return db.session.scalar(query) or 0
