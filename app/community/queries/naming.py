"""Whom somebody may mean by what she types after an "@"."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import CompoundSelect, and_, false, func, or_, select, union

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.queries.visibility import answer_there, comment_there
from app.db import db, folded, is_storable
from app.privacy.audiences import PUBLIC
from app.privacy.readers import may_read

MOST = 6
LONGEST = 40


class Nameable(NamedTuple):
    """Somebody who can be named."""

    handle: str
    name: str


def people_to_name(viewer: Actor, typed: str, question: Question | None = None) -> list[Nameable]:
    """Return who has a handle or a name that begins like this: those of the question's page first, then others.

    Only people who may read it; the caller loaded `question` for the viewer. Nothing typed yet: those of the page.
    """
    key = folded(typed[:LONGEST]) if is_storable(typed) else ""
    if not key and (typed or question is None):
        return []
    words = func.lower(Person.name)
    begins = or_(
        Person.handle_key.startswith(key, autoescape=True),
        words.startswith(key, autoescape=True),
        words.contains(f" {key}", autoescape=True),
    )
    others = and_(Person.can_sign_in, Person.suspended_at.is_(None)) if key else false()
    found = select(Person.handle, Person.name).where(begins, Person.id != viewer.person_id).limit(MOST)
    if question is None:
        found = found.where(others, may_read(PUBLIC))
    else:
        is_here = Person.id.in_(_people_of(question))
        found = found.where(or_(is_here, others), may_read(question.audience)).order_by(is_here.desc())
    return [Nameable(*row) for row in db.session.execute(found.order_by(Person.handle_key))]


def _people_of(question: Question) -> CompoundSelect[tuple[int]]:
    return union(
        select(Question.asker_id).where(Question.id == question.id),
        select(Answer.author_id).where(Answer.question_id == question.id, answer_there()),
        select(Comment.author_id).where(Comment.question_id == question.id, comment_there()),
    )
