"""What ties people to a question besides its words: who follows it. One statement for all of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from app.actor import Actor
from app.community.models.follows import Follow
from app.community.models.posts import Question
from app.db import db


@dataclass(frozen=True)
class Ties:
    """How many people are tied to a question, and whether the viewer is. `how` is how she came to follow it."""

    followers: int
    how: str | None

    @property
    def follows(self) -> bool:
        return self.how is not None


def ties_to(viewer: Actor, question: Question) -> Ties:
    """Return the ties of a question. The caller loaded `question` for its viewer."""
    going_on = (Follow.question_id == question.id, Follow.ended_at.is_(None))
    followers = select(func.count()).where(*going_on).scalar_subquery()
    how = select(Follow.how).where(*going_on, Follow.person_id == (viewer.person_id or 0)).scalar_subquery()
    return Ties(*db.session.execute(select(followers, how)).one())
