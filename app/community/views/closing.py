"""Closing and reopening a question, what repeats what, and what moderators are asked."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.community import policy
from app.community.forms.closing import CloseForm, DecisionForm, PetitionForm
from app.community.links import question_url
from app.community.models.posts import Question
from app.community.queries import closings, reports, thread
from app.community.services import closing, petitioning
from app.community.views.blueprint import Answered, bp, question_named, say_with_undo
from app.errors import Invalid
from app.verdict import require
from app.web import throttle
from app.web.access import only, public, signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other


@bp.route("/q/<int:question_id>/close", methods=["GET", "POST"])
@signed_in
def close_question(question_id: int) -> Answered:
    """Close a question; `?target=` names the one that it repeats."""
    form = _form(CloseForm)
    found = thread.question_for(actor(), question_id)
    verdict = policy.can_close(actor(), found)
    if verdict.reason == "closed_already" and request.method == "GET":
        flash(verdict.sentence(), "info")
        return _back(found)
    require(policy.can_close(actor(), found))
    reasons = policy.closing_reasons(actor(), found)
    form.reason.choices = [each for each in form.reason.choices if each.value in reasons]
    if request.method == "POST" and form.validate():
        try:
            act = closing.close(
                actor(),
                found,
                reason=form.reason.data,
                target=_target(form.target.data or "") if form.reason.data == "duplicate" else None,
                words=form.words.data or "",
            )
        except Invalid as error:
            attach(form, error)
        else:
            say_with_undo(_("The question is closed."), act)
            return _back(found)
    if request.method == "GET" and "target" in request.args:
        form.process(reason="duplicate", target=request.args["target"])
    page = render_template("community/close.html", question=found, form=form)
    return (page, 422) if request.method == "POST" else page


@bp.post("/q/<int:question_id>/reopen")
@signed_in
def reopen_question(question_id: int) -> Answered:
    """Open a question again; of an archived one: say that it is still a problem."""
    throttle.count("tidy_by_person", str(actor().person_id))
    found = thread.question_for(actor(), question_id)
    act = closing.reopen(actor(), found)
    if act is None:
        flash(_("Thank you. The question is open again, and can be answered."), "good")
    else:
        say_with_undo(_("The question is open again."), act)
    return _back(found)


@bp.post("/q/<int:question_id>/ask-to-reopen")
@signed_in
def ask_to_reopen(question_id: int) -> Answered:
    """Ask moderators to open one's own question again."""
    form = _form(PetitionForm)
    found = thread.question_for(actor(), question_id)
    if not form.validate():
        raise Invalid("petition_words", form.words.errors[0] if form.words.errors else None)
    petitioning.ask_reopening(actor(), found, words=form.words.data or "")
    flash(_("You asked for it. A moderator looks at your question."), "good")
    return _back(found)


@bp.get("/questions/duplicated")
@public
def duplicated() -> Answered:
    """The questions that are asked again and again."""
    return render_template("community/duplicated.html", rows=closings.most_duplicated(actor()))


@bp.get("/moderation")
@only("moderator")
def moderation() -> Answered:
    """What moderators are asked."""
    return render_template(
        "community/moderation.html",
        petitions=closings.waiting_petitions(actor()),
        reports=reports.waiting_reports(actor()),
        form=DecisionForm(formdata=None),
    )


@bp.post("/petitions/<int:petition_id>/decline")
@only("moderator")
def decline_petition(petition_id: int) -> Answered:
    """Say no to what was asked."""
    throttle.count("tidy_by_person", str(actor().person_id))
    petitioning.decline(actor(), closings.petition_for(actor(), petition_id))
    flash(_("You left it as it is."), "info")
    return see_other("/moderation")


def _form(kind: Any) -> Any:
    if request.method == "POST":
        throttle.count("tidy_by_person", str(actor().person_id))
        return kind()
    return kind(formdata=None)


def _target(text: str) -> Question:
    """Return the question whose address or number was typed. Raises Invalid where there is none for the viewer."""
    found = question_named(text)
    if found is None:
        raise Invalid("closing_target", _l("Give the address of the question that this one repeats."), field="target")
    return found


def _back(found: Question) -> Answered:
    return see_other(question_url(found.id, found.title))
