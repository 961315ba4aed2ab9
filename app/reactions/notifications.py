"""What notices do about facts: whoever is concerned is told."""

from __future__ import annotations

from app.community.events.rearranging import QuestionMerged, QuestionUnmerged
from app.notifications import cases, services
from app.notifications.spreading import tell_of
from app.outbox.record import Happening, Reaction

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
    "question_merged",
    "report_made",
    "report_settled",
    "question_edited",
    "answer_edited",
    "question_locked",
    "question_pinned",
    "question_moved",
    *cases.KINDS,
)


def carry(happening: Happening) -> None:
    """Let those who want to hear nothing of a question hear nothing of the one it was merged into."""
    match happening.fact:
        case QuestionMerged(question_id=question_id, into_id=into_id):
            services.carry_mutes(question_id, into_id, at=happening.happened_at)
        case QuestionUnmerged(into_id=into_id, merged_at=merged_at):
            services.drop_carried_mutes(into_id, carried_at=merged_at)


notices_carry = Reaction("notices.carry", ("question_merged", "question_unmerged"), carry, at_once=True)
notices_tell = Reaction("notices.tell", KINDS, tell_of)
