"""What the community holds about a person: what she asked, answered, voted, tried and wrote over.

Being forgotten empties her row, not her words: what was answered in public belongs to those it helped. Her votes stay
as well, because they say something about others and nothing about her once her row is empty; and so does what she said
of answers, because a warning protects whoever reads it next. What she followed and what she looked at goes, and so do
edits she suggested that nobody took over: they were never published.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select

from app.community.models.acts import Act
from app.community.models.affected import Affected
from app.community.models.closings import Closing, Petition
from app.community.models.comments import Comment
from app.community.models.follows import Follow
from app.community.models.mentions import Mention
from app.community.models.posts import Answer, Question
from app.community.models.readings import CaughtUp, Reading
from app.community.models.reports import Report
from app.community.models.revisions import Revision
from app.community.models.saved_filters import SavedFilter
from app.community.models.signals import Signal
from app.community.models.suggestions import EditSuggestion
from app.community.models.votes import Vote
from app.db import db

TABLES: tuple[str, ...] = (
    "questions",
    "answers",
    "votes",
    "answer_signals",
    "revisions",
    "edit_suggestions",
    "follows",
    "comments",
    "mentions",
    "affected",
    "help_requests",
    "acts",
    "closings",
    "petitions",
    "readings",
    "caught_up",
    "saved_filters",
    "reports",
)


def export(person_id: int) -> dict[str, Any]:
    """Return everything a person wrote and did here, as JSON values."""
    asked = select(
        Question.id, Question.title, Question.body, Question.audience, Question.created_at, Question.deleted_at
    )
    answered = select(
        Answer.question_id, Answer.body, Answer.acting_for_organisation_id, Answer.created_at, Answer.deleted_at
    )
    voted = select(Vote.question_id, Vote.answer_id, Vote.value, Vote.cast_at)
    tried = select(Signal.answer_id, Signal.kind, Signal.product, Signal.version, Signal.reason, Signal.given_at)
    wrote_over = select(Revision.question_id, Revision.answer_id, Revision.reason, Revision.replaced_at)
    suggested = select(EditSuggestion.question_id, EditSuggestion.answer_id, EditSuggestion.title, EditSuggestion.body)
    suggested = suggested.add_columns(EditSuggestion.reason, EditSuggestion.state, EditSuggestion.suggested_at)
    decided = select(EditSuggestion.id, EditSuggestion.state, EditSuggestion.decision_reason, EditSuggestion.decided_at)
    followed = select(Follow.question_id, Follow.tag_id, Follow.category_id, Follow.followed_person_id)
    followed = followed.add_columns(Follow.how, Follow.since.label("followed_at"), Follow.ended_at)
    did = select(Act.kind, Act.question_id, Act.answer_id, Act.tag_id, Act.category_id, Act.done_at, Act.undone_at)
    commented = select(Comment.id, Comment.question_id, Comment.body, Comment.acting_for_organisation_id)
    commented = commented.add_columns(Comment.created_at, Comment.deleted_at, Comment.deletion_reason)
    affected = select(Affected.question_id, Affected.said_at)
    mentioned = select(Mention.question_id, Mention.answer_id, Mention.comment_id, Mention.mentioned_at)
    closed = select(Closing.question_id, Closing.reason, Closing.target_id, Closing.note, Closing.closed_at)
    filters = select(
        SavedFilter.name, SavedFilter.place, SavedFilter.asked, SavedFilter.made_at, SavedFilter.deleted_at
    )
    looked_at = select(Reading.question_id, Reading.read_at)
    asked_for = select(Petition.kind, Petition.question_id, Petition.answer_id, Petition.note, Petition.made_at)
    reported = select(Report.place, Report.reason, Report.note, Report.made_at, Report.outcome, Report.decision)
    return {
        "asked": _rows(asked.where(Question.asker_id == person_id).order_by(Question.id)),
        "answered": _rows(answered.where(Answer.author_id == person_id).order_by(Answer.id)),
        "voted": _rows(voted.where(Vote.person_id == person_id).order_by(Vote.id)),
        "tried": _rows(tried.where(Signal.person_id == person_id).order_by(Signal.id)),
        "wrote_over": _rows(wrote_over.where(Revision.replaced_by_id == person_id).order_by(Revision.id)),
        "commented": _rows(commented.where(Comment.author_id == person_id).order_by(Comment.id)),
        "affected": _rows(affected.where(Affected.person_id == person_id).order_by(Affected.id)),
        "mentioned": _rows(mentioned.where(Mention.person_id == person_id).order_by(Mention.id)),
        "suggested": _rows(suggested.where(EditSuggestion.suggested_by_id == person_id).order_by(EditSuggestion.id)),
        "decided": _rows(decided.where(EditSuggestion.decided_by_id == person_id).order_by(EditSuggestion.id)),
        "followed": _rows(followed.where(Follow.person_id == person_id).order_by(Follow.id)),
        "did": _rows(did.where(Act.person_id == person_id).order_by(Act.id)),
        "closed": _rows(closed.where(Closing.closed_by_id == person_id).order_by(Closing.id)),
        "filters": _rows(filters.where(SavedFilter.person_id == person_id).order_by(SavedFilter.id)),
        "looked_at": _rows(looked_at.where(Reading.person_id == person_id).order_by(Reading.question_id)),
        "marked_as_read": _rows(select(CaughtUp.upto).where(CaughtUp.person_id == person_id)),
        "reported": _rows(reported.where(Report.person_id == person_id).order_by(Report.id)),
        "asked_of_moderators": _rows(asked_for.where(Petition.person_id == person_id).order_by(Petition.id)),
    }


def erase(person_id: int) -> None:
    """Keep what was written for everybody: who wrote it can no longer be told. Forget what she followed, what she
    looked at and saved, and where she was named.
    """
    hers = or_(Follow.person_id == person_id, Follow.followed_person_id == person_id)
    db.session.execute(delete(Follow).where(hers))
    db.session.execute(delete(Reading).where(Reading.person_id == person_id))
    db.session.execute(delete(SavedFilter).where(SavedFilter.person_id == person_id))
    db.session.execute(delete(CaughtUp).where(CaughtUp.person_id == person_id))
    db.session.execute(delete(Mention).where(Mention.person_id == person_id))
    unpublished = (EditSuggestion.suggested_by_id == person_id, EditSuggestion.state != "accepted")
    db.session.execute(delete(EditSuggestion).where(*unpublished))


def _rows(query: Any) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row._mapping.items()}
        for row in db.session.execute(query)
    ]
