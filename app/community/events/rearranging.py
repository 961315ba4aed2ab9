"""Facts about questions that became one, and about one that became two."""

from __future__ import annotations

from datetime import datetime

from app.outbox.facts import Fact, fact


@fact("question_merged")
class QuestionMerged(Fact):
    """A question became part of another, `into_id`, with its answers and comments. `asker_id` is who asked it."""

    question_id: int
    into_id: int
    asker_id: int
    answers: int
    comments: int


@fact("question_unmerged")
class QuestionUnmerged(Fact):
    """A question that was merged at `merged_at` stands by itself again."""

    question_id: int
    into_id: int
    asker_id: int
    merged_at: datetime


@fact("question_split")
class QuestionSplit(Fact):
    """A question was made of answers and comments of another, `from_id`. `asker_id` wrote the first of them."""

    question_id: int
    from_id: int
    asker_id: int
    answers: int
    comments: int


@fact("question_unsplit")
class QuestionUnsplit(Fact):
    """What a question was made of stands where it stood before; the question is gone."""

    question_id: int
    from_id: int
    asker_id: int
