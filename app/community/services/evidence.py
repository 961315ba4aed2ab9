"""What people who tried an answer say of it: it worked, it is outdated, it is dangerous; and taking that back."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update

from app import clock
from app.actor import Actor
from app.community import policy
from app.community.events.judging import EvidenceGiven, EvidenceWithdrawn
from app.community.models.posts import Answer
from app.community.models.shelves import Category
from app.community.models.signals import DANGEROUS, KINDS, OUTDATED, WORKED, Signal
from app.community.services.checks import in_one_line
from app.community.services.holding import hold_post, hold_with
from app.db import changed_rows, db, upsert
from app.errors import Invalid
from app.outbox.facts import Code
from app.outbox.record import record
from app.verdict import require

SHORTEST_WARNING = 10
# Whoever says that it works now no longer says that it is outdated, and the other way round.
OPPOSITE = {WORKED: OUTDATED, OUTDATED: WORKED}


@dataclass(frozen=True)
class Tried:
    """With what somebody tried an answer, and for a warning why. `language` is that of the reason."""

    product: str = ""
    version: str = ""
    reason: str = ""
    language: str | None = None


def give_evidence(actor: Actor, answer: Answer, kind: str, tried: Tried = Tried()) -> None:
    """Say of an answer that it is `kind`; saying it again changes the details.

    Raises Invalid where the category asks for a product and there is none, and for a warning without a reason.
    """
    if kind not in KINDS:
        raise Invalid("evidence_kind")
    hold_post(answer)
    require(policy.can_give_evidence(actor, author_id=answer.author_id))
    tried = _checked(answer.question.category, kind, tried)
    if kind in OPPOSITE:
        _withdraw(actor, answer, OPPOSITE[kind], actor.person_id)
    key = {"person_id": actor.person_id, "answer_id": answer.id, "kind": kind}
    details = {
        "acting_for_organisation_id": actor.acting_for_organisation_id,
        "product": tried.product,
        "version": tried.version,
        "reason": tried.reason,
        "language": tried.language,
        "given_at": clock.now(),
    }
    fresh = upsert(Signal).values(**key, **details).on_conflict_do_nothing(index_elements=list(key))
    if db.session.execute(fresh.returning(Signal.id)).one_or_none() is not None:
        _tell(actor, answer, EvidenceGiven, kind, actor.person_id)
        return
    db.session.execute(update(Signal).filter_by(**key).values(details))


def withdraw_evidence(actor: Actor, answer: Answer, kind: str) -> None:
    """Say that no more. Safe to repeat."""
    hold_post(answer)
    require(policy.can_give_evidence(actor, author_id=answer.author_id))
    _withdraw(actor, answer, kind, actor.person_id)


def remove_warning(actor: Actor, warning: Signal) -> None:
    """Take away a warning that is not one. For moderators."""
    hold_with(warning.answer, even_gone=True)
    require(policy.can_remove_warning(actor))
    _withdraw(actor, warning.answer, DANGEROUS, warning.person_id)


def _checked(category: Category, kind: str, tried: Tried) -> Tried:
    product, version = in_one_line(tried.product), in_one_line(tried.version)
    if kind == DANGEROUS:
        reason = in_one_line(" ".join(tried.reason.split()))
        if len(reason) < SHORTEST_WARNING:
            raise Invalid(
                "warning_without_reason",
                _l("Say in a sentence what can go wrong, so that others know."),
                field="reason",
            )
        return Tried(reason=reason, language=tried.language)
    if not category.asks_for_version:
        return Tried()
    if not product:
        raise Invalid("product_missing", _l("Say with which product or program you tried it."), field="product")
    return Tried(product=product, version=version)


def _withdraw(actor: Actor, answer: Answer, kind: str, person_id: int | None) -> None:
    hers = delete(Signal).where(Signal.person_id == person_id, Signal.answer_id == answer.id, Signal.kind == kind)
    if changed_rows(db.session.execute(hers)):
        _tell(actor, answer, EvidenceWithdrawn, kind, person_id)


def _tell(
    actor: Actor,
    answer: Answer,
    fact: type[EvidenceGiven | EvidenceWithdrawn],
    kind: str,
    person_id: int | None,
) -> None:
    assert person_id is not None, "the policy lets persons only"
    told = fact(
        answer_id=answer.id,
        question_id=answer.question_id,
        author_id=answer.author_id,
        person_id=person_id,
        says=Code(kind),
    )
    record(told, by=actor, request_id=answer.question_id)
