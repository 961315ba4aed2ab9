"""Buttons on a case that say where it stands: solved or not, waiting, closed, open again; and notes."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext as _

from app.cases.forms.talk import CloseForm, NoteForm, ReasonForm, WaitForm
from app.cases.links import case_url
from app.cases.queries.case_view import case_for
from app.cases.services import moving, talking
from app.cases.views.blueprint import Answered, acting_in, attach_as, bp, counted_case, to_case
from app.cases.views.cases import case_page
from app.community.compose import compose
from app.errors import Invalid
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language


@bp.post("/cases/<public_id>/notes")
@signed_in
def note(public_id: str) -> Answered:
    """Keep a note that the customer never sees."""
    throttle.count("case_message_by_person", str(actor().person_id))
    found, form = case_for(actor(), public_id, purpose="work"), NoteForm()
    if form.validate():
        try:
            text = compose(form.note.data, prior=current_language())
            kept = talking.post_message(acting_in(found), found, text=text, is_note=True)
        except Invalid as error:
            attach(form, error)
        else:
            return see_other(case_url(public_id, kept.id))
    return case_page(found, note=form), 422


@bp.post("/cases/<public_id>/solved")
@signed_in
def solved(public_id: str) -> Answered:
    """Say, as the customer, that it is solved."""
    found = counted_case(public_id)
    moving.move(acting_in(found), found, "solved")
    flash(_("Good. If it comes back, open the case again here."), "good")
    return to_case(public_id)


@bp.post("/cases/<public_id>/not-solved")
@signed_in
def not_solved(public_id: str) -> Answered:
    """Say, as the customer, that it is not solved yet: it is the holder's turn again."""
    found, form = counted_case(public_id), ReasonForm()
    moving.say_not_solved(acting_in(found), found, reason=form.reason.data or "")
    flash(_("They go on with it."), "good")
    return to_case(public_id)


@bp.post("/cases/<public_id>/reopen")
@signed_in
def reopen(public_id: str) -> Answered:
    """Open a case again, as its customer."""
    found, form = counted_case(public_id), ReasonForm()
    moving.reopen(acting_in(found), found, reason=form.reason.data or "")
    flash(_("The case is open again."), "good")
    return to_case(public_id)


@bp.post("/cases/<public_id>/wait")
@signed_in
def wait(public_id: str) -> Answered:
    """Wait for the customer."""
    found, form = counted_case(public_id), WaitForm()
    if form.validate():
        try:
            moving.move(acting_in(found), found, "waiting", reason=form.wait_reason.data or "")
        except Invalid as error:
            attach_as(form, error, reason="wait_reason")
        else:
            return to_case(public_id)
    return case_page(found, wait=form), 422


@bp.post("/cases/<public_id>/ask-if-solved")
@signed_in
def ask_if_solved(public_id: str) -> Answered:
    """Ask the customer whether it is solved."""
    found = counted_case(public_id)
    moving.ask_if_solved(acting_in(found), found)
    flash(_("The customer is asked. After some days of silence, once more."), "good")
    return to_case(public_id)


@bp.post("/cases/<public_id>/close")
@signed_in
def close(public_id: str) -> Answered:
    """Close a case: as who has it, or as the customer who does not need it any more."""
    found, form = counted_case(public_id), CloseForm()
    if form.validate():
        try:
            reason = form.close_reason.data or ""
            moving.move(acting_in(found), found, "closed", reason=reason, cause_id=form.cause.data)
        except Invalid as error:
            attach_as(form, error, reason="close_reason")
        else:
            flash(_("The case is closed."), "good")
            return to_case(public_id)
    return case_page(found, close=form), 422
