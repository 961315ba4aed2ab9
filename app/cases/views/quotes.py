"""Quotes for a case: side by side, one with all its terms, writing one; and what was agreed."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.cases import policy
from app.cases.forms.quotes import DeclineForm, QuoteForm, quote_form
from app.cases.queries import quotes
from app.cases.queries.case_view import CaseView, case_for
from app.cases.services import agreeing, quoting
from app.cases.views.blueprint import Answered, acting_in, bp
from app.errors import Invalid
from app.marketplace.money import cents_in
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_time_zone

FIRST_ROWS, SPARE_ROWS = 3, 3


@bp.get("/cases/<public_id>/quotes")
@signed_in
def quote_list(public_id: str) -> Answered:
    """What can be had, side by side; the customer sees what every provider of the same part asks."""
    found = case_for(actor(), public_id)
    return render_template(
        "cases/quotes.html",
        case=found,
        viewer=acting_in(found),
        choices=quotes.choices_for(actor(), found),
        agreements=quotes.agreements_in(found),
    )


@bp.route("/cases/<public_id>/quotes/new", methods=["GET", "POST"])
@signed_in
def new_quote(public_id: str) -> Answered:
    """Write a quote and send it."""
    if request.method == "POST":
        throttle.count("write_by_person", str(actor().person_id))
    found = case_for(actor(), public_id)
    viewer = acting_in(found)
    require(policy.can_quote(viewer, found, now=clock.now()))
    if request.method == "GET":
        return _new_page(found, quote_form(FIRST_ROWS, formdata=None, title=found.title))
    form = quote_form(_rows_sent() + (SPARE_ROWS if "more" in request.form else 0))
    if "more" not in request.form and form.validate():
        try:
            quoting.make_quote(viewer, found, _offer(form))
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The quote is sent."), "good")
            return see_other(url_for(".quote_list", public_id=public_id))
    return _new_page(found, form)


@bp.get("/cases/<public_id>/quotes/<int:quote_id>")
@signed_in
def quote(public_id: str, quote_id: int) -> Answered:
    """One quote with all its terms, and for the customer yes or no."""
    return _quote_page(case_for(actor(), public_id), quote_id, DeclineForm(formdata=None))


@bp.post("/cases/<public_id>/quotes/<int:quote_id>/accept")
@signed_in
def accept_quote(public_id: str, quote_id: int) -> Answered:
    """Say yes: it becomes an agreement."""
    throttle.count("write_by_person", str(actor().person_id))
    found = case_for(actor(), public_id)
    made = agreeing.accept_quote(acting_in(found), found, quotes.quote_for(found, quote_id).quote)
    flash(_("It is agreed. Nobody can change it without your yes."), "good")
    return see_other(url_for(".agreement", public_id=public_id, agreement_id=made.id))


@bp.post("/cases/<public_id>/quotes/<int:quote_id>/decline")
@signed_in
def decline_quote(public_id: str, quote_id: int) -> Answered:
    """Say no to a quote."""
    throttle.count("write_by_person", str(actor().person_id))
    found, form = case_for(actor(), public_id), DeclineForm()
    shown = quotes.quote_for(found, quote_id)
    if form.validate():
        try:
            quoting.decline_quote(acting_in(found), found, shown.quote, reason=form.reason.data or "")
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("You said no to this quote."), "info")
            return see_other(url_for(".quote_list", public_id=public_id))
    return _quote_page(found, quote_id, form), 422


@bp.post("/cases/<public_id>/quotes/<int:quote_id>/withdraw")
@signed_in
def withdraw_quote(public_id: str, quote_id: int) -> Answered:
    """Take a quote back that was not answered yet."""
    throttle.count("write_by_person", str(actor().person_id))
    found = case_for(actor(), public_id)
    quoting.withdraw_quote(acting_in(found), found, quotes.quote_for(found, quote_id).quote)
    flash(_("The quote is taken back."), "info")
    return see_other(url_for(".quote_list", public_id=public_id))


@bp.get("/cases/<public_id>/agreements/<int:agreement_id>")
@signed_in
def agreement(public_id: str, agreement_id: int) -> Answered:
    """What was agreed, word for word, and whether something newer holds in its place."""
    found = case_for(actor(), public_id)
    shown = quotes.agreement_for(found, agreement_id)
    return render_template(
        "cases/agreement.html",
        case=found,
        agreement=shown,
        content=shown.content,
        superseded_by=next((each for each in quotes.agreements_in(found) if each.supersedes_id == shown.id), None),
        moment_of=_moment_of,
    )


def _new_page(found: CaseView, form: QuoteForm) -> Answered:
    in_force = next(iter(quotes.agreements_in(found)), None)
    page = render_template("cases/new_quote.html", case=found, form=form, in_force=in_force)
    return (page, 422) if form.errors else page


def _quote_page(found: CaseView, quote_id: int, form: DeclineForm) -> str:
    shown = quotes.quote_for(found, quote_id)
    agreed = quotes.agreements_in(found)
    return render_template(
        "cases/quote.html",
        case=found,
        viewer=acting_in(found),
        shown=shown,
        quote=shown.quote,
        form=form,
        in_force=agreed[0] if agreed else None,
        agreement=next((each for each in agreed if each.quote_id == quote_id), None),
    )


def _rows_sent() -> int:
    numbers = [int(each[1]) for name in request.form if (each := re.fullmatch(r"words_([0-9]{1,2})", name))]
    return max(numbers, default=FIRST_ROWS - 1) + 1


def _offer(form: QuoteForm) -> quoting.Offer:
    lines = []
    for number in range(form.rows):
        words, amount = (form[f"{name}_{number}"].data or "" for name in ("words", "amount"))
        if not words.strip() and not amount.strip():
            continue
        if not words.strip():
            raise Invalid("line_without_words", _l("Say what this amount is for."), field=f"words_{number}")
        cents = cents_in(amount, field=f"amount_{number}", may_be_negative=True)
        lines.append(quoting.Line(words.strip(), cents, form[f"per_{number}"].data))
    assert form.valid_until.data is not None, "the form asks for it"
    return quoting.Offer(
        title=form.title.data or "",
        lines=lines,
        valid_until=_end_of(form.valid_until.data),
        change_terms=form.change_terms.data or "",
        cancellation_terms=form.cancellation_terms.data or "",
        currency=form.currency.data,
        term_months=form.term_months.data,
        notice_days=form.notice_days.data,
        done_within_days=form.done_within_days.data,
    )


def _end_of(day: date) -> datetime:
    """Return the last minute of a day by the writer's own clock."""
    return datetime.combine(day, time(23, 59), tzinfo=ZoneInfo(current_time_zone()))


def _moment_of(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
