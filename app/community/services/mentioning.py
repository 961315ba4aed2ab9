"""Keeping whom a text names, for those who tell her of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.community.compose import Composed
from app.community.events.talk import PersonMentioned
from app.community.models.comments import Comment
from app.community.models.mentions import Mention
from app.community.models.posts import Answer, Question
from app.db import db, upsert
from app.outbox.record import record
from app.privacy.readers import may_read

COLUMNS: Mapping[type[Any], InstrumentedAttribute[int | None]] = {
    Question: Mention.question_id,
    Answer: Mention.answer_id,
    Comment: Mention.comment_id,
}


def keep_mentions(actor: Actor, subject: Question | Answer | Comment, question: Question, text: Composed) -> None:
    """Keep whom the text of `subject`, under `question`, names now; one fact for each who was not named before.

    Only people who may read it count, and nobody mentions herself. The text links the others too, which tells nobody.
    """
    column = COLUMNS[type(subject)]
    named = sorted(set(text.mentioned) - {actor.person_id})
    can_know = select(Person.id).where(Person.id.in_(named), may_read(question.audience)).order_by(Person.id)
    for person_id in db.session.scalars(can_know).all() if named else ():
        row = {"person_id": person_id, column.key: subject.id, "mentioned_at": clock.now()}
        fresh = upsert(Mention).values(row).on_conflict_do_nothing(index_elements=[column.key, "person_id"])
        if db.session.execute(fresh.returning(Mention.id)).one_or_none() is not None:
            _tell(actor, subject, question, person_id)


def change_mentions(actor: Actor, subject: Question | Answer | Comment, question: Question, text: Composed) -> None:
    """Do the same after an edit: forget whom the text no longer names."""
    gone = delete(Mention).where(COLUMNS[type(subject)] == subject.id, Mention.person_id.not_in(text.mentioned))
    db.session.execute(gone)
    keep_mentions(actor, subject, question, text)


def _tell(actor: Actor, subject: Question | Answer | Comment, question: Question, person_id: int) -> None:
    assert actor.person_id is not None
    fact = PersonMentioned(
        person_id=person_id,
        by_id=actor.person_id,
        question_id=subject.id if isinstance(subject, Question) else None,
        answer_id=subject.id if isinstance(subject, Answer) else None,
        comment_id=subject.id if isinstance(subject, Comment) else None,
    )
    record(fact, by=actor, request_id=question.id)
