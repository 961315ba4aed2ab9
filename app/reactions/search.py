"""What search does about facts: it remembers that a question is no longer what the index says."""

from __future__ import annotations

from app.outbox.record import Happening, Reaction
from app.search.services import mark_stale

CHANGES = (
    "question_asked",
    "question_edited",
    "answer_posted",
    "answer_edited",
    "answer_accepted",
    "answer_unaccepted",
    "vote_cast",
    "question_deleted",
    "question_restored",
    "answer_deleted",
    "answer_restored",
    "comment_posted",
    "comment_edited",
    "comment_deleted",
    "comment_restored",
    "question_closed",
    "question_reopened",
    "question_moved",
)


def mark_question(happening: Happening) -> None:
    """Mark the question of this fact."""
    assert happening.help_request_id is not None
    mark_stale("question", [happening.help_request_id])


# In the transaction that changes the question, so that no crash and no lease comes between the two.
search_stale = Reaction("search.stale", CHANGES, mark_question, at_once=True)
