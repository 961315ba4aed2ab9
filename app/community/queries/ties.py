"""What ties people to a question besides its words: who has it too, who follows it, and what the viewer did herself.

One statement for all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, and_, bindparam, exists, func, select

from app import clock
from app.actor import Actor
from app.community.models.affected import Affected
from app.community.models.follows import Follow
from app.community.models.posts import Question
from app.community.models.readings import Reading
from app.community.models.votes import Vote
from app.community.queries.suggestions import any_open_under
from app.db import db
from app.drafts.models import Draft
from app.drafts.queries import Slot, lying_at

LATELY = timedelta(days=7)
# A page that is read again tells so no more often than this.
LOOKED_AGAIN = timedelta(days=7)
NUMBERS = ("followers", "how", "affected_lately", "is_affected", "own_vote", "has_suggestions", "seen_upto")


@dataclass(frozen=True)
class Ties:
    """How many people are tied to a question, and whether the viewer is. `own_vote` is hers on the question itself,
    `own_answer` what she wrote in answer and has not sent.

    `affected_lately` counts those who said in the past week that they have it too; `how` is how the viewer came to
    follow it; `has_suggestions` tells of open suggested edits, whoever may see them; `seen_upto` is the newest answer
    when she looked lately, None if she did not.
    """

    followers: int
    how: str | None
    affected_lately: int
    is_affected: bool
    own_vote: int
    has_suggestions: bool
    seen_upto: int | None
    own_answer: Slot

    @property
    def follows(self) -> bool:
        return self.how is not None


def ties_to(viewer: Actor, question: Question) -> Ties:
    """Return the ties of a question. The caller loaded `question` for its viewer."""
    place = f"answer.{question.id}"
    now = clock.now()
    since = {"since": now - LATELY, "looked_since": now - LOOKED_AGAIN}
    asked = {"question_id": question.id, "person_id": viewer.person_id or 0, **since}
    row = db.session.execute(_ties(), {**asked, "place": place}).one()._mapping
    return Ties(**{name: row[name] for name in NUMBERS}, own_answer=Slot(place, row["Draft"]))


@cache
def _ties() -> Select[Any]:
    """Return the statement, put together once: it runs for every page of a question."""
    question_id: BindParameter[int] = bindparam("question_id")
    person_id: BindParameter[int] = bindparam("person_id")
    going_on = (Follow.question_id == question_id, Follow.ended_at.is_(None))
    lately = (Affected.question_id == question_id, Affected.said_at > bindparam("since"))
    own_vote = select(Vote.value).where(Vote.question_id == question_id, Vote.person_id == person_id)
    looked = select(Reading.answer_id).where(Reading.question_id == question_id, Reading.person_id == person_id)
    looked = looked.where(Reading.read_at > bindparam("looked_since"))
    ties = select(
        select(func.count()).where(*going_on).scalar_subquery().label("followers"),
        select(Follow.how).where(*going_on, Follow.person_id == person_id).scalar_subquery().label("how"),
        select(func.count()).where(*lately).scalar_subquery().label("affected_lately"),
        exists().where(Affected.question_id == question_id, Affected.person_id == person_id).label("is_affected"),
        func.coalesce(own_vote.scalar_subquery(), 0).label("own_vote"),
        any_open_under(question_id).label("has_suggestions"),
        looked.scalar_subquery().label("seen_upto"),
    ).subquery()
    own_draft = and_(Draft.person_id == person_id, lying_at(bindparam("place")))
    return select(ties, Draft).select_from(ties).outerjoin(Draft, own_draft)
