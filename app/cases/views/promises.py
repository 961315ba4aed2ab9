"""Promises, what one side puts before the other, and details: a page for each form, a press for each answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, render_template, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

from app import clock
from app.actor import Actor
from app.cases import promise_policy
from app.cases.forms import promises as forms
from app.cases.links import case_url
from app.cases.queries.case_view import CaseView, case_for
from app.cases.queries.details import detail_kinds_in
from app.cases.queries.status import CaseStatus, PointView, PromiseView, status_of
from app.cases.services import detailing, disputing, promising
from app.cases.views.blueprint import Answered, acting_in, bp
from app.errors import Invalid, NotFound
from app.privacy.kinds import name_of
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_time_zone


@bp.route("/cases/<public_id>/promises/new", methods=["GET", "POST"])
@signed_in
def promise(public_id: str) -> Answered:
    """Promise the customer something."""
    found, viewer = _found(public_id)
    require(promise_policy.can_promise(viewer, found, now=clock.now()))
    form = forms.PromiseForm()

    def make() -> None:
        due_at = _moment(form.due_at.data)
        promising.make_promise(viewer, found, kind=form.kind.data, words=form.words.data, due_at=due_at)

    return _form_page(found, form, make, title=_("Promise something"), button=_("Promise this"))


@bp.route("/cases/<public_id>/promises/<int:promise_id>/date", methods=["GET", "POST"])
@signed_in
def promise_date(public_id: str, promise_id: int) -> Answered:
    """Propose another date for a promise, or set one."""
    found, viewer = _found(public_id)
    require(promise_policy.can_work(viewer, found))
    promise = _promise_in(status_of(found, now=clock.now()), promise_id)
    form = forms.DateForm()

    def move() -> None:
        change = promising.move_alone if form.how.data == "alone" else promising.propose_date
        change(viewer, found, promise_id, due_at=_moment(form.due_at.data), reason=form.reason.data or "")

    return _form_page(found, form, move, title=_("Another date"), lead=promise.words, button=_("Send"))


@bp.post("/cases/<public_id>/promises/<int:promise_id>/kept")
@signed_in
def promise_kept(public_id: str, promise_id: int) -> Answered:
    """Say that what was promised is done."""
    found, viewer = _found(public_id)
    promising.keep_promise(viewer, found, promise_id)
    return _back(found, _("The promise is kept. The customer sees it."))


@bp.post("/cases/<public_id>/promises/<int:promise_id>/release")
@signed_in
def promise_released(public_id: str, promise_id: int) -> Answered:
    """Say that it is no longer needed."""
    found, viewer = _found(public_id)
    promising.release_promise(viewer, found, promise_id)
    return _back(found, _("Nobody has to do this any more."))


@bp.post("/cases/<public_id>/points/<int:point_id>/answer")
@signed_in
def point_answered(public_id: str, point_id: int) -> Answered:
    """Say yes or no, with one press, to what the other side put before one."""
    found, viewer = _found(public_id)
    point = _point_in(found, point_id)
    answers: dict[tuple[str, str], Callable[[], None]] = {
        ("date", "agreed"): lambda: promising.answer_date(viewer, found, point_id, is_agreed=True),
        ("date", "declined"): lambda: promising.answer_date(viewer, found, point_id, is_agreed=False),
        ("understanding", "confirmed"): lambda: disputing.confirm_understanding(viewer, found, point_id),
        ("dispute", "taken_back"): lambda: disputing.take_dispute_back(viewer, found, point_id),
    }
    answer = answers.get((point.kind, request.form.get("answer", "")))
    if answer is None:
        raise NotFound
    answer()
    return _back(found, _("Thank you. It is written down."))


@bp.route("/cases/<public_id>/understanding", methods=["GET", "POST"])
@signed_in
def understanding(public_id: str) -> Answered:
    """Say in one sentence what the customer asks."""
    found, viewer = _found(public_id)
    require(promise_policy.can_ask_customer(viewer, found))
    is_entered = promise_policy.is_entered(found)
    form = forms.SaidUnderstandingForm() if is_entered else forms.UnderstandingForm()

    def state() -> None:
        is_confirmed = is_entered and form.is_confirmed.data
        disputing.state_understanding(viewer, found, words=form.words.data, is_confirmed=is_confirmed)

    button = _("Write it down") if is_entered else _("Ask the customer to confirm")
    return _form_page(found, form, state, title=_("Say what is asked"), button=button)


@bp.route("/cases/<public_id>/points/<int:point_id>/correct", methods=["GET", "POST"])
@signed_in
def understanding_corrected(public_id: str, point_id: int) -> Answered:
    """Say what one means instead."""
    found, viewer = _found(public_id)
    require(promise_policy.can_direct(viewer, found))
    point = _point_in(found, point_id, "understanding")
    form = forms.CorrectionForm()

    def correct() -> None:
        disputing.correct_understanding(viewer, found, point_id, words=form.words.data)

    return _form_page(found, form, correct, title=_("Say what you mean"), lead=point.words, button=_("Send"))


@bp.route("/cases/<public_id>/dispute", methods=["GET", "POST"])
@signed_in
def dispute(public_id: str) -> Answered:
    """Say that something is not right."""
    found, viewer = _found(public_id)
    require(promise_policy.can_direct(viewer, found))
    form = forms.DisputeForm()
    subjects = _subjects(found)
    form.about.choices = [SelectChoice(value, words) for value, words in subjects.items()]

    def put() -> None:
        about, _sign, number = (form.about.data or "").partition(":")
        if form.about.data not in subjects:
            raise Invalid("unknown_subject", _("Choose from the list."), field="about")
        disputing.dispute(
            viewer,
            found,
            about=about,
            words=form.words.data,
            detail_id=int(number) if about == "detail" else None,
            promise_id=int(number) if about == "promise" else None,
        )

    lead = _("Until it is settled, everything that is due stands still: here and wherever a part of this case lies.")
    return _form_page(found, form, put, title=_("Something is not right"), lead=lead, button=_("Say so"))


@bp.route("/cases/<public_id>/points/<int:point_id>/end", methods=["GET", "POST"])
@signed_in
def dispute_ended(public_id: str, point_id: int) -> Answered:
    """End a dispute with a ground."""
    found, viewer = _found(public_id)
    require(promise_policy.can_work(viewer, found))
    point = _point_in(found, point_id, "dispute")
    form = forms.GroundForm()

    def end() -> None:
        is_corrected = form.how.data == "corrected"
        disputing.end_dispute(viewer, found, point_id, is_corrected=is_corrected, ground=form.ground.data)

    return _form_page(found, form, end, title=_("Settle what is disputed"), lead=point.words, button=_("Settle it"))


@bp.route("/cases/<public_id>/details/ask", methods=["GET", "POST"])
@signed_in
def details_asked(public_id: str) -> Answered:
    """Ask the customer to see or give details."""
    found, viewer = _found(public_id)
    require(promise_policy.can_ask_customer(viewer, found))
    form = forms.AskDetailsForm()

    def ask() -> None:
        detailing.ask_details(viewer, found, kinds=set(form.kinds.data or ()), reason=form.reason.data or "")

    return _form_page(found, form, ask, title=_("Ask for details"), button=_("Ask the customer"))


@bp.route("/cases/<public_id>/details/note", methods=["GET", "POST"])
@signed_in
def detail_noted(public_id: str) -> Answered:
    """Write down a detail that the customer told on another channel."""
    found, viewer = _found(public_id)
    require(promise_policy.can_work(viewer, found))
    form = forms.NoteDetailForm()

    def note() -> None:
        detailing.note_detail(viewer, found, kind=form.kind.data, value=form.value.data)

    return _form_page(found, form, note, title=_("Write down a detail"), button=_("Write it down"))


@bp.post("/cases/<public_id>/details/<int:detail_id>/confirm")
@signed_in
def detail_confirmed(public_id: str, detail_id: int) -> Answered:
    """Say that a detail was checked and is right."""
    found, viewer = _found(public_id)
    detailing.confirm_detail(viewer, found, detail_id)
    return _back(found, _("The customer sees that you checked it."))


def _found(public_id: str) -> tuple[CaseView, Actor]:
    if request.method == "POST":
        throttle.count("case_act_by_person", str(actor().person_id))
    found = case_for(actor(), public_id)
    return found, acting_in(found)


def _form_page(
    found: CaseView, form: FlaskForm, act: Callable[[], None], *, title: str, button: str, lead: str = ""
) -> Answered:
    """Show a form; when it was sent, do what it says and go back to the case."""
    if request.method == "POST":
        if form.validate():
            try:
                act()
            except Invalid as error:
                attach(form, error)
            else:
                return _back(found, _("Done."))
        return _page(found, form, title=title, button=button, lead=lead), 422
    return _page(found, form, title=title, button=button, lead=lead)


def _page(found: CaseView, form: FlaskForm, **words: str) -> str:
    fields: list[Any] = [field for field in form if field.name != "csrf_token"]
    return render_template("cases/act.html", case=found, form=form, fields=fields, here=request.path, **words)


def _back(found: CaseView, words: str) -> Answered:
    flash(words, "good")
    return see_other(case_url(found.public_id))


def _moment(chosen: datetime) -> datetime:
    """Return the moment that was chosen by the writer's own clock, in UTC."""
    return chosen.replace(tzinfo=ZoneInfo(current_time_zone())).astimezone(UTC)


def _promise_in(status: CaseStatus, promise_id: int) -> PromiseView:
    for each in status.promises:
        if each.id == promise_id:
            return each
    raise NotFound


def _point_in(found: CaseView, point_id: int, kind: str | None = None) -> PointView:
    status = status_of(found, now=clock.now())
    proposals = [each.proposal for each in status.promises if each.proposal]
    known = [*status.disputes, *proposals, *([status.understanding] if status.understanding else [])]
    for each in known:
        if each.id == point_id and kind in {None, each.kind}:
            return each
    raise NotFound


def _subjects(found: CaseView) -> dict[str, str]:
    """Return what can be disputed in a case, as the form sends it, with words."""
    status = status_of(found, now=clock.now())
    details = {f"detail:{each}": name_of(kind) for each, kind in detail_kinds_in(found).items()}
    promises = {f"promise:{each.id}": each.words for each in status.promises}
    return {**details, **promises, "amount": _("An amount"), "other": _("Something else")}
