"""Remembering what somebody looked at, for herself alone. No fact is recorded: what she reads is nobody's business."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, delete, func, select, update

from app import clock
from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.models.readings import CaughtUp, Reading
from app.community.queries.unread import KEPT
from app.db import changed_rows, db, transaction, upsert


def look(actor: Actor, question: Question, *, upto: int) -> None:
    """Note that this person saw the question, with its answers as far as `upto`. The caller loaded it for her.

    What she saw before stays seen, in whatever order two windows tell.
    """
    assert actor.person_id is not None
    # No further than there are answers: else one number sent would hide all that come.
    seen = select(func.coalesce(func.max(Answer.id), 0)).where(Answer.question_id == question.id, Answer.id <= upto)
    now = clock.now()
    row = {"person_id": actor.person_id, "question_id": question.id, "answer_id": seen.scalar_subquery()}
    made = upsert(Reading).values(**row, read_at=now)
    further = case((made.excluded.answer_id > Reading.answer_id, made.excluded.answer_id), else_=Reading.answer_id)
    db.session.execute(
        made.on_conflict_do_update(
            index_elements=["person_id", "question_id"], set_={"answer_id": further, "read_at": now}
        )
    )


def catch_up(actor: Actor, *, upto: datetime) -> datetime:
    """Mark all as read as far as this moment, when the page was shown; return it, by which it is taken back."""
    upto = min(upto, clock.now())
    made = upsert(CaughtUp).values(person_id=actor.person_id, upto=upto)
    again = {"before": CaughtUp.upto, "upto": upto}
    db.session.execute(made.on_conflict_do_update(index_elements=["person_id"], set_=again))
    return upto


def fall_back(actor: Actor, *, upto: datetime) -> bool:
    """Take back what was marked read as far as this moment; say whether there was such a thing."""
    mine = (CaughtUp.person_id == actor.person_id, CaughtUp.upto == upto)
    undone = update(CaughtUp).where(*mine).values(upto=CaughtUp.before, before=None)
    return changed_rows(db.session.execute(undone)) == 1


def forget_old_readings() -> None:
    """Forget what was looked at longer ago than lists look back. A job."""
    with transaction() as session:
        session.execute(delete(Reading).where(Reading.read_at < clock.now() - KEPT))
