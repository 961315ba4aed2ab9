"""What ties people to a question besides its words: who has it too, who follows it, and what the viewer did herself.

One statement for all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from app import clock
from app.actor import Actor
from app.community.models.affected import Affected
from app.community.models.follows import Follow
from app.community.models.posts import Question
from app.community.models.votes import Vote
from app.community.queries.suggestions import any_open_under
from app.db import db
from app.drafts.models import Draft
from app.drafts.queries import Slot, own_at

LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Ties:
    """How many people are tied to a question, and whether the viewer is. `own_vote` is hers on the question itself,
    `own_answer` what she wrote in answer and has not sent.

    `affected_lately` counts those who said in the past week that they have it too; `how` is how the viewer came to
    follow it; `has_suggestions` tells of open suggested edits, whoever may see them.
    """

    followers: int
    how: str | None
    affected_lately: int
    is_affected: bool
    own_vote: int
    has_suggestions: bool
    own_answer: Slot

    @property
    def follows(self) -> bool:
        return self.how is not None


def ties_to(viewer: Actor, question: Question) -> Ties:
    """Return the ties of a question. The caller loaded `question` for its viewer."""
    going_on = (Follow.question_id == question.id, Follow.ended_at.is_(None))
    followers = select(func.count()).where(*going_on).scalar_subquery()
    how = select(Follow.how).where(*going_on, Follow.person_id == (viewer.person_id or 0)).scalar_subquery()
    lately = select(func.count()).where(Affected.question_id == question.id, Affected.said_at > clock.now() - LATELY)
    mine = select(Affected.id).where(Affected.question_id == question.id)
    is_affected = mine.where(Affected.person_id == (viewer.person_id or 0)).exists()
    vote = select(Vote.value).where(Vote.question_id == question.id, Vote.person_id == (viewer.person_id or 0))
    own_vote = func.coalesce(vote.scalar_subquery(), 0)
    numbers = {
        "followers": followers,
        "how": how,
        "affected_lately": lately.scalar_subquery(),
        "is_affected": is_affected,
        "own_vote": own_vote,
        "has_suggestions": any_open_under(question),
    }
    ties = select(*(each.label(name) for name, each in numbers.items())).subquery()
    place = f"answer.{question.id}"
    query = select(ties, Draft).select_from(ties).outerjoin(Draft, own_at(viewer, place))
    row = db.session.execute(query).one()._mapping
    return Ties(**{name: row[name] for name in numbers}, own_answer=Slot(place, row["Draft"]))
