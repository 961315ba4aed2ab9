"""Whom a fact concerns, and why. Only who could be told; whether she may be, `telling` asks the policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, or_, select

from app.accounts.models import Person
from app.community.events.closing import QuestionClosed, QuestionLocked, QuestionMoved, QuestionPinned, QuestionReopened
from app.community.events.judging import AnswerAccepted
from app.community.events.posts import AnswerEdited, AnswerPosted, QuestionAsked, QuestionEdited
from app.community.events.rearranging import QuestionMerged
from app.community.events.reporting import ReportMade, ReportSettled
from app.community.events.suggestions import EditSuggested, SuggestionAccepted, SuggestionRejected
from app.community.events.talk import CommentPosted, PersonMentioned
from app.community.models.comments import Comment
from app.community.models.follows import Follow
from app.community.models.posts import Answer, Question
from app.community.models.shelves import QuestionTag
from app.db import db
from app.notifications.cases import CaseNews, asked_by, case_news_of, customer_of, had_before, helpers_of
from app.notifications.models import NoticeItem
from app.notifications.telling import Concerned, News
from app.organisations.models import Membership, is_seated
from app.outbox.models import DomainEvent
from app.outbox.record import Happening
from app.providers.models import Provider
from app.routing.events import OfferMade

MOST_MEMBERS = 200
# How somebody came to follow a question is why she is told.
HOW = {"chosen": "follows_question", "asked": "asked", "answered": "answered", "commented": "commented"}


@dataclass(frozen=True)
class Followed:
    """What people may follow so that a fact concerns them: any of these."""

    question_id: int | None = None
    person_id: int | None = None
    category_id: int | None = None
    tag_ids: Sequence[int] = ()


def news_of(happening: Happening) -> News | None:
    """Return what a fact means to others; None where it means nothing, or is a fact of the past that was imported."""
    fact, event_id, by_id = happening.fact, happening.event_id, happening.actor_id
    request_id = happening.help_request_id
    if happening.actor_kind == "import" or happening.source is not None or request_id is None:
        return None
    if (about_case := case_news_of(fact)) is not None:
        return News(event_id, about_case.kind, request_id, by_id)
    match fact:
        case QuestionAsked():
            return News(event_id, "question", request_id, by_id)
        case AnswerPosted():
            return News(event_id, "answer", request_id, by_id, answer_id=fact.answer_id)
        case AnswerAccepted():
            return News(event_id, "accepted", request_id, by_id, answer_id=fact.answer_id)
        case CommentPosted(comment_id=comment_id, answer_id=answer_id):
            return News(event_id, "comment", request_id, by_id, answer_id=answer_id, comment_id=comment_id)
        case PersonMentioned(answer_id=answer_id, comment_id=comment_id):
            return News(event_id, "mention", request_id, by_id, answer_id=answer_id, comment_id=comment_id)
        case OfferMade():
            return News(event_id, "invited", request_id, None)
        case QuestionClosed():
            return News(event_id, "closed", request_id, by_id)
        case QuestionReopened():
            return News(event_id, "reopened", request_id, by_id)
        case QuestionEdited():
            return News(event_id, "edited", request_id, by_id)
        case AnswerEdited(answer_id=answer_id):
            return News(event_id, "answer_edited", request_id, by_id, answer_id=answer_id)
        case QuestionLocked(is_locked=is_locked):
            return News(event_id, "locked" if is_locked else "unlocked", request_id, by_id)
        case QuestionPinned(is_pinned=True):
            return News(event_id, "pinned", request_id, by_id)
        case QuestionMoved() if _is_moved(event_id, fact):
            return News(event_id, "moved", request_id, by_id)
        case EditSuggested(answer_id=answer_id):
            return News(event_id, "suggestion", request_id, by_id, answer_id=answer_id)
        case SuggestionAccepted(answer_id=answer_id):
            return News(event_id, "suggestion_taken", request_id, by_id, answer_id=answer_id)
        case SuggestionRejected(answer_id=answer_id):
            return News(event_id, "suggestion_refused", request_id, by_id, answer_id=answer_id)
        case QuestionMerged() if _is_merged(fact.question_id):
            return News(event_id, "merged", request_id, by_id)
        case ReportMade(answer_id=answer_id, comment_id=comment_id):
            return News(event_id, "reported", request_id, by_id, answer_id=answer_id, comment_id=comment_id)
        case ReportSettled():
            return News(event_id, "report_settled", request_id, by_id)
    return None


def directly_concerned(happening: Happening) -> list[Concerned]:
    """Return the few people whom a fact concerns by what they did: asked, answered, were invited."""
    if (about_case := case_news_of(happening.fact)) is not None:
        return _taking_part(happening, about_case)
    match happening.fact:
        case AnswerPosted(question_id=question_id):
            return _asker_of(question_id)
        case AnswerAccepted(author_id=author_id):
            return [Concerned(author_id, "wrote")]
        case CommentPosted(question_id=question_id, answer_id=answer_id, parent_id=parent_id):
            return _whose_words(question_id, answer_id, parent_id)
        case PersonMentioned(person_id=person_id):
            return [Concerned(person_id, "mentioned")]
        case QuestionMerged(question_id=question_id):
            return _asker_of(question_id)
        case OfferMade(provider_id=provider_id):
            return [Concerned(each, "invited") for each in _people_of(provider_id)]
        case QuestionClosed(question_id=question_id) | QuestionReopened(question_id=question_id):
            return _asker_of(question_id)
        case (
            QuestionEdited(question_id=question_id)
            | QuestionLocked(question_id=question_id)
            | QuestionPinned(question_id=question_id)
            | QuestionMoved(question_id=question_id)
        ):
            return _asker_of(question_id)
        case AnswerEdited(answer_id=answer_id):
            authors = db.session.scalars(select(Answer.author_id).where(Answer.id == answer_id))
            return [Concerned(author_id, "wrote") for author_id in authors]
        case EditSuggested(author_id=author_id, answer_id=answer_id):
            return [Concerned(author_id, "asked" if answer_id is None else "wrote")]
        case SuggestionAccepted(suggested_by_id=person_id) | SuggestionRejected(suggested_by_id=person_id):
            return [Concerned(person_id, "suggested")]
        case ReportMade():
            return [Concerned(each, "moderates") for each in _moderators()]
        case ReportSettled(person_id=person_id):
            return [Concerned(person_id, "reported")]
    return []


def _taking_part(happening: Happening, news: CaseNews) -> list[Concerned]:
    """Return those on the side, or sides, of a case whom the news is for, and who gets it or had it."""
    assert happening.help_request_id is not None, "news_of leaves out what belongs to no request"
    case_id, promise_id = happening.help_request_id, getattr(happening.fact, "promise_id", None)
    customer = customer_of(case_id) if news.to_customer else ()
    helpers = helpers_of(case_id, promise_id=promise_id) if news.to_helpers else ()
    return [
        *(Concerned(each, "own_case") for each in customer),
        *(Concerned(each, "helps_case") for each in helpers),
        *(Concerned(each, "offered_case") for each in asked_by(news.asked_by)),
        *(Concerned(each, "had_case") for each in had_before(news.taken_by)),
    ]


def followed_in(happening: Happening) -> Followed | None:
    """Return what this fact is about, for those who follow it; None for facts that concern no followers."""
    match happening.fact:
        case QuestionAsked(question_id=question_id, category_id=category_id, asker_id=asker_id):
            tags = select(QuestionTag.tag_id).where(QuestionTag.question_id == question_id)
            return Followed(person_id=asker_id, category_id=category_id, tag_ids=db.session.scalars(tags).all())
        case AnswerPosted(question_id=question_id, author_id=author_id):
            return Followed(question_id=question_id, person_id=author_id)
        case QuestionClosed(reason="archived") | QuestionReopened(was="archived"):
            return None  # that nothing happens is no news; the asker says whether it is still a problem
        case (
            AnswerAccepted(question_id=question_id)
            | CommentPosted(question_id=question_id)
            | QuestionClosed(question_id=question_id)
            | QuestionReopened(question_id=question_id)
        ):
            return Followed(question_id=question_id)
        case QuestionMerged(question_id=question_id):
            return Followed(question_id=question_id)
    return None


def followers(followed: Followed, *, beyond: int, limit: int) -> list[Concerned]:
    """Return followers with ids beyond this one, in the order of ids; of two reasons of one person the nearer first."""
    which: list[ColumnElement[bool]] = []
    if followed.question_id is not None:
        which.append(Follow.question_id == followed.question_id)
    if followed.person_id is not None:
        which.append(Follow.followed_person_id == followed.person_id)
    if followed.tag_ids:
        which.append(Follow.tag_id.in_(followed.tag_ids))
    if followed.category_id is not None:
        which.append(Follow.category_id == followed.category_id)
    nearness = case(
        (Follow.question_id.is_not(None), 0),
        (Follow.followed_person_id.is_not(None), 1),
        (Follow.tag_id.is_not(None), 2),
    )
    rows = db.session.scalars(
        select(Follow)
        .where(or_(*which), Follow.ended_at.is_(None), Follow.person_id > beyond)
        .order_by(Follow.person_id, nearness, Follow.id)
        .limit(limit)
    )
    return [_because_of(follow) for follow in rows]


def _because_of(follow: Follow) -> Concerned:
    if follow.question_id is not None:
        return Concerned(follow.person_id, HOW[follow.how])
    if follow.followed_person_id is not None:
        return Concerned(follow.person_id, "follows_person", follow.followed_person_id)
    if follow.tag_id is not None:
        return Concerned(follow.person_id, "follows_tag", follow.tag_id)
    return Concerned(follow.person_id, "follows_category", follow.category_id)


def _moderators() -> Sequence[int]:
    return db.session.scalars(select(Person.id).where(Person.is_moderator).order_by(Person.id)).all()


def _asker_of(question_id: int) -> list[Concerned]:
    """Return who asked, unless she left her own question."""
    has_left = (
        select(Follow.id)
        .where(Follow.question_id == question_id, Follow.person_id == Question.asker_id, Follow.ended_at.is_not(None))
        .exists()
    )
    asker = select(Question.asker_id).where(Question.id == question_id, ~has_left)
    return [Concerned(each, "asked") for each in db.session.scalars(asker)]


def _whose_words(question_id: int, answer_id: int | None, parent_id: int | None) -> list[Concerned]:
    """Return whose comment is replied to, and whose answer or question is commented on."""
    found = []
    if parent_id is not None:
        author_id = db.session.scalar(select(Comment.author_id).where(Comment.id == parent_id))
        found += [] if author_id is None else [Concerned(author_id, "commented")]
    if answer_id is None:
        return [*found, *_asker_of(question_id)]
    author_id = db.session.scalar(select(Answer.author_id).where(Answer.id == answer_id))
    return found if author_id is None else [*found, Concerned(author_id, "wrote")]


def _is_merged(question_id: int) -> bool:
    """Say whether it still is: most merges that are undone are undone at once."""
    merged = select(Question.id).where(Question.id == question_id, Question.merged_into_id.is_not(None))
    return db.session.scalar(merged) is not None


def _is_moved(event_id: int, fact: QuestionMoved) -> bool:
    """Say whether it still stands there, and was not just put back after a move that nobody heard of."""
    here = select(Question.id).where(Question.id == fact.question_id, Question.category_id == fact.to_category_id)
    if db.session.scalar(here) is None:
        return False
    before = db.session.execute(
        select(DomainEvent.id, DomainEvent.payload)
        .where(
            DomainEvent.help_request_id == fact.question_id,
            DomainEvent.kind == "question_moved",
            DomainEvent.id < event_id,
        )
        .order_by(DomainEvent.id.desc())
        .limit(1)
    ).one_or_none()
    if before is None or before.payload["from_category_id"] != fact.to_category_id:
        return True
    told = select(NoticeItem.id).where(NoticeItem.event_id == before.id).limit(1)
    return db.session.scalar(told) is not None


def _people_of(provider_id: int) -> list[int]:
    """Return who is meant by an invitation: the person herself; for a desk everybody who works there."""
    provider = db.session.get(Provider, provider_id)
    if provider is None:
        return []
    if provider.person_id is not None:
        return [provider.person_id]
    seats = select(Membership.person_id).where(Membership.organisation_id == provider.organisation_id, is_seated())
    return list(db.session.scalars(seats.order_by(Membership.person_id).limit(MOST_MEMBERS)))
