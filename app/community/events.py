"""Facts about questions and answers."""

from __future__ import annotations

from typing import Literal

from app.outbox.facts import Code, Fact, fact

Deletion = Literal["by_author", "spam", "abuse", "private", "off_topic", "other"]
ClosingReason = Literal["duplicate", "needs_details", "off_topic", "other", "archived"]
PetitionKind = Literal["reopen", "delete"]


@fact("question_asked")
class QuestionAsked(Fact):
    """Somebody asked a question."""

    question_id: int
    asker_id: int
    category_id: int


@fact("question_edited")
class QuestionEdited(Fact):
    """The words, the category or the tags of a question changed."""

    question_id: int


@fact("answer_posted")
class AnswerPosted(Fact):
    """Somebody answered a question."""

    answer_id: int
    question_id: int
    author_id: int


@fact("answer_edited")
class AnswerEdited(Fact):
    """The words of an answer changed."""

    answer_id: int
    question_id: int


@fact("text_restored")
class TextRestored(Fact):
    """Somebody brought back an older version of a question or an answer. The edit has a fact of its own."""

    question_id: int
    answer_id: int | None
    number: int


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


@fact("answer_accepted")
class AnswerAccepted(Fact):
    """The asker says that this answer solved it."""

    answer_id: int
    question_id: int
    author_id: int
    asker_id: int


@fact("answer_unaccepted")
class AnswerUnaccepted(Fact):
    """The asker takes an acceptance back."""

    answer_id: int
    question_id: int


@fact("votes_tallied")
class VotesTallied(Fact):
    """A source says that a text got votes on the day of this fact; less than zero: that it has fewer of them now."""

    question_id: int
    answer_id: int | None
    author_id: int
    ups: int
    downs: int


@fact("vote_cast")
class VoteCast(Fact):
    """Somebody voted, changed a vote (`previous` is what it was) or took it back (`value` 0)."""

    question_id: int
    answer_id: int | None
    person_id: int
    author_id: int
    value: int
    previous: int


@fact("followed")
class Followed(Fact):
    """Somebody chose to follow a question, a tag, a category or a person: exactly one is given."""

    person_id: int
    question_id: int | None
    tag_id: int | None
    category_id: int | None
    followed_person_id: int | None


@fact("unfollowed")
class Unfollowed(Fact):
    """Somebody no longer follows it."""

    person_id: int
    question_id: int | None
    tag_id: int | None
    category_id: int | None
    followed_person_id: int | None


@fact("evidence_given")
class EvidenceGiven(Fact):
    """Somebody who tried an answer says of it: worked, outdated or dangerous (`says`)."""

    answer_id: int
    question_id: int
    author_id: int
    person_id: int
    says: Code


@fact("evidence_withdrawn")
class EvidenceWithdrawn(Fact):
    """Somebody no longer says that of an answer, or a moderator took her warning away."""

    answer_id: int
    question_id: int
    author_id: int
    person_id: int
    says: Code


@fact("question_deleted")
class QuestionDeleted(Fact):
    """A question was taken away; its row stays."""

    question_id: int
    asker_id: int
    reason: Deletion


@fact("question_restored")
class QuestionRestored(Fact):
    """A deleted question is back."""

    question_id: int
    asker_id: int


@fact("answer_deleted")
class AnswerDeleted(Fact):
    """An answer was taken away; its row stays."""

    answer_id: int
    question_id: int
    author_id: int
    reason: Deletion


@fact("answer_restored")
class AnswerRestored(Fact):
    """A deleted answer is back."""

    answer_id: int
    question_id: int
    author_id: int


@fact("comment_posted")
class CommentPosted(Fact):
    """Somebody commented on a question (no `answer_id`) or an answer; with `parent_id`, in reply to a comment."""

    comment_id: int
    question_id: int
    answer_id: int | None
    parent_id: int | None
    author_id: int


@fact("comment_edited")
class CommentEdited(Fact):
    """The words of a comment changed."""

    comment_id: int
    question_id: int


@fact("comment_deleted")
class CommentDeleted(Fact):
    """A comment was taken away; its row stays."""

    comment_id: int
    question_id: int
    reason: Deletion


@fact("comment_restored")
class CommentRestored(Fact):
    """A deleted comment was put back."""

    comment_id: int
    question_id: int


@fact("person_mentioned")
class PersonMentioned(Fact):
    """A text names somebody who may read it; exactly one of question, answer and comment is the text."""

    person_id: int
    by_id: int
    question_id: int | None
    answer_id: int | None
    comment_id: int | None


@fact("affected")
class SaidAffected(Fact):
    """Somebody has this question too."""

    question_id: int
    person_id: int


@fact("unaffected")
class TookAffectedBack(Fact):
    """Somebody does not have this question after all, or no longer."""

    question_id: int
    person_id: int


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
