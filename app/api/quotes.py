"""Quotes and agreements for programs: read by both sides, made by who has the case, answered by its customer."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from app.api.blueprint import bp
from app.api.cases import part_in
from app.api.messages import Length, OneOf, Range
from app.api.schemas import storable
from app.cases.queries import quotes
from app.cases.queries.case_view import case_for
from app.cases.queries.quotes import QuoteView
from app.cases.services import agreeing, quoting
from app.errors import Invalid
from app.marketplace.lengths import (
    CURRENCIES,
    LONGEST_LINE,
    LONGEST_REASON,
    LONGEST_TERMS,
    LONGEST_TITLE,
    MOST_CENTS,
    PERIODS,
)
from app.marketplace.models.agreements import Agreement
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor

Told = dict[str, Any]
LONGEST_TERM = 1_200


class QuoteLine(Schema):
    """One amount, in whole cents; below zero it is a discount."""

    words = fields.String(required=True, validate=[storable, Length(max=LONGEST_LINE)])
    amount_cents = fields.Integer(required=True, strict=True, validate=Range(-MOST_CENTS, MOST_CENTS))
    per = fields.String(load_default="once", validate=OneOf(PERIODS))


class NewQuote(Schema):
    """A quote for a case. Left out, there is no term, no notice and no promised time."""

    title = fields.String(required=True, validate=[storable, Length(max=LONGEST_TITLE)])
    lines = fields.List(fields.Nested(QuoteLine), required=True)
    valid_until = fields.AwareDateTime(required=True)
    change_terms = fields.String(required=True, validate=[storable, Length(max=LONGEST_TERMS)])
    cancellation_terms = fields.String(required=True, validate=[storable, Length(max=LONGEST_TERMS)])
    currency = fields.String(load_default="EUR", validate=OneOf(CURRENCIES))
    term_months = fields.Integer(load_default=None, allow_none=True, strict=True, validate=Range(1, LONGEST_TERM))
    notice_days = fields.Integer(load_default=None, allow_none=True, strict=True, validate=Range(0, 3_650))
    done_within_days = fields.Integer(load_default=None, allow_none=True, strict=True, validate=Range(1, 730))


class Quoted(Schema):
    """A quote as both sides see it. `totals` are cents for each period, `first_year` those of twelve months."""

    id = fields.Integer(required=True)
    case = fields.String(required=True)
    organisation = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    currency = fields.String(required=True)
    lines = fields.List(fields.Nested(QuoteLine), required=True)
    totals = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    first_year = fields.Integer(required=True)
    term_months = fields.Integer(required=True, allow_none=True)
    notice_days = fields.Integer(required=True, allow_none=True)
    done_within_days = fields.Integer(required=True, allow_none=True)
    change_terms = fields.String(required=True)
    cancellation_terms = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(required=True)
    replaces = fields.Integer(required=True, allow_none=True)


class Agreed(Schema):
    """An agreement, word for word, with the digest by which anybody sees that nothing was altered."""

    id = fields.Integer(required=True)
    quote = fields.Integer(required=True)
    organisation = fields.String(required=True)
    accepted_at = fields.AwareDateTime(required=True)
    supersedes = fields.Integer(required=True, allow_none=True)
    digest = fields.String(required=True)
    content = fields.Dict(keys=fields.String(), required=True)


class QuoteList(Schema):
    """What was quoted in a case: for its customer what every provider of the same part asks."""

    items = fields.List(fields.Nested(Quoted), required=True)


class AgreementList(Schema):
    """What was agreed in a case, the newest first: that one is in force."""

    items = fields.List(fields.Nested(Agreed), required=True)


class Declined(Schema):
    """Why a quote is not accepted; the organisation reads it."""

    reason = fields.String(load_default="", validate=[storable, Length(max=LONGEST_REASON)])


class Nothing(Schema):
    """No fields: the address says it all."""


@bp.get("/cases/<public_id>/quotes")
@signed_in
@bp.response(200, QuoteList)
def quote_list(public_id: str) -> Told:
    """What can be had, for which price and under which terms."""
    choices = quotes.choices_for(actor(), case_for(actor(), public_id))
    return {"items": [_quote(each) for choice in choices for each in choice.quotes]}


@bp.post("/cases/<public_id>/quotes")
@signed_in
@bp.arguments(NewQuote)
@bp.response(201, Quoted)
def make_quote(sent: Told, public_id: str) -> Told:
    """Send the customer a quote, for who has the case."""
    throttle.count("write_by_person", str(actor().person_id))
    found = case_for(actor(), public_id)
    lines = [quoting.Line(**each) for each in sent.pop("lines")]
    try:
        made = quoting.make_quote(part_in(found), found, quoting.Offer(lines=lines, **sent))
    except Invalid as error:
        error.field = "lines" if error.field in {"words_0", "amount_0"} else error.field
        raise
    return _quote(quotes.quote_for(found, made.id))


@bp.post("/cases/<public_id>/quotes/<int:quote_id>/accept")
@signed_in
@bp.arguments(Nothing)
@bp.response(201, Agreed)
def accept_quote(_sent: Told, public_id: str, quote_id: int) -> Told:
    """Say yes to a quote, as the customer: it becomes an agreement."""
    throttle.count("write_by_person", str(actor().person_id))
    found = case_for(actor(), public_id)
    made = agreeing.accept_quote(part_in(found), found, quotes.quote_for(found, quote_id).quote)
    return _agreement(quotes.agreement_for(found, made.id))


@bp.post("/cases/<public_id>/quotes/<int:quote_id>/decline")
@signed_in
@bp.arguments(Declined)
@bp.response(200, Quoted)
def decline_quote(sent: Told, public_id: str, quote_id: int) -> Told:
    """Say no to a quote, as the customer."""
    throttle.count("write_by_person", str(actor().person_id))
    found = case_for(actor(), public_id)
    quoting.decline_quote(part_in(found), found, quotes.quote_for(found, quote_id).quote, reason=sent["reason"])
    return _quote(quotes.quote_for(found, quote_id))


@bp.post("/cases/<public_id>/quotes/<int:quote_id>/withdraw")
@signed_in
@bp.arguments(Nothing)
@bp.response(200, Quoted)
def withdraw_quote(_sent: Told, public_id: str, quote_id: int) -> Told:
    """Take a quote back that was not answered yet, for who made it."""
    throttle.count("write_by_person", str(actor().person_id))
    found = case_for(actor(), public_id)
    quoting.withdraw_quote(part_in(found), found, quotes.quote_for(found, quote_id).quote)
    return _quote(quotes.quote_for(found, quote_id))


@bp.get("/cases/<public_id>/agreements")
@signed_in
@bp.response(200, AgreementList)
def agreement_list(public_id: str) -> Told:
    """What was agreed in a case, as it was when the customer said yes."""
    found = case_for(actor(), public_id)
    return {"items": [_agreement(each) for each in quotes.agreements_in(found)]}


def _quote(view: QuoteView) -> Told:
    row = view.quote
    names = ("id", "title", "currency", "term_months", "notice_days", "done_within_days", "made_at", "valid_until")
    return {
        **{name: getattr(row, name) for name in (*names, "change_terms", "cancellation_terms")},
        "case": view.public_id,
        "organisation": row.organisation.name,
        "state": view.state,
        "lines": [{"words": each.words, "amount_cents": each.amount_cents, "per": each.per} for each in view.lines],
        "totals": view.totals,
        "first_year": view.first_year,
        "replaces": row.replaces_id,
    }


def _agreement(row: Agreement) -> Told:
    return {
        "id": row.id,
        "quote": row.quote_id,
        "organisation": row.organisation.name,
        "accepted_at": row.accepted_at,
        "supersedes": row.supersedes_id,
        "digest": row.digest,
        "content": row.content,
    }
