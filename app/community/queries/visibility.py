"""Who sees which question and which answer, written once."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists

from app.actor import Actor
from app.community.models.closings import Closing
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.privacy.audiences import known_to


def visible(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on questions that holds for those the viewer may know and that are still there."""
    return and_(known_to(viewer, Question.audience), there())


def there() -> ColumnElement[bool]:
    """Return the condition on questions with a page of their own: not deleted, and not merged into another."""
    return and_(Question.deleted_at.is_(None), Question.merged_into_id.is_(None))


def is_open() -> ColumnElement[bool]:
    """Return the condition on questions that take answers: nobody closed them, and they do not rest in the archive."""
    return ~exists().where(Closing.question_id == Question.id, Closing.reopened_at.is_(None))


def answer_there() -> ColumnElement[bool]:
    """Return the condition on answers that nobody deleted. Whether its question is there is another matter."""
    return Answer.deleted_at.is_(None)


def comment_there() -> ColumnElement[bool]:
    """Return the condition on comments that nobody deleted. Whether its post is there is another matter."""
    return Comment.deleted_at.is_(None)
