"""Reading reports: those that wait for moderators, and what became of one's own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.actor import Actor
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.models.reports import Report
from app.db import db
from app.errors import NotFound
from app.privacy.audiences import known_to

MOST = 100


def waiting_reports(viewer: Actor) -> Sequence[Report]:
    """Return what was reported and nobody decided about, the oldest first. The caller made sure that she moderates."""
    open_ones = _reports(viewer).where(Report.settled_at.is_(None), Question.deleted_at.is_(None))
    return db.session.scalars(open_ones.order_by(Report.id)).all()


def report_for(viewer: Actor, report_id: int) -> Report:
    """Return a report about a question the viewer may see. Raises NotFound."""
    found = db.session.scalars(_reports(viewer).where(Report.id == report_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def own_reports(viewer: Actor) -> Sequence[Report]:
    """Return what the viewer reported, the latest first, also what is gone since then."""
    mine = _reports(viewer).where(Report.person_id == viewer.person_id)
    return db.session.scalars(mine.order_by(Report.id.desc())).all()


def _reports(viewer: Actor) -> Select[Report]:
    return (
        select(Report)
        .outerjoin(Answer, Answer.id == Report.answer_id)
        .outerjoin(Comment, Comment.id == Report.comment_id)
        .join(Question, Question.id == func.coalesce(Answer.question_id, Comment.question_id, Report.question_id))
        .where(known_to(viewer, Question.audience))
        .options(
            joinedload(Report.person),
            joinedload(Report.question).joinedload(Question.asker),
            joinedload(Report.answer).options(joinedload(Answer.author), joinedload(Answer.question)),
            joinedload(Report.comment).options(joinedload(Comment.author), joinedload(Comment.question)),
        )
        .limit(MOST)
    )
