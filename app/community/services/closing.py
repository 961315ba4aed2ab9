"""Closing and reopening a question, archiving what fell silent, and asking moderators."""

from __future__ import annotations

from datetime import timedelta

import structlog
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.actor import SYSTEM, Actor
from app.community import policy
from app.community.events.closing import ClosingReason, QuestionClosed, QuestionReopened
from app.community.models.acts import Act
from app.community.models.closings import Closing
from app.community.models.posts import Question
from app.community.queries import closings
from app.community.queries.visibility import there
from app.community.services import petitioning
from app.community.services.holding import hold, hold_even_gone
from app.community.services.noting import note
from app.community.services.state import settle
from app.community.settings import ARCHIVE_DAYS
from app.db import changed_rows, db, own_session, transaction
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.privacy.audiences import PUBLIC
from app.prose.language import detect_language
from app.requests.models import HelpRequest
from app.verdict import require

SHORTEST_NOTE = 10
LONGEST_CHAIN = 20
ARCHIVED_AT_ONCE = 200

log = structlog.get_logger(__name__)


def close(
    actor: Actor,
    question: Question,
    *,
    reason: ClosingReason,
    target: Question | None = None,
    words: str = "",
) -> Act:
    """Close a question: it takes no more answers. `target` is what a duplicate repeats, `words` what is needed.

    Raises Invalid for a target that readers of the question could not read, or that leads back here.
    """
    if target is not None:
        hold_even_gone(question.id, target.id)
    hold(question)
    require(policy.can_close(actor, question))
    words = " ".join(words.split())
    if reason not in policy.closing_reasons(actor, question):
        raise Invalid("closing_reason", _l("Choose a reason from the list."), field="reason")
    if reason == "duplicate":
        _check_target(question, target)
    if reason == "needs_details" and len(words) < SHORTEST_NOTE:
        raise Invalid("closing_note", _l("Say exactly what is missing, so that it can be added."), field="words")
    closing = _close(actor, question, reason=reason, target=target if reason == "duplicate" else None, words=words)
    return note(actor, "closed", question.id, closing_id=closing.id)


def reopen(actor: Actor, question: Question) -> Act | None:
    """Open a closed question again, also by saying of an archived one that it is still a problem.

    Return the act; None for what was archived, where there is nothing to take back.
    """
    hold(question)
    closing = closings.closing_of(question)
    if closing is None:
        raise Conflict("not_closed", _l("This question is open already."))
    require(policy.can_reopen(actor, question, closing))
    _reopen(actor, question, closing)
    return None if closing.reason == "archived" else note(actor, "reopened", question.id, closing_id=closing.id)


def take_back_closing(actor: Actor, question: Question, closing_id: int) -> None:
    """Undo a closing: it must be the one that holds now."""
    hold(question)
    closing = closings.closing_of(question)
    if closing is None or closing.id != closing_id:
        raise Conflict("changed_since", _l("This changed since then, so it cannot be undone."))
    require(policy.can_reopen(actor, question, closing))
    _reopen(actor, question, closing)


def take_back_reopening(actor: Actor, question: Question, closing_id: int) -> None:
    """Undo a reopening: the question is closed again, as it was."""
    hold(question)
    require(policy.can_close(actor, question))
    if closings.closing_of(question) is not None:
        raise Conflict("changed_since", _l("This changed since then, so it cannot be undone."))
    closing = db.session.get_one(Closing, closing_id)
    if closing.target is not None:
        target_id = closing.target.merged_into_id or closing.target_id  # where it is by now
        if target_id == question.id:
            raise Conflict("changed_since", _l("This changed since then, so it cannot be undone."))
        _check_target(question, db.session.get_one(Question, target_id))
        closing.target_id = target_id
    closing.reopened_at = closing.reopened_by_id = None
    db.session.flush()  # the counts below read the row
    _touch(question.id)
    _tell_closed(actor, question, closing)


def archive_silent_questions() -> None:
    """Archive questions without a solution on which nothing happened for as long as the setting says. A job."""
    days = ARCHIVE_DAYS.value
    if not days:
        return
    silent = (
        select(Question.id)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .where(HelpRequest.state.in_(("open", "answered")), there())
        .where(Question.last_activity_at < clock.now() - timedelta(days=days), Question.pinned_at.is_(None))
        .order_by(Question.last_activity_at, Question.id)
        .limit(ARCHIVED_AT_ONCE)
    )
    with own_session() as session:
        due = session.scalars(silent).all()
    for question_id in due:
        with transaction() as session:
            hold_even_gone(question_id)
            if session.scalar(silent.where(Question.id == question_id)) is not None:  # nothing happened meanwhile
                _close(SYSTEM, session.get_one(Question, question_id), reason="archived", target=None, words="")
    if due:
        log.info("questions_archived", questions=len(due))


def _close(actor: Actor, question: Question, *, reason: ClosingReason, target: Question | None, words: str) -> Closing:
    language, _how = detect_language(words, question.request.language) if words else ("en", "")
    closing = Closing(
        question_id=question.id,
        reason=reason,
        target_id=None if target is None else target.id,
        note=words,
        note_language=language,
        closed_by_id=actor.person_id,
        closed_at=clock.now(),
    )
    db.session.add(closing)
    try:
        db.session.flush()  # of two who close at once, one comes first; the fact carries the target
    except IntegrityError as error:
        raise Conflict("closed_meanwhile", _l("Somebody else closed this question meanwhile.")) from error
    _touch(question.id)
    _tell_closed(actor, question, closing)
    return closing


def _reopen(actor: Actor, question: Question, closing: Closing) -> None:
    opened = db.session.execute(
        update(Closing)
        .where(Closing.id == closing.id, Closing.reopened_at.is_(None))
        .values(reopened_at=clock.now(), reopened_by_id=actor.person_id)
    )
    if changed_rows(opened) != 1:
        raise Conflict("not_closed", _l("This question is open already."))
    _touch(question.id, last_activity_at=clock.now())
    _count_duplicate(closing, -1)
    petitioning.grant(actor, question.id, "reopen")
    record(
        QuestionReopened(question_id=question.id, asker_id=question.asker_id, was=closing.reason),  # type: ignore[arg-type]
        by=actor,
        request_id=question.id,
    )


def _count_duplicate(closing: Closing, change: int) -> None:
    """Add to the number of questions that repeat the target; its page asks for them only where there are any."""
    if closing.target_id is not None:
        counted = {"duplicates_count": Question.duplicates_count + change}
        db.session.execute(update(Question).where(Question.id == closing.target_id).values(counted))


def _tell_closed(actor: Actor, question: Question, closing: Closing) -> None:
    _count_duplicate(closing, 1)
    record(
        QuestionClosed(
            question_id=question.id,
            asker_id=question.asker_id,
            reason=closing.reason,  # type: ignore[arg-type]
            target_id=closing.target_id,
        ),
        by=actor,
        request_id=question.id,
    )


def _touch(question_id: int, **more: object) -> None:
    values = {"row_version": Question.row_version + 1, **more}
    db.session.execute(update(Question).where(Question.id == question_id).values(values))
    settle(question_id, now=clock.now())


def _check_target(question: Question, target: Question | None) -> None:
    """Raise Invalid unless a duplicate may name this target: there, readable by the same people, and no way back."""
    if target is not None and target.id == question.id:
        raise Invalid("closing_target_itself", _l("This is the same question. Choose another one."), field="target")
    if target is None or target.deleted_at is not None or target.merged_into_id is not None:
        raise Invalid("closing_target", _l("Give the address of the question that this one repeats."), field="target")
    if target.audience not in {PUBLIC, question.audience}:
        raise Invalid(
            "closing_target_hidden", _l("Not everybody who reads this question may read that one."), field="target"
        )
    at: int | None = target.id
    for _step in range(LONGEST_CHAIN):
        if at is None:
            return
        if at == question.id:
            break
        at = closings.target_of(at)
    raise Invalid("closing_target_loop", _l("That question is itself marked as the same as this one."), field="target")
