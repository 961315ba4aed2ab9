"""The customer's yes: it makes an agreement that is never altered, and what comes with it.

Whoever accepts holds every case of the same part first, in the order of their ids; so of many yeses at once, to one
quote or to several, one makes an agreement and the others hear that it is decided. The database keeps the same by
itself (app/marketplace/models/agreements.py).
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.actor import Actor
from app.cases import policy
from app.cases.models.cases import Case
from app.cases.models.parts import PartCase, PlannedPart
from app.cases.models.promises import Promise
from app.cases.services.bundling import leave
from app.cases.services.holding import HasId, hold_all, require_no_hold
from app.cases.services.promising import keep_promise_made, release_promise
from app.cases.services.quoting import decide, in_force
from app.cases.services.waiting import go_on
from app.db import db
from app.errors import Conflict
from app.marketplace.events import AgreementMade, QuoteDeclined
from app.marketplace.models.agreements import Agreement
from app.marketplace.models.quotes import Quote, QuoteLine
from app.marketplace.money import totals
from app.outbox.record import record
from app.verdict import require


def accept_quote(actor: Actor, case: HasId, quote: Quote) -> Agreement:
    """Say yes to a quote, and return what is agreed by it.

    Other quotes for the same are not chosen then, and other providers of the same part are told. Raises NotAllowed for
    anybody but the customer (or who may agree things for her); Conflict where it is decided already, no longer valid,
    or was made before something else was agreed.
    """
    part = _part_of(case)
    held = _hold_with_siblings(case, part)
    require(policy.can_agree(actor, held))
    require_no_hold(held)
    assert actor.person_id is not None
    decide(actor, held, quote, "accepted")
    before = in_force(held.id)
    if (before.quote_id if before else None) != quote.replaces_id:
        raise Conflict("agreed_meanwhile", _l("Something else was agreed meanwhile. Look again, then choose."))
    content = content_of(quote) | _promised(actor, held, quote, before)
    agreement = Agreement(
        quote_id=quote.id,
        help_request_id=held.id,
        organisation_id=quote.organisation_id,
        customer_id=held.asker_id,
        accepted_by_id=actor.person_id,
        supersedes_id=before.id if before else None,
        content=content,
        digest=digest_of(content),
        accepted_at=clock.now(),
    )
    db.session.add(agreement)
    try:
        db.session.flush()  # the fact carries its id
    except IntegrityError as error:
        raise Conflict("agreed_meanwhile", _l("Something else was agreed meanwhile. Look again.")) from error
    fact = AgreementMade(
        agreement_id=agreement.id,
        quote_id=quote.id,
        help_request_id=held.id,
        organisation_id=quote.organisation_id,
        supersedes_id=agreement.supersedes_id,
    )
    record(fact, by=actor, request_id=held.id)
    _leave_others(actor, held, part)
    go_on(actor, held)
    return agreement


def content_of(quote: Quote) -> dict[str, Any]:
    """Return what a quote says, as it is agreed: everything the customer saw, in JSON values."""
    lines = db.session.scalars(select(QuoteLine).where(QuoteLine.quote_id == quote.id).order_by(QuoteLine.position))
    amounts = list(lines)
    return {
        "title": quote.title,
        "language": quote.language,
        "organisation": quote.organisation.name,
        "service_id": quote.service_id,
        "currency": quote.currency,
        "lines": [{"words": line.words, "amount_cents": line.amount_cents, "per": line.per} for line in amounts],
        "totals": totals(amounts),
        "term_months": quote.term_months,
        "notice_days": quote.notice_days,
        "change_terms": quote.change_terms,
        "cancellation_terms": quote.cancellation_terms,
        "done_within_days": quote.done_within_days,
        "quoted_at": quote.made_at.isoformat(),
        "valid_until": quote.valid_until.isoformat(),
    }


def digest_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 of a content in one spelling of JSON: by it anybody can see that nothing was altered."""
    spelt = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(spelt.encode()).hexdigest()


def _promised(actor: Actor, case: Case, quote: Quote, before: Agreement | None) -> dict[str, Any]:
    """Promise what the quote promises, from today on, in the place of what was promised before; return the promise and
    its day as they stand in the agreement.
    """
    if before is not None and before.content.get("promise_id"):
        old = db.session.get(Promise, before.content["promise_id"])
        if old is not None and old.done_at is None and old.state in {"open", "broken"}:
            release_promise(actor, case, old.id)
    if quote.done_within_days is None:
        return {"promise_id": None, "done_by": None}
    zone = ZoneInfo(actor.time_zone)
    day = clock.now().astimezone(zone).date() + timedelta(days=quote.done_within_days)
    due_at = datetime.combine(day, time(23, 59), tzinfo=zone)
    promise = keep_promise_made(
        actor,
        case,
        kind="delivery",
        words=quote.title,
        due_at=due_at,
        by_organisation_id=quote.organisation_id,
    )
    return {"promise_id": promise.id, "done_by": promise.due_at.isoformat()}


def _part_of(case: HasId) -> PlannedPart | None:
    mine = select(PartCase.planned_part_id).where(PartCase.case_id == case.id)
    return db.session.scalars(select(PlannedPart).where(PlannedPart.id.in_(mine))).one_or_none()


def _hold_with_siblings(case: HasId, part: PlannedPart | None) -> Case:
    if part is None:
        return hold_all(case.id)[0]
    siblings = db.session.scalars(select(PartCase.case_id).where(PartCase.planned_part_id == part.id)).all()
    return {each.id: each for each in hold_all(part.whole_id, *siblings)}[case.id]


def _leave_others(actor: Actor, case: Case, part: PlannedPart | None) -> None:
    """End what competed with the quote that was chosen: its open rivals, and their cases for the same part."""
    siblings = select(PartCase.case_id).where(PartCase.planned_part_id == (part.id if part else None))
    ids = [case.id, *db.session.scalars(siblings)]
    now = clock.now()
    rivals = (
        update(Quote)
        .where(Quote.help_request_id.in_(ids), Quote.state == "open")
        .values(state="not_chosen", decided_at=now, decided_by_id=actor.person_id)
        .returning(Quote.id, Quote.help_request_id, Quote.organisation_id)
    )
    for row in db.session.execute(rivals).all():
        fact = QuoteDeclined(
            quote_id=row.id,
            help_request_id=row.help_request_id,
            organisation_id=row.organisation_id,
            was_other_chosen=True,
        )
        record(fact, by=actor, request_id=row.help_request_id)
    if part is not None:
        with force_locale(case.request.language):
            leave(actor, part, reason=_("The customer chose another offer."), but=case.id)
