"""Reading suggested edits. They are seen by who made them, by the author of the post, and by moderators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Answer, Post, Question, question_of
from app.community.models.suggestions import EditSuggestion
from app.community.queries.visibility import answer_there, visible
from app.db import db
from app.errors import NotFound
from app.organisations.capacity import capacity_word
from app.organisations.models import Organisation
from app.outbox.models import DomainEvent
from app.requests.models import HelpRequest

PAGE = 50
SUGGESTION_FACTS = ("edit_suggested", "suggestion_accepted", "suggestion_rejected")


@dataclass(frozen=True)
class SpokenFor:
    """In whose name something was done: an organisation and its kind, perhaps through its agency; or a person."""

    kind: str | None
    organisation: str | None
    through: str | None
    represented: str | None

    @property
    def capacity(self) -> str:
        return capacity_word(self.kind)


@dataclass(frozen=True)
class SuggestionRow:
    """One suggested edit as a list shows it."""

    spoken_for: SpokenFor
    id: int
    question_id: int
    question_title: str
    language: str
    answer_id: int | None
    suggested_by_id: int
    suggester_name: str
    author_name: str
    suggested_at: datetime
    state: str
    reason: str
    decision_reason: str


def spoken_for(suggestion: EditSuggestion) -> dict[str, SpokenFor]:
    """Return in whose name a suggestion was made ("edit_suggested") and decided ("suggestion_accepted", …), by kind of
    fact; one statement.
    """
    through, represented = aliased(Organisation), aliased(Person)
    rows = db.session.execute(
        select(DomainEvent.kind, Organisation.kind, Organisation.name, through.name, represented.name)
        .outerjoin(Organisation, Organisation.id == DomainEvent.acting_for_organisation_id)
        .outerjoin(through, through.id == DomainEvent.through_organisation_id)
        .outerjoin(represented, represented.id == DomainEvent.representing_person_id)
        .where(DomainEvent.help_request_id == question_of(suggestion.post).id, DomainEvent.kind.in_(SUGGESTION_FACTS))
        .where(DomainEvent.payload["suggestion_id"].as_integer() == suggestion.id)
    )
    return {kind: SpokenFor(*names) for kind, *names in rows}


def suggestion_for(viewer: Actor, suggestion_id: int) -> EditSuggestion:
    """Return the suggestion. Raises NotFound when absent or not for this viewer: they look the same."""
    query = (
        select(EditSuggestion)
        .outerjoin(Answer, Answer.id == EditSuggestion.answer_id)
        .join(Question, Question.id == question_id)
        .where(EditSuggestion.id == suggestion_id, visible(viewer), _post_there(), _concerns(viewer))
        .options(
            joinedload(EditSuggestion.suggested_by),
            joinedload(EditSuggestion.decided_by),
            joinedload(EditSuggestion.question).joinedload(Question.asker),
            joinedload(EditSuggestion.answer).joinedload(Answer.author),
            joinedload(EditSuggestion.answer).joinedload(Answer.question),
        )
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def open_suggestion_by(person_id: int | None, post: Post) -> EditSuggestion | None:
    """Return the suggestion this person has waiting for this post."""
    key = EditSuggestion.question_id if isinstance(post, Question) else EditSuggestion.answer_id
    query = select(EditSuggestion).where(
        EditSuggestion.suggested_by_id == person_id, key == post.id, EditSuggestion.state == "open"
    )
    return db.session.scalars(query).one_or_none()


def to_review_for(viewer: Actor) -> Sequence[SuggestionRow]:
    """Return the suggestions that wait for the viewer, oldest first: for moderators all, else those for her posts."""
    query = _rows(viewer).where(EditSuggestion.state == "open", EditSuggestion.suggested_by_id != viewer.person_id)
    return _shown(query.order_by(EditSuggestion.id))


def made_by(viewer: Actor) -> Sequence[SuggestionRow]:
    """Return what the viewer suggested, the newest first, with what became of it."""
    query = _rows(viewer).where(EditSuggestion.suggested_by_id == viewer.person_id)
    return _shown(query.order_by(EditSuggestion.id.desc()))


def waiting_under(viewer: Actor, question: Question) -> Sequence[SuggestionRow]:
    """Return the open suggestions for a question and its answers that concern the viewer."""
    query = _rows(viewer).where(_is_open_under(question.id))
    return _shown(query.order_by(EditSuggestion.id))


def _shown(query: Select[*tuple[Any, ...]]) -> list[SuggestionRow]:
    return [SuggestionRow(SpokenFor(*row[:4]), *row[4:]) for row in db.session.execute(query.limit(PAGE))]


# Of a suggestion for a question no answer is joined, so its own columns stand in.
question_id: ColumnElement[int] = func.coalesce(EditSuggestion.question_id, Answer.question_id)
author_id: ColumnElement[int] = func.coalesce(Answer.author_id, Question.asker_id)


def any_open_under(question_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return, for a statement of the page, whether any suggestion is open there."""
    return exists().where(_is_open_under(question_id))


def _is_open_under(question_id: int | BindParameter[int]) -> ColumnElement[bool]:
    answers = select(Answer.id).where(Answer.question_id == question_id)
    about = or_(EditSuggestion.question_id == question_id, EditSuggestion.answer_id.in_(answers))
    return and_(EditSuggestion.state == "open", about)


def _post_there() -> ColumnElement[bool]:
    return or_(EditSuggestion.answer_id.is_(None), answer_there())


def _concerns(viewer: Actor) -> ColumnElement[bool]:
    if viewer.is_moderator:
        return true()
    return or_(EditSuggestion.suggested_by_id == viewer.person_id, author_id == viewer.person_id)


def _rows(viewer: Actor) -> Select[*tuple[Any, ...]]:
    suggester, author, represented = aliased(Person), aliased(Person), aliased(Person)
    through = aliased(Organisation)
    made = and_(
        DomainEvent.help_request_id == Question.id,
        DomainEvent.kind == "edit_suggested",
        DomainEvent.payload["suggestion_id"].as_integer() == EditSuggestion.id,
    )
    return (
        select(
            Organisation.kind,
            Organisation.name,
            through.name,
            represented.name,
            EditSuggestion.id,
            Question.id,
            Question.title,
            HelpRequest.language,
            EditSuggestion.answer_id,
            EditSuggestion.suggested_by_id,
            suggester.name,
            author.name,
            EditSuggestion.suggested_at,
            EditSuggestion.state,
            EditSuggestion.reason,
            EditSuggestion.decision_reason,
        )
        .outerjoin(Answer, Answer.id == EditSuggestion.answer_id)
        .join(Question, Question.id == question_id)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .join(suggester, suggester.id == EditSuggestion.suggested_by_id)
        .join(author, author.id == author_id)
        .outerjoin(DomainEvent, made)
        .outerjoin(Organisation, Organisation.id == DomainEvent.acting_for_organisation_id)
        .outerjoin(through, through.id == DomainEvent.through_organisation_id)
        .outerjoin(represented, represented.id == DomainEvent.representing_person_id)
        .where(visible(viewer), _post_there(), _concerns(viewer))
    )


def source_of(session: Session, suggestion_id: int) -> tuple[str, str] | None:
    """Return (body, format) of a suggestion, to be rendered before a writing request begins. Says nothing of who may
    see it: the caller asks that before anything is done or shown."""
    row = session.execute(
        select(EditSuggestion.body, EditSuggestion.source_format).where(EditSuggestion.id == suggestion_id)
    ).one_or_none()
    return None if row is None else (row.body, row.source_format)
