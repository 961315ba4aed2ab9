"""Facts about the order of things: closed, reopened, locked, pinned, moved, and what people ask moderators for."""

from __future__ import annotations

from typing import Literal

from app.outbox.facts import Fact, fact

ClosingReason = Literal["duplicate", "needs_details", "off_topic", "other", "archived"]
PetitionKind = Literal["reopen", "delete"]


@fact("question_closed")
class QuestionClosed(Fact):
    """A question takes no more answers; a duplicate names the question it repeats."""

    question_id: int
    asker_id: int
    reason: ClosingReason
    target_id: int | None


@fact("question_reopened")
class QuestionReopened(Fact):
    """A question takes answers again; `was` is why it did not."""

    question_id: int
    asker_id: int
    was: ClosingReason


@fact("petition_made")
class PetitionMade(Fact):
    """Somebody asks moderators to reopen a question, or to remove it or an answer."""

    petition_id: int
    question_id: int
    person_id: int
    wish: PetitionKind


@fact("petition_settled")
class PetitionSettled(Fact):
    """Moderators did what was asked, or did not."""

    petition_id: int
    question_id: int
    person_id: int
    is_granted: bool


@fact("question_locked")
class QuestionLocked(Fact):
    """Nothing can be added to a question; with `is_locked` false: it can again."""

    question_id: int
    is_locked: bool


@fact("question_pinned")
class QuestionPinned(Fact):
    """A question stands first in its category; with `is_pinned` false: no longer."""

    question_id: int
    is_pinned: bool


@fact("question_moved")
class QuestionMoved(Fact):
    """A question stands in another category."""

    question_id: int
    from_category_id: int
    to_category_id: int
