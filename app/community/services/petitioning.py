"""Asking moderators for what one may not do oneself: to reopen a question, to remove what others have answered."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app import clock
from app.actor import Actor
from app.community import policy
from app.community.events.closing import PetitionKind, PetitionMade, PetitionSettled
from app.community.models.closings import Petition
from app.community.models.posts import Answer, Question
from app.community.queries import closings
from app.db import changed_rows, db
from app.errors import Conflict
from app.outbox.record import record
from app.verdict import require


def ask_reopening(actor: Actor, question: Question, *, words: str = "") -> Petition:
    """Let the asker ask to have her question opened again."""
    require(policy.can_ask_reopening(actor, question))
    return _ask(actor, question, "reopen", words)


def ask_deletion(actor: Actor, subject: Question | Answer, *, words: str = "") -> Petition:
    """Let an author ask to have removed what she may no longer remove herself."""
    require(policy.can_ask_deletion(actor, subject))
    is_answer = isinstance(subject, Answer)
    question = subject.question if isinstance(subject, Answer) else subject
    return _ask(actor, question, "delete", words, answer_id=subject.id if is_answer else None)


def improved(question_id: int, person_id: int) -> None:
    """Ask for a reopening when the asker has edited a question that needed details. Called by a reaction."""
    question = db.session.get(Question, question_id)
    if question is None or question.asker_id != person_id:
        return
    closing = closings.closing_of(question)
    if closing is not None and closing.reason == "needs_details":
        by = Actor(kind="person", person_id=person_id)
        if closings.open_petition(question_id, "reopen") is None:
            _ask(by, question, "reopen", "")


def decline(actor: Actor, petition: Petition) -> None:
    """Say no."""
    require(policy.can_moderate(actor))
    if not _settle(actor, petition.id, is_granted=False):
        raise Conflict("petition_settled", _l("This was answered already."))


def grant(actor: Actor, question_id: int, kind: PetitionKind, *, answer_id: int | None = None) -> None:
    """Answer what was asked about a question or an answer, because it was done."""
    petition_id = closings.open_petition(question_id, kind, answer_id=answer_id)
    if petition_id is not None:
        _settle(actor, petition_id, is_granted=True)


def _ask(actor: Actor, question: Question, kind: PetitionKind, words: str, *, answer_id: int | None = None) -> Petition:
    assert actor.person_id is not None
    if closings.open_petition(question.id, kind, answer_id=answer_id) is not None:
        raise Conflict("petition_made", _l("This was asked already. A moderator will look at it."))
    petition = Petition(
        kind=kind,
        question_id=question.id,
        answer_id=answer_id,
        person_id=actor.person_id,
        note=" ".join(words.split()),
        made_at=clock.now(),
    )
    db.session.add(petition)
    db.session.flush()  # the fact carries the id
    record(
        PetitionMade(petition_id=petition.id, question_id=question.id, wish=kind, person_id=actor.person_id),
        by=actor,
        request_id=question.id,
    )
    return petition


def _settle(actor: Actor, petition_id: int, *, is_granted: bool) -> bool:
    settled = db.session.execute(
        update(Petition)
        .where(Petition.id == petition_id, Petition.settled_at.is_(None))
        .values(settled_at=clock.now(), settled_by_id=actor.person_id, is_granted=is_granted)
    )
    if changed_rows(settled) != 1:
        return False
    row = db.session.get_one(Petition, petition_id)
    record(
        PetitionSettled(
            petition_id=petition_id, question_id=row.question_id, person_id=row.person_id, is_granted=is_granted
        ),
        by=actor,
        request_id=row.question_id,
    )
    return True
