"""Where a question stands, derived from what holds for it; every service that changes one of these calls `settle`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from app.community.models.closings import Closing
from app.community.models.posts import Answer, Question
from app.community.queries.visibility import answer_there
from app.db import db
from app.requests.models import HelpRequest


def choose_main(question_id: int) -> None:
    """Make the answer confirmed first the main one of its question, of those that are still there; or none."""
    confirmed = (Answer.question_id == question_id, Answer.accepted_at.is_not(None), answer_there())
    first = db.session.execute(
        select(Answer.id, Answer.accepted_at).where(*confirmed).order_by(Answer.accepted_at, Answer.id).limit(1)
    ).one_or_none()
    main = {"accepted_answer_id": first and first.id, "accepted_at": first and first.accepted_at}
    db.session.execute(update(Question).where(Question.id == question_id).values(main))


def settle(question_id: int, *, now: datetime) -> None:
    """Give the request the state that follows from its question as it is now; `state_since` only where it changes."""
    row = db.session.execute(
        select(Question.accepted_answer_id, Question.answers_count, Question.merged_into_id).where(
            Question.id == question_id
        )
    ).one()
    closed_because = db.session.scalar(
        select(Closing.reason).where(Closing.question_id == question_id, Closing.reopened_at.is_(None))
    )
    if row.merged_into_id is not None:
        state = "duplicate"
    elif closed_because is not None:
        state = closed_because if closed_because in {"duplicate", "archived"} else "closed"
    elif row.accepted_answer_id is not None:
        state = "solved"
    else:
        state = "answered" if row.answers_count else "open"
    db.session.execute(
        update(HelpRequest)
        .where(HelpRequest.id == question_id, HelpRequest.state != state)
        .values(state=state, state_since=now)
    )
