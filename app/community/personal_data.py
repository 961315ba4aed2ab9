"""What the community holds about a person: what she asked, answered, voted and wrote over.

Being forgotten empties her row, not her words: what was answered in public belongs to those it helped. Her votes stay
as well, because they say something about others and nothing about her once her row is empty.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.community.models.posts import Answer, Question
from app.community.models.revisions import Revision
from app.community.models.votes import Vote
from app.db import db

TABLES: tuple[str, ...] = ("questions", "answers", "votes", "revisions", "help_requests")


def export(person_id: int) -> dict[str, Any]:
    """Return everything a person wrote and did here, as JSON values."""
    asked = select(Question.id, Question.title, Question.body, Question.audience, Question.created_at)
    answered = select(Answer.question_id, Answer.body, Answer.acting_for_organisation_id, Answer.created_at)
    voted = select(Vote.question_id, Vote.answer_id, Vote.value, Vote.cast_at)
    wrote_over = select(Revision.question_id, Revision.answer_id, Revision.reason, Revision.replaced_at)
    return {
        "asked": _rows(asked.where(Question.asker_id == person_id).order_by(Question.id)),
        "answered": _rows(answered.where(Answer.author_id == person_id).order_by(Answer.id)),
        "voted": _rows(voted.where(Vote.person_id == person_id).order_by(Vote.id)),
        "wrote_over": _rows(wrote_over.where(Revision.replaced_by_id == person_id).order_by(Revision.id)),
    }


def erase(person_id: int) -> None:
    """Keep what was written for everybody: who wrote it can no longer be told."""


def _rows(query: Any) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if name.endswith("_at") else value for name, value in row._mapping.items()}
        for row in db.session.execute(query)
    ]
