"""What search does about facts: it remembers that a question is no longer what the index says."""

from __future__ import annotations

from app.community.events.posts import QuestionAsked
from app.community.events.rearranging import QuestionMerged, QuestionSplit, QuestionUnmerged, QuestionUnsplit
from app.community.events.shelves import CategoriesMerged, CategoriesParted, TagRenamed, TagsMerged, TagsParted
from app.outbox.record import Happening, Reaction
from app.search.duplicates import after_asking
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


MARKING: dict[str, str] = {
    "article_published": "article",
    "article_archived": "article",
    "article_unarchived": "article",
    "article_verified": "article",
    "article_confidence_changed": "article",
    "service_changed": "service",
    "service_published": "service",
    "service_withdrawn": "service",
}
OF_CASES = ("case_opened", "case_moved", "case_merged", "handover_accepted")
OF_PEOPLE = ("person_joined", "profile_changed")


def mark_other(happening: Happening) -> None:
    """Mark the article, service, case or person of this fact."""
    name = happening.fact.kind
    kind = MARKING.get(name)
    if kind is not None:
        mark_stale(kind, [getattr(happening.fact, f"{kind}_id")])
    elif name in OF_CASES and happening.help_request_id is not None:
        mark_stale("case", [happening.help_request_id])
    elif name in OF_PEOPLE and happening.actor_id is not None:
        mark_stale("person", [happening.actor_id])


search_others_stale = Reaction("search.others_stale", (*MARKING, *OF_CASES, *OF_PEOPLE), mark_other, at_once=True)


def look_at_asked(happening: Happening) -> None:
    """Look whether a new question seems the same as an older one, and count that it was asked after a search."""
    assert isinstance(happening.fact, QuestionAsked)
    after_asking(happening.fact.question_id)


search_asked = Reaction("search.asked", ("question_asked",), look_at_asked)
