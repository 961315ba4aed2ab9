"""What people who tried an answer say of it: one press, or a small form where details are asked for."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app.community import policy
from app.community.forms.talk import EvidenceForm
from app.community.models.posts import Answer
from app.community.models.signals import DANGEROUS, OUTDATED, WORKED
from app.community.queries.evidence import own_signal, warning_for
from app.community.queries.thread import answer_for
from app.community.services import evidence
from app.community.views.blueprint import Answered, back_to, bp
from app.errors import Invalid
from app.prose.language import detect_language
from app.verdict import require
from app.web import throttle
from app.web.access import only, signed_in
from app.web.current_actor import actor
from app.web.forms import attach
from app.web.language import current_language


@bp.route("/answers/<int:answer_id>/worked", methods=["GET", "POST"])
@signed_in
def worked(answer_id: int) -> Answered:
    """Say that an answer worked, or no more."""
    return _said(answer_id, WORKED)


@bp.route("/answers/<int:answer_id>/outdated", methods=["GET", "POST"])
@signed_in
def outdated(answer_id: int) -> Answered:
    """Say that an answer is outdated, or no more."""
    return _said(answer_id, OUTDATED)


@bp.route("/answers/<int:answer_id>/dangerous", methods=["GET", "POST"])
@signed_in
def dangerous(answer_id: int) -> Answered:
    """Warn others of an answer and say why, or take that back."""
    return _said(answer_id, DANGEROUS)


@bp.post("/warnings/<int:warning_id>/remove")
@only("moderator")
def remove_warning(warning_id: int) -> Answered:
    """Take away a warning that is not one."""
    warning = warning_for(actor(), warning_id)
    found = warning.answer
    evidence.remove_warning(actor(), warning)
    flash(_("The warning is removed."), "info")
    return back_to(found)


def _said(answer_id: int, kind: str) -> Answered:
    if request.method == "GET":
        return _ask_for_details(answer_id, kind)
    throttle.count("vote_by_person", str(actor().person_id))
    form = EvidenceForm()
    is_valid = form.validate()
    if form.given.errors:
        raise Invalid("evidence_given", _("Say it, or take it back."))
    tried = evidence.Tried(
        product=form.product.data or "",
        version=form.version.data or "",
        reason=form.reason.data or "",
        language=detect_language(form.reason.data, current_language())[0] if form.reason.data else None,
    )
    found = answer_for(actor(), answer_id)
    if form.given.data == 0:
        evidence.withdraw_evidence(actor(), found, kind)
        flash(_("You no longer say that."), "info")
        return back_to(found)
    if is_valid:
        try:
            evidence.give_evidence(actor(), found, kind, tried)
        except Invalid as error:
            attach(form, error)
        else:
            flash(_thanks(found, kind), "good")  # type: ignore[arg-type]
            return back_to(found)
    return _form_page(found, kind, form), 422


def _ask_for_details(answer_id: int, kind: str) -> str:
    found = answer_for(actor(), answer_id)
    require(policy.can_give_evidence(actor(), author_id=found.author_id))
    said = own_signal(actor(), found, kind)
    known = {} if said is None else {"product": said.product, "version": said.version, "reason": said.reason}
    return _form_page(found, kind, EvidenceForm(formdata=None, **known))


def _form_page(found: Answer, kind: str, form: EvidenceForm) -> str:
    return render_template(
        "community/evidence.html", answer=found, question=found.question, author=found.author, kind=kind, form=form
    )


def _thanks(found: Answer, kind: str) -> dict[str, Any]:
    """Return a message with its undo."""
    said = {
        WORKED: _("You say that this worked for you. That helps the next reader choose."),
        OUTDATED: _("You say that this is outdated. That helps the next reader choose."),
        DANGEROUS: _("Your warning now stands above the answer."),
    }
    undo = url_for(f"community.{kind}", answer_id=found.id)
    return {"text": said[kind], "undo_action": undo, "undo_fields": {"given": "0"}}
