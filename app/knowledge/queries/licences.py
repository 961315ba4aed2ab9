"""Who holds which licence, and the record behind it."""

from __future__ import annotations

from sqlalchemy import func, select

from app.actor import Actor
from app.db import db
from app.knowledge.licences import Record
from app.knowledge.models.care import Licence
from app.knowledge.models.versions import ArticleReview


def licence_of(viewer: Actor) -> str:
    """Return the viewer's licence; curators are publishers by their right, visitors no more than candidates."""
    if viewer.is_visitor:
        return "candidate"
    return "publisher" if viewer.is_curator else earned_by(viewer.person_id or 0)


def earned_by(person_id: int) -> str:
    """Return the licence this person earned."""
    level = db.session.scalar(select(Licence.level).where(Licence.person_id == person_id))
    return level or "candidate"


def record_of(person_id: int) -> Record:
    """Count what speaks for a person: versions of hers that were approved or sent back, and reviews she gave."""
    as_author = ArticleReview.author_id == person_id
    counted = db.session.execute(
        select(
            func.count().filter(as_author, ArticleReview.decision == "approved"),
            func.count().filter(as_author, ArticleReview.decision == "needs_change"),
            func.count().filter(ArticleReview.reviewer_id == person_id),
        ).where(as_author | (ArticleReview.reviewer_id == person_id))
    ).one()
    return Record(approved=counted[0], sent_back=counted[1], reviews=counted[2])
