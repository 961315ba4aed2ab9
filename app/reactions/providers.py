"""What providers does about facts: whoever joins can help, for herself or an organisation; who helped is counted."""

from __future__ import annotations

from app.accounts.events import PersonJoined
from app.community.events.rearranging import QuestionMerged, QuestionSplit, QuestionUnmerged, QuestionUnsplit
from app.community.events.shelves import TagsMerged, TagsParted
from app.importers.events import AuthorClaimed
from app.organisations.events import MemberJoined, OrganisationFounded
from app.outbox.record import Happening, Reaction
from app.providers.counting import count_help, count_helpers_in, count_helpers_with
from app.providers.services import desk_for, provider_for


def make_peer(happening: Happening) -> None:
    """Make the person of this fact a peer."""
    assert isinstance(happening.fact, PersonJoined)
    provider_for(happening.fact.person_id, None)


def make_member(happening: Happening) -> None:
    """Make the person of this fact a helper of the organisation; who only reads helps nobody."""
    assert isinstance(happening.fact, MemberJoined)
    if happening.fact.role != "reader":
        provider_for(happening.fact.person_id, happening.fact.organisation_id)


def make_desk(happening: Happening) -> None:
    """Give the organisation of this fact a desk."""
    assert isinstance(happening.fact, OrganisationFounded)
    desk_for(happening.fact.organisation_id)


# In the transaction that makes the person, so that she is never there without it.
new_peer = Reaction("providers.peer", ("person_joined",), make_peer, at_once=True)
new_seat = Reaction("providers.seat", ("member_joined",), make_member, at_once=True)
new_desk = Reaction("providers.desk", ("organisation_founded",), make_desk, at_once=True)


OF_THREADS = (
    "question_edited",
    "text_restored",
    "question_deleted",
    "question_restored",
    "question_merged",
    "question_unmerged",
    "question_split",
    "question_unsplit",
    "answer_accepted",
    "answer_unaccepted",
    "answer_deleted",
    "answer_restored",
)


def count_helpers(happening: Happening) -> None:
    """Count those anew who answered where this fact happened, or helped with its topics."""
    match happening.fact:
        case AuthorClaimed() as claimed:
            count_help([claimed.person_id, claimed.author_id])
        case TagsMerged() as merged:
            count_helpers_with([merged.tag_id, merged.into_tag_id])
        case TagsParted() as parted:
            count_helpers_with([parted.tag_id, parted.from_tag_id])
        case QuestionMerged() | QuestionUnmerged() as fact:
            count_helpers_in([fact.question_id, fact.into_id])
        case QuestionSplit() | QuestionUnsplit() as fact:
            count_helpers_in([fact.question_id, fact.from_id])
        case _:
            assert happening.help_request_id is not None
            count_helpers_in([happening.help_request_id])


# Somebody may have thousands of answers, so the worker counts them.
helpers_counted = Reaction(
    "providers.count", (*OF_THREADS, "author_claimed", "tags_merged", "tags_parted"), count_helpers
)
