"""Reading a question with what stands under it. Every read names its viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.queries.answers import AnswerPage, AnswerRow, answers_on_page
from app.community.queries.closings import Ends, ends_of
from app.community.queries.comments import NOTHING_SAID, Place, Talk, comments_on
from app.community.queries.gone import gone
from app.community.queries.merges import MergedRow, merged_into, moved
from app.community.queries.splits import Relative, relatives_of
from app.community.queries.suggestions import SuggestionRow, waiting_under
from app.community.queries.ties import Ties, ties_to
from app.community.queries.versions import Contributor, contributors_to
from app.community.queries.visibility import visible
from app.community.settings import ANSWERS_PER_PAGE
from app.db import db, folded
from app.errors import DomainError, NotFound
from app.organisations.capacity import capacity_word
from app.privacy.audiences import known_to
from app.requests.models import HelpRequest


@dataclass(frozen=True)
class Wrote:
    """Who wrote something and for whom: an organisation, perhaps through its agency, or a person she represents."""

    name: str
    handle: str
    capacity: str
    organisation: str | None
    through: str | None
    represented: str | None


@dataclass(frozen=True)
class Thread:
    """A question's page: the question and all that stands under it, for one viewer."""

    question: Question
    page: AnswerPage
    ties: Ties
    talks: dict[Place, Talk]
    suggestions: Sequence[SuggestionRow]
    contributors: dict[int, list[Contributor]]
    ends: Ends
    merged: Sequence[MergedRow] = ()
    relatives: Sequence[Relative] = ()
    order: str = "best"

    def talk_on(self, answer_id: int | None) -> Talk:
        """Return the comments on one answer; None is the question itself."""
        return self.talks.get((answer_id, None), NOTHING_SAID)

    def talk_on_merged(self, question_id: int) -> Talk:
        """Return the comments on the text of a question that was merged into this one."""
        return self.talks.get((None, question_id), NOTHING_SAID)

    def merged_called(self, question_id: int | None) -> MergedRow | None:
        """Return the question of this id, where it was merged into this one."""
        return next((row for row in self.merged if row.id == question_id), None)

    @property
    def answers(self) -> list[AnswerRow]:
        """The answers on this page; those of a question with many stand on several."""
        return self.page.rows

    @property
    def wrote(self) -> Wrote:
        """Who wrote the question down, and for whom."""
        request, asker = self.question.request, self.question.asker
        by, organisation = request.entered_by or asker, request.organisation
        return Wrote(
            name=by.name,
            handle=by.handle,
            capacity=capacity_word(organisation.kind if organisation else None),
            organisation=organisation.name if organisation else None,
            through=request.through.name if request.through else None,
            represented=asker.name if by is not asker else None,
        )

    @property
    def accepted(self) -> AnswerRow | None:
        """The answer that solved it, on whichever page; the main one, where several did."""
        return self.page.main

    @property
    def confirmed_count(self) -> int:
        """How many answers the asker says solved it."""
        return self.page.confirmed_count

    @property
    def shared_names(self) -> frozenset[str]:
        """Names that several people on this page carry: beside these their handles tell who is who."""
        people = {(self.question.asker.handle, self.question.asker.name)}
        people |= {(row.author_handle, row.author_name) for row in self.answers}
        names = [folded(name) for _handle, name in people]
        return frozenset(name for _handle, name in people if names.count(folded(name)) > 1)

    @property
    def first_answer(self) -> AnswerRow | None:
        """The answer that was there first, on whichever page."""
        return self.page.first


def thread_of(
    viewer: Actor, question: Question, *, order: str = "best", number: int = 1, around: int | None = None
) -> Thread:
    """Return all that stands on a page of a question. The caller loaded `question` for its viewer.

    `number` is the page of answers, `around` an answer to be on it. Raises NotFound for a page that is not there.
    """
    size = ANSWERS_PER_PAGE.value
    page = answers_on_page(viewer, question, order=order, size=size, number=number, around=around)
    ties = ties_to(viewer, question)
    return Thread(
        question=question,
        page=page,
        ties=ties,
        talks=comments_on(question, [row.answer.id for row in page.rows]),
        suggestions=waiting_under(viewer, question) if ties.has_suggestions and not viewer.is_visitor else [],
        contributors=contributors_to(question) if any(row.answer.wiki_at for row in page.rows) else {},
        order=order,
        ends=ends_of(viewer, question),
        merged=merged_into(question),
        relatives=relatives_of(question),
    )


def question_for(viewer: Actor, question_id: int) -> Question:
    """Return the question. Raises NotFound when absent or hidden: the two look the same from outside; Gone with the
    reason when it, or what it is part of now, was deleted and the viewer could have known it; Moved when it is part of
    another.
    """
    question = db.session.scalars(_whole().where(Question.id == question_id, visible(viewer))).one_or_none()
    if question is None:
        raise _gone_or_absent(viewer, question_id)
    return question


@cache
def _whole() -> Select[Question]:
    """Return the statement that reads questions with what their page tells of who asked. Put together once."""
    request = joinedload(Question.request)
    return (
        select(Question)
        .options(joinedload(Question.asker), joinedload(Question.category))
        .options(request.joinedload(HelpRequest.entered_by))
        .options(request.joinedload(HelpRequest.organisation), request.joinedload(HelpRequest.through))
    )


def answer_for(viewer: Actor, answer_id: int) -> Answer:
    """Return the answer with its question. Raises NotFound when absent or its question is hidden."""
    answer = db.session.scalars(
        select(Answer)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.id == answer_id, known_to(viewer, Question.audience))
        .options(joinedload(Answer.question), joinedload(Answer.author))
    ).one_or_none()
    if answer is None:
        raise NotFound
    if answer.question.deleted_at is not None:
        raise gone(answer.question)
    if answer.deleted_at is not None:
        raise gone(answer)
    return answer


def even_deleted_question(viewer: Actor, question_id: int) -> Question:
    """Return the question, also when it was deleted. Raises NotFound when absent or not for the viewer."""
    question = db.session.scalars(
        select(Question)
        .where(Question.id == question_id, known_to(viewer, Question.audience))
        .options(joinedload(Question.category), joinedload(Question.request))
    ).one_or_none()
    if question is None:
        raise NotFound
    return question


def _gone_or_absent(viewer: Actor, question_id: int) -> DomainError:
    """Return why a question cannot be shown. Only called where it cannot, so the usual page costs no statement more."""
    try:
        found = even_deleted_question(viewer, question_id)
    except NotFound as absent:
        return absent
    return gone(found) if found.merged_into_id is None else moved(found)
