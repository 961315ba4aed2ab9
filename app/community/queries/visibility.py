"""Who sees which question, written once."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from app.actor import Actor
from app.community.models.posts import Question
from app.privacy.audiences import known_to


def visible(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on questions that holds for those the viewer may know."""
    return known_to(viewer, Question.audience)
