"""Facts about comments, mentions, "I have this too" and following."""

from __future__ import annotations

from app.community.events.posts import Deletion
from app.outbox.facts import Fact, fact


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
