"""Whether both sides mean the same: the request said again in one sentence, and what the customer says is not right."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app import clock
from app.actor import Actor
from app.cases import promise_policy as policy
from app.cases.lengths import DISPUTE_SUBJECTS, LONGEST_POINT
from app.cases.models.cases import Case
from app.cases.models.promises import CasePoint, Promise
from app.cases.services.holding import HasId, hold
from app.cases.services.promising import answer_point, held_point, put_point
from app.cases.services.waiting import go_on, wait_for_customer
from app.cases.settings import SILENCE_DAYS
from app.db import db, is_storable
from app.errors import Invalid
from app.privacy.queries import has_detail
from app.verdict import require


def state_understanding(actor: Actor, case: HasId, *, words: str, is_confirmed: bool = False) -> CasePoint:
    """Say in one sentence what the customer asks, and wait until she confirms it or says what it is instead.

    Work begins then; after some days of silence it may begin as it was said.

    `is_confirmed` notes that she said yes by telephone or at the desk, in a case that somebody wrote down for her. One
    that waits is replaced. Raises Invalid for no words, or a yes noted in a case that she wrote herself.
    """
    held = hold(case)
    require(policy.can_ask_customer(actor, held))
    words = _checked_words(words)
    if is_confirmed and not policy.is_entered(held.request):
        words_to_her = _l("She reads it here herself. Ask her to confirm it.")
        raise Invalid("not_entered", words_to_her, field="is_confirmed")
    waits = select(CasePoint).where(
        CasePoint.help_request_id == held.id, CasePoint.kind == "understanding", CasePoint.answer.is_(None)
    )
    for before in db.session.scalars(waits.execution_options(populate_existing=True)).all():
        answer_point(actor, held, before, "replaced")
    point = put_point(actor, held, kind="understanding", words=words)
    if is_confirmed:
        answer_point(actor, held, point, "confirmed")
        held.work_from = clock.now()
        go_on(actor, held, by="holder")
    else:
        held.work_from = clock.now() + timedelta(days=SILENCE_DAYS.value)
        wait_for_customer(actor, held)
    return point


def confirm_understanding(actor: Actor, case: HasId, point_id: int) -> None:
    """Say, as the customer, that this is what one means; work may start."""
    held, point = _held_understanding(actor, case, point_id)
    answer_point(actor, held, point, "confirmed")
    held.work_from = clock.now()
    go_on(actor, held)


def correct_understanding(actor: Actor, case: HasId, point_id: int, *, words: str) -> None:
    """Say, as the customer, what one means instead; with that it is known, and work may start. Raises Invalid for no
    words.
    """
    held, point = _held_understanding(actor, case, point_id)
    answer_point(actor, held, point, "corrected", words=_checked_words(words))
    held.work_from = clock.now()
    go_on(actor, held)


def dispute(
    actor: Actor,
    case: HasId,
    *,
    about: str,
    words: str,
    detail_id: int | None = None,
    promise_id: int | None = None,
) -> CasePoint:
    """Say, as the customer, that a detail, an amount or a promise is not right. What is due stands still from now on,
    in the whole case. Raises Invalid for no words, and for what is not part of the case.
    """
    held = hold(case)
    require(policy.can_direct(actor, held))
    if about not in DISPUTE_SUBJECTS:
        raise Invalid("unknown_subject", _l("Choose from the list."), field="about")
    words = _checked_words(words)
    if detail_id is not None and not has_detail(detail_id, person_id=held.asker_id):
        raise Invalid("unknown_detail", _l("Choose from the list."), field="about")
    if promise_id is not None:
        promise = db.session.get(Promise, promise_id)
        if promise is None or promise.help_request_id != held.id:
            raise Invalid("unknown_promise", _l("Choose from the list."), field="about")
    return put_point(actor, held, kind="dispute", words=words, about=about, detail_id=detail_id, promise_id=promise_id)


def end_dispute(actor: Actor, case: HasId, point_id: int, *, is_corrected: bool, ground: str) -> None:
    """End a dispute, for the holder, with a ground that the customer reads: what was corrected, or why it stays.

    Raises Invalid without a ground.
    """
    held = hold(case)
    point = held_point(held, point_id, "dispute")
    require(policy.can_answer(actor, held, point))
    ground = _checked_words(ground, field="ground")
    answer_point(actor, held, point, "corrected" if is_corrected else "stands", words=ground)


def take_dispute_back(actor: Actor, case: HasId, point_id: int) -> None:
    """End a dispute, as the customer, because it is right after all."""
    held = hold(case)
    require(policy.can_direct(actor, held))
    answer_point(actor, held, held_point(held, point_id, "dispute"), "taken_back")


def _held_understanding(actor: Actor, case: HasId, point_id: int) -> tuple[Case, CasePoint]:
    held = hold(case)
    point = held_point(held, point_id, "understanding")
    require(policy.can_answer(actor, held, point))
    return held, point


def _checked_words(words: str, *, field: str = "words") -> str:
    words = " ".join(words.split())
    if not words:
        raise Invalid("words_missing", _l("Write a few words."), field=field)
    if len(words) > LONGEST_POINT or not is_storable(words):
        raise Invalid("words_too_long", _l("At most 500 characters."), field=field)
    return words
