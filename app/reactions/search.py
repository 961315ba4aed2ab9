"""What search does about facts: it remembers that a question is no longer what the index says."""

from __future__ import annotations

from app.community.events.rearranging import QuestionMerged, QuestionSplit, QuestionUnmerged, QuestionUnsplit
from app.community.events.shelves import CategoriesMerged, CategoriesParted, TagRenamed, TagsMerged, TagsParted
from app.outbox.record import Happening, Reaction
from app.search.services import mark_shelved, mark_stale, mark_tagged

CHANGES = (
    "question_asked",
    "question_edited",
    "answer_posted",
    "answer_edited",
    "answer_accepted",
    "answer_unaccepted",
    "vote_cast",
    "question_deleted",
    "question_restored",
    "answer_deleted",
    "answer_restored",
    "comment_posted",
    "comment_edited",
    "comment_deleted",
    "comment_restored",
    "question_closed",
    "question_reopened",
    "question_moved",
    "question_merged",
    "question_unmerged",
    "question_split",
    "question_unsplit",
)


def mark_question(happening: Happening) -> None:
    """Mark the question of this fact, and the other one where two are concerned."""
    assert happening.help_request_id is not None
    also: list[int] = []
    match happening.fact:
        case QuestionMerged() | QuestionUnmerged() as fact:
            also = [fact.question_id]
        case QuestionSplit() | QuestionUnsplit() as fact:
            also = [fact.question_id, fact.from_id]
    mark_stale("question", [happening.help_request_id, *also])


# In the transaction that changes the question, so that no crash and no lease comes between the two.
search_stale = Reaction("search.stale", CHANGES, mark_question, at_once=True)


def mark_relabelled(happening: Happening) -> None:
    """Mark every question that carries the tags of this fact now, or stands in its category."""
    match happening.fact:
        case TagRenamed() as renamed:
            mark_tagged([renamed.tag_id])
        case TagsMerged() as merged:
            mark_tagged([merged.into_tag_id])
        case TagsParted() as parted:
            mark_tagged([parted.tag_id, parted.from_tag_id])
        case CategoriesMerged() as merged:
            mark_shelved(merged.into_category_id)
        case CategoriesParted() as parted:
            mark_shelved(parted.category_id)


# There may be thousands of them, so the worker does it.
RELABELLED = ("tag_renamed", "tags_merged", "tags_parted", "categories_merged", "categories_parted")
search_relabelled = Reaction("search.relabelled", RELABELLED, mark_relabelled)
