"""An organisation quotes for a case it holds, takes a quote back; the customer says no to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app import clock
from app.actor import Actor
from app.cases import policy
from app.cases.models.cases import Case
from app.cases.services.holding import HasId, hold, require_no_hold
from app.cases.services.talking import take
from app.cases.services.waiting import go_on, wait_for_customer
from app.community.services.checks import in_one_line
from app.db import changed_rows, db
from app.errors import Conflict, Invalid
from app.marketplace.events import QuoteDeclined, QuoteMade, QuoteWithdrawn
from app.marketplace.lengths import LONGEST_REASON, MOST_LINES
from app.marketplace.models.agreements import Agreement
from app.marketplace.models.quotes import Quote, QuoteLine
from app.marketplace.money import totals
from app.outbox.record import record
from app.prose.language import detect_language
from app.verdict import require

LONGEST_VALIDITY = timedelta(days=366)


@dataclass(frozen=True)
class Line:
    """One amount: what for, how much, how often."""

    words: str
    amount_cents: int
    per: str = "once"


@dataclass(frozen=True)
class Offer:
    """All that a quote says. None stands for no term in `term_months`, and for no promised time in
    `done_within_days`.
    """

    title: str
    lines: Sequence[Line]
    valid_until: datetime
    change_terms: str
    cancellation_terms: str
    currency: str = "EUR"
    term_months: int | None = None
    notice_days: int | None = None
    done_within_days: int | None = None


def make_quote(actor: Actor, case: HasId, offer: Offer) -> Quote:
    """Send the customer a quote; then it is her turn. Where something is agreed already, it would supersede that.

    Raises NotAllowed unless the actor may agree things for the holder and the customer confirmed what she asks;
    Invalid, naming the form's field, for what cannot be quoted.
    """
    held = hold(case)
    require(policy.can_quote(actor, held, now=clock.now()))
    require_no_hold(held)
    assert actor.person_id is not None
    assert actor.acting_for_organisation_id is not None
    now = clock.now()
    _check(offer, now)
    if held.holder_person_id is None:
        take(actor, held)
    replaced = in_force(held.id)
    quote = Quote(
        help_request_id=held.id,
        organisation_id=actor.acting_for_organisation_id,
        through_organisation_id=actor.through_organisation_id,
        made_by_id=actor.person_id,
        service_id=held.service_id,
        replaces_id=replaced.quote_id if replaced else None,
        title=in_one_line(offer.title),
        language=detect_language(f"{offer.title}\n{offer.change_terms}", held.request.language)[0],
        currency=offer.currency,
        term_months=offer.term_months,
        notice_days=offer.notice_days,
        change_terms=offer.change_terms.strip(),
        cancellation_terms=offer.cancellation_terms.strip(),
        done_within_days=offer.done_within_days,
        valid_until=offer.valid_until,
        made_at=now,
    )
    db.session.add(quote)
    db.session.flush()  # lines and the fact carry its id
    for position, line in enumerate(offer.lines):
        db.session.add(QuoteLine(quote_id=quote.id, position=position, **vars(line)))
    fact = QuoteMade(
        quote_id=quote.id,
        help_request_id=held.id,
        organisation_id=quote.organisation_id,
        replaces_id=quote.replaces_id,
    )
    record(fact, by=actor, request_id=held.id)
    with force_locale(held.request.language):
        wait_for_customer(actor, held, reason=_("A quote waits for your answer."))
    return quote


def withdraw_quote(actor: Actor, case: HasId, quote: Quote) -> None:
    """Take an open quote back. Raises Conflict where it was answered meanwhile."""
    held = hold(case)
    require(policy.can_withdraw_quote(actor, held, quote))
    decide(actor, held, quote, "withdrawn")
    fact = QuoteWithdrawn(quote_id=quote.id, help_request_id=held.id, organisation_id=quote.organisation_id)
    record(fact, by=actor, request_id=held.id)
    go_on(actor, held, by="holder")


def decline_quote(actor: Actor, case: HasId, quote: Quote, *, reason: str = "") -> None:
    """Say no to an open quote; the organisation reads the reason. Raises Conflict where it is decided already."""
    held = hold(case)
    require(policy.can_agree(actor, held))
    reason = in_one_line(reason)
    if len(reason) > LONGEST_REASON:
        raise Invalid("reason_too_long", _l("At most 300 characters."), field="reason")
    decide(actor, held, quote, "declined", decline_reason=reason)
    fact = QuoteDeclined(
        quote_id=quote.id, help_request_id=held.id, organisation_id=quote.organisation_id, was_other_chosen=False
    )
    record(fact, by=actor, request_id=held.id)
    go_on(actor, held)


def decide(actor: Actor, case: Case, quote: Quote, state: str, **more: str) -> None:
    """Bring an open quote of a held case into another state. Raises Conflict unless it is open: of many who press at
    once, one does it.
    """
    now = clock.now()
    still = update(Quote).where(Quote.id == quote.id, Quote.help_request_id == case.id, Quote.state == "open")
    if state == "accepted":
        still = still.where(Quote.valid_until > now)
    values = {"state": state, "decided_at": now, "decided_by_id": actor.person_id, **more}
    if changed_rows(db.session.execute(still.values(values))) != 1:
        raise Conflict("quote_decided", _l("This quote was decided meanwhile, or is no longer valid. Look again."))
    db.session.refresh(quote)


def in_force(case_id: int) -> Agreement | None:
    """Return the agreement that holds in a case: the newest of them, which none supersedes."""
    of_case = select(Agreement).where(Agreement.help_request_id == case_id).order_by(Agreement.id.desc())
    return db.session.scalars(of_case.limit(1)).first()


def _check(offer: Offer, now: datetime) -> None:
    if not in_one_line(offer.title):
        raise Invalid("title_missing", _l("This cannot be empty."), field="title")
    if not 1 <= len(offer.lines) <= MOST_LINES:
        raise Invalid("lines_number", _l("A quote has from 1 to %(most)d amounts.", most=MOST_LINES), field="words_0")
    if any(cents < 0 for cents in totals(offer.lines).values()):
        raise Invalid("total_below_zero", _l("The amounts come to less than nothing."), field="amount_0")
    for name in ("change_terms", "cancellation_terms"):
        if not getattr(offer, name).strip():
            raise Invalid("terms_missing", _l("The customer must know this before she says yes."), field=name)
    if not now < offer.valid_until <= now + LONGEST_VALIDITY:
        raise Invalid("valid_until", _l("Choose a day that is still to come, within a year."), field="valid_until")
