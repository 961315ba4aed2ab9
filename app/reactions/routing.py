"""What routing learns from: answers, acceptances and votes become outcomes."""

from __future__ import annotations

from app.community.events.closing import QuestionClosed, QuestionMoved
from app.community.events.judging import AnswerAccepted, AnswerUnaccepted, VoteCast
from app.community.events.posts import (
    AnswerDeleted,
    AnswerPosted,
    AnswerRestored,
    QuestionAsked,
    QuestionDeleted,
    QuestionEdited,
    QuestionRestored,
)
from app.community.events.rearranging import QuestionMerged, QuestionSplit, QuestionUnmerged, QuestionUnsplit
from app.outbox.record import Happening, Reaction
from app.routing import observing
from app.routing.upkeep import ask_for_rebuild


def observe(happening: Happening) -> None:
    """Pass one fact on to routing."""
    fact, event_id, at = happening.fact, happening.event_id, happening.happened_at
    match fact:
        case QuestionAsked() | QuestionEdited() | QuestionMoved():
            observing.changed(fact.question_id)
        case QuestionDeleted() | QuestionRestored() | AnswerDeleted() | AnswerRestored() | QuestionClosed():
            observing.came_or_went(fact.question_id)
        case QuestionMerged():
            observing.moved_on(fact.question_id, fact.into_id)
        case QuestionUnmerged():
            observing.moved_on(fact.into_id, fact.question_id)
        case QuestionSplit():
            observing.moved_on(fact.from_id, fact.question_id)
        case QuestionUnsplit():
            observing.moved_on(fact.question_id, fact.from_id)
        case AnswerPosted():
            observing.answered(event_id, answer_id=fact.answer_id, happened_at=at)
        case AnswerAccepted():
            observing.judged(event_id, "accepted", answer_id=fact.answer_id, value=1, happened_at=at)
        case AnswerUnaccepted():
            observing.judged(event_id, "unaccepted", answer_id=fact.answer_id, value=0, happened_at=at)
        case VoteCast() if fact.answer_id is not None:
            observing.judged(event_id, "voted", answer_id=fact.answer_id, value=fact.value, happened_at=at)


routing_observe = Reaction(
    "routing.observe",
    (
        "question_asked",
        "question_edited",
        "question_deleted",
        "question_restored",
        "question_closed",
        "question_moved",
        "question_merged",
        "question_unmerged",
        "question_split",
        "question_unsplit",
        "answer_posted",
        "answer_deleted",
        "answer_restored",
        "answer_accepted",
        "answer_unaccepted",
        "vote_cast",
    ),
    observe,
)


def describe(_happening: Happening) -> None:
    """Let the state be built anew: what somebody says of herself is in it from its beginning, and so are topics."""
    ask_for_rebuild()


RELABELLED = ("skills_changed", "tags_merged", "tags_parted", "categories_merged", "categories_parted")
routing_describe = Reaction("routing.describe", RELABELLED, describe)
