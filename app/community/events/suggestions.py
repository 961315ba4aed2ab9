"""Facts about edits that others suggest, and about answers that everybody may edit."""

from __future__ import annotations

from app.outbox.facts import Fact, fact


@fact("edit_suggested")
class EditSuggested(Fact):
    """Somebody suggested an edit to what another wrote."""

    suggestion_id: int
    question_id: int
    answer_id: int | None
    suggested_by_id: int
    author_id: int


@fact("suggestion_accepted")
class SuggestionAccepted(Fact):
    """A suggested edit was taken over, as it was or with changes. The edit has a fact of its own."""

    suggestion_id: int
    question_id: int
    answer_id: int | None
    suggested_by_id: int
    with_changes: bool


@fact("suggestion_rejected")
class SuggestionRejected(Fact):
    """A suggested edit was turned down, with a reason that stands beside it."""

    suggestion_id: int
    question_id: int
    answer_id: int | None
    suggested_by_id: int


@fact("suggestion_withdrawn")
class SuggestionWithdrawn(Fact):
    """Somebody took her own suggestion back."""

    suggestion_id: int
    question_id: int
    answer_id: int | None
    suggested_by_id: int


@fact("answer_opened_to_all")
class AnswerOpenedToAll(Fact):
    """An answer became a wiki answer: everybody may edit it."""

    answer_id: int
    question_id: int
    author_id: int


@fact("answer_closed_to_others")
class AnswerClosedToOthers(Fact):
    """A wiki answer is its author's again."""

    answer_id: int
    question_id: int
    author_id: int
