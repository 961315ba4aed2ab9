"""Locking, pinning and moving a question: each acts at once and can be taken back."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _

from app.community import policy
from app.community.forms.closing import MoveForm
from app.community.forms.shared import SwitchForm
from app.community.links import question_url
from app.community.queries import shelves, thread
from app.community.services import ordering
from app.community.views.blueprint import Answered, bp, category_words, say_with_undo
from app.errors import Invalid
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other


@bp.post("/q/<int:question_id>/lock")
@signed_in
def lock_question(question_id: int) -> Answered:
    """Lock a question, or take the lock away."""
    throttle.count("tidy_by_person", str(actor().person_id))
    is_on = _is_on()
    found = thread.question_for(actor(), question_id)
    act = ordering.lock(actor(), found, is_locked=is_on)
    say_with_undo(_("The question is locked.") if is_on else _("The question is no longer locked."), act)
    return see_other(question_url(found.id, found.title))


@bp.post("/q/<int:question_id>/pin")
@signed_in
def pin_question(question_id: int) -> Answered:
    """Pin a question, or take the pin away."""
    throttle.count("tidy_by_person", str(actor().person_id))
    is_on = _is_on()
    found = thread.question_for(actor(), question_id)
    act = ordering.pin(actor(), found, is_pinned=is_on)
    say_with_undo(_("The question stands first in its category.") if is_on else _("The pin is gone."), act)
    return see_other(question_url(found.id, found.title))


@bp.route("/q/<int:question_id>/move", methods=["GET", "POST"])
@signed_in
def move_question(question_id: int) -> Answered:
    """Move a question to another category."""
    form = MoveForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "POST":
        throttle.count("tidy_by_person", str(actor().person_id))
    found = thread.question_for(actor(), question_id)
    require(policy.can_tidy(actor()))
    form.category.choices = [(each.id, category_words(each)["name"]) for each in shelves.categories()]
    if request.method == "POST" and form.validate():
        try:
            act = ordering.move(actor(), found, category_id=form.category.data)
        except Invalid as error:
            attach(form, error)
        else:
            say_with_undo(_("The question stands in another category now."), act)
            return see_other(question_url(found.id, found.title))
    elif request.method == "GET":
        form.process(category=found.category_id)
    page = render_template("community/move.html", question=found, form=form)
    return (page, 422) if request.method == "POST" else page


def _is_on() -> bool:
    form = SwitchForm()
    if not form.validate():
        raise Invalid("switch_value")
    return bool(form.on.data)
