"""Who has a case: claiming, handing over and answering that, the front desk's decision, and putting two together."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask_babel import gettext as _

from app.actor import Actor
from app.cases import policy
from app.cases.forms.holding import AssignForm, HandOverForm, MergeForm, RefuseForm
from app.cases.models.holding import Handover
from app.cases.queries.case_view import CaseView, case_for, case_view
from app.cases.queries.choices import colleagues_for, organisations_but, same_customer
from app.cases.queries.handovers import handover_for, handovers_for, pending_of
from app.cases.services import claiming, deciding, handing_over, merging
from app.cases.views.blueprint import Answered, acting_at, acting_in, attach_as, bp, counted_case, to_case
from app.errors import Invalid, NotFound
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other


@bp.post("/cases/<public_id>/claim")
@signed_in
def claim(public_id: str) -> Answered:
    """Take a case on that nobody at the holder has."""
    found = counted_case(public_id)
    claiming.claim(acting_in(found), found)
    flash(_("You have this case now."), "good")
    return to_case(public_id)


@bp.post("/cases/<public_id>/release")
@signed_in
def release(public_id: str) -> Answered:
    """Put a case back for a colleague."""
    found = counted_case(public_id)
    claiming.release(acting_in(found), found)
    flash(_("The case waits for a colleague."), "info")
    return to_case(public_id)


@bp.get("/cases/<public_id>/hand-over")
@signed_in
def hand_over_page(public_id: str) -> Answered:
    """The page on which one asks a colleague or another organisation to go on with a case."""
    found = case_for(actor(), public_id, purpose="work")
    require(policy.can_hand_over(acting_in(found), found))
    return _hand_over_page(found, HandOverForm(formdata=None))


@bp.post("/cases/<public_id>/hand-over")
@signed_in
def hand_over(public_id: str) -> Answered:
    """Ask a colleague or another organisation to go on with a case."""
    found, form = counted_case(public_id), HandOverForm()
    if form.validate():
        try:
            organisation_id, person_id = _receiver(found, form)
            made = handing_over.offer_handover(
                acting_in(found),
                found,
                to_organisation_id=organisation_id,
                to_person_id=person_id,
                reason=form.handover_reason.data or "",
            )
        except Invalid as error:
            attach_as(form, error, reason="handover_reason")
        else:
            asked = made.state == "pending"
            said = _("They are asked. Until they say yes, you have it.")
            back = _("It came from there, so the front desk decides who goes on with it.")
            flash(said if asked else back, "good" if asked else "info")
            return to_case(public_id)
    return _hand_over_page(found, form), 422


@bp.post("/cases/<public_id>/hand-over/withdraw")
@signed_in
def withdraw_handover(public_id: str) -> Answered:
    """Ask no longer."""
    found = counted_case(public_id)
    waits = pending_of(found.id)
    if waits is None:
        raise NotFound
    handing_over.withdraw_handover(acting_in(found), waits)
    flash(_("They are no longer asked."), "info")
    return to_case(public_id)


@bp.get("/handovers")
@signed_in
def handover_list() -> str:
    """Cases that wait for the answer of one's organisations: who asks, and why."""
    return render_template("cases/handovers.html", asked=handovers_for(actor()), form=RefuseForm(formdata=None), at=0)


@bp.post("/handovers/<int:handover_id>/accept")
@signed_in
def accept_handover(handover_id: int) -> Answered:
    """Take on a case that was handed over."""
    throttle.count("case_by_person", str(actor().person_id))
    found = handover_for(actor(), handover_id)
    me = _acting_for(found)
    handing_over.accept_handover(me, found)
    flash(_("You have this case now. The customer is told."), "good")
    return to_case(case_view(me, found.case_id, "work").public_id)


@bp.post("/handovers/<int:handover_id>/refuse")
@signed_in
def refuse_handover(handover_id: int) -> Answered:
    """Say no to a case that was handed over, and why."""
    throttle.count("case_by_person", str(actor().person_id))
    found, form = handover_for(actor(), handover_id), RefuseForm()
    if form.validate():
        handing_over.refuse_handover(_acting_for(found), found, reason=form.reason.data or "")
        flash(_("Thank you. Whoever has the case reads why."), "info")
        return see_other(url_for(".handover_list"))
    page = render_template("cases/handovers.html", asked=handovers_for(actor()), form=form, at=handover_id)
    return page, 422


@bp.get("/cases/<public_id>/assign")
@signed_in
def assign_page(public_id: str) -> Answered:
    """The page on which the front desk decides who goes on with a case."""
    found = case_for(actor(), public_id, purpose="work")
    require(policy.can_assign(_at_front_desk(), found))
    return _assign_page(found, AssignForm(formdata=None))


@bp.post("/cases/<public_id>/assign")
@signed_in
def assign(public_id: str) -> Answered:
    """Decide, as the front desk, who goes on with a case."""
    found, form = counted_case(public_id), AssignForm()
    if form.validate():
        chosen = form.organisation.data or ""
        try:
            deciding.assign(
                _at_front_desk(), found, organisation_id=_number(chosen), reason=form.assign_reason.data or ""
            )
        except Invalid as error:
            attach_as(form, error, reason="assign_reason", receiver="organisation")
        else:
            flash(_("Decided. They have the case now, and are told."), "good")
            return see_other(url_for(".held"))
    return _assign_page(found, form), 422


@bp.get("/cases/<public_id>/merge")
@signed_in
def merge_page(public_id: str) -> Answered:
    """The page on which one puts a case together with another one of the same customer."""
    found = case_for(actor(), public_id, purpose="work")
    require(policy.can_hand_over(acting_in(found), found))
    return _merge_page(found, MergeForm(formdata=None))


@bp.post("/cases/<public_id>/merge")
@signed_in
def merge(public_id: str) -> Answered:
    """Let a case go on as another one of the same customer."""
    found, form = counted_case(public_id), MergeForm()
    if not form.validate() or form.into.data not in dict(same_customer(actor(), found)):
        attach(form, Invalid("unknown_case", _("Choose a case from the list."), field="into"))
        return _merge_page(found, form), 422
    into = case_for(actor(), form.into.data, purpose="work")
    merging.merge(acting_in(found), found, into)
    flash(_("The two cases are one now."), "good")
    return to_case(into.public_id)


def _hand_over_page(found: CaseView, form: HandOverForm) -> str:
    colleagues = [(f"person:{each}", name) for each, name in colleagues_for(found)]
    others = [(f"organisation:{each}", name) for each, name in organisations_but(found.holder.id)]
    form.receiver.choices = {found.holder.name: colleagues, _("Other organisations"): others}
    return render_template("cases/hand_over.html", case=found, viewer=acting_in(found), form=form)


def _assign_page(found: CaseView, form: AssignForm) -> str:
    form.organisation.choices = [(str(each), name) for each, name in organisations_but(None)]
    return render_template("cases/assign.html", case=found, viewer=_at_front_desk(), form=form)


def _merge_page(found: CaseView, form: MergeForm) -> str:
    form.into.choices = same_customer(actor(), found)
    return render_template("cases/merge.html", case=found, viewer=acting_in(found), form=form)


def _receiver(found: CaseView, form: HandOverForm) -> tuple[int, int | None]:
    """Return to which organisation the case is to go, and to whom there; what was not on the list is nobody."""
    kind, _colon, number = (form.receiver.data or "").partition(":")
    if kind == "person":
        return found.holder.id, _number(number)
    return _number(number), None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _acting_for(handover: Handover) -> Actor:
    return acting_at(actor(), lambda seat: seat.organisation_id == handover.to_organisation_id)


def _at_front_desk() -> Actor:
    return acting_at(actor(), lambda seat: seat.organisation_kind == "front_desk")
