"""Saying "I have this too", and taking it back."""

from __future__ import annotations

from sqlalchemy import delete, update

from app import clock
from app.actor import Actor
from app.community import policy
from app.community.events.talk import SaidAffected, TookAffectedBack
from app.community.models.affected import Affected
from app.community.models.posts import Question
from app.community.services.holding import hold
from app.db import changed_rows, db, upsert
from app.outbox.record import record
from app.verdict import require


def say_affected(actor: Actor, question: Question) -> None:
    """Count this person once among those who have the question too."""
    hold(question)
    require(policy.can_say_affected(actor, question))
    assert actor.person_id is not None
    row = {
        "person_id": actor.person_id,
        "acting_for_organisation_id": actor.acting_for_organisation_id,
        "question_id": question.id,
        "said_at": clock.now(),
    }
    fresh = upsert(Affected).values(row).on_conflict_do_nothing(index_elements=["person_id", "question_id"])
    if db.session.execute(fresh.returning(Affected.id)).one_or_none() is not None:
        _count(question, 1)
        record(SaidAffected(question_id=question.id, person_id=actor.person_id), by=actor, request_id=question.id)


def take_affected_back(actor: Actor, question: Question) -> None:
    """Count her no longer."""
    hold(question)
    require(policy.can_take_affected_back(actor, question))
    assert actor.person_id is not None
    mine = delete(Affected).where(Affected.person_id == actor.person_id, Affected.question_id == question.id)
    if changed_rows(db.session.execute(mine)):
        _count(question, -1)
        record(TookAffectedBack(question_id=question.id, person_id=actor.person_id), by=actor, request_id=question.id)


def _count(question: Question, change: int) -> None:
    db.session.execute(
        update(Question).where(Question.id == question.id).values(affected_count=Question.affected_count + change)
    )
