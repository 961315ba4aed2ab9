"""What notices do about facts: whoever is concerned is told."""

from __future__ import annotations

from app.notifications.spreading import tell_of
from app.outbox.record import Reaction

KINDS = (
    "question_asked",
    "answer_posted",
    "answer_accepted",
    "comment_posted",
    "person_mentioned",
    "offer_made",
    "question_closed",
    "question_reopened",
    "edit_suggested",
    "suggestion_accepted",
    "suggestion_rejected",
)

notices_tell = Reaction("notices.tell", KINDS, tell_of)
