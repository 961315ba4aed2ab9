"""Facts about texts that somebody reports to moderators."""

from __future__ import annotations

from typing import Literal

from app.outbox.facts import Fact, fact

ReportReason = Literal["spam", "abuse", "private", "off_topic", "other"]
ReportOutcome = Literal["removed", "left"]


@fact("report_made")
class ReportMade(Fact):
    """Somebody tells moderators that a question, an answer or a comment breaks the rules."""

    report_id: int
    question_id: int
    answer_id: int | None
    comment_id: int | None
    person_id: int
    reason: ReportReason


@fact("report_settled")
class ReportSettled(Fact):
    """Moderators removed what was reported, or left it; `person_id` reported it."""

    report_id: int
    question_id: int
    person_id: int
    outcome: ReportOutcome
