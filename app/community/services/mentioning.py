"""Keeping whom a text names, for those who tell her of it."""

from __future__ import annotations

from sqlalchemy import delete, select

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.community.compose import Composed
from app.community.events import PersonMentioned
from app.community.models.comments import Comment
from app.community.models.mentions import Mention
from app.community.models.posts import Answer, Question
from app.db import db, upsert
from app.outbox.record import record
from app.privacy.readers import may_read


def keep_mentions(actor: Actor, subject: Question | Answer | Comment, question: Question, text: Composed) -> None:
    """Keep whom the text of `subject`, under `question`, names now; one fact for each who was not named before.

    Only people who may read it count, and nobody mentions herself. The text links the others too, which tells nobody.
    """
    column = {Question: Mention.question_id, Answer: Mention.answer_id, Comment: Mention.comment_id}[type(subject)]
    named = sorted(set(text.mentioned) - {actor.person_id})
    can_know = select(Person.id).where(Person.id.in_(named), may_read(question.audience)).order_by(Person.id)
    people = db.session.scalars(can_know).all() if named else []
    if subject.edited_at is not None:
        db.session.execute(delete(Mention).where(column == subject.id, Mention.person_id.not_in(people)))
    for person_id in people:
        row = {"person_id": person_id, column.key: subject.id, "mentioned_at": clock.now()}
        fresh = upsert(Mention).values(row).on_conflict_do_nothing(index_elements=[column.key, "person_id"])
        if db.session.execute(fresh.returning(Mention.id)).one_or_none() is not None:
            _tell(actor, subject, question, person_id)


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
