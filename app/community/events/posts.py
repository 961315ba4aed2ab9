"""Facts about questions and answers: written, edited, deleted."""

from __future__ import annotations

from typing import Literal

from app.outbox.facts import Fact, fact

Deletion = Literal["by_author", "spam", "abuse", "private", "off_topic", "other"]


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
