"""Merging a question into another: first what it would do, in numbers, then doing it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.community import policy
from app.community.forms.closing import MergeForm
from app.community.links import question_url
from app.community.models.posts import Question
from app.community.queries import closings, merges, thread
from app.community.services import merging
from app.community.views.blueprint import Answered, bp, question_named, say_with_undo
from app.errors import Invalid
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other


@bp.route("/q/<int:question_id>/merge", methods=["GET", "POST"])
@signed_in
def merge_question(question_id: int) -> Answered:
    """Ask for the other question (`?into=`), show what merging does, and do it."""
    form = _form()
    found = thread.question_for(actor(), question_id)
    require(policy.can_merge(actor(), found))
    is_chosen = request.method == "POST" or "into" in request.args
    other = _other(form, found) if is_chosen and form.validate() else None
    if request.method == "POST" and other is not None:
        act = merging.merge(actor(), found, other)
        say_with_undo(_("The two questions are one now."), act)
        return see_other(question_url(other.id, other.title))
    if not is_chosen:
        form.process(into=closings.target_of(found.id))
    page = render_template(
        "community/merge.html",
        question=found,
        other=other,
        preview=None if other is None else merges.preview_of(found, other),
        can_swap=other is not None and bool(policy.can_become_part_of(other, found)),
        form=form,
    )
    return (page, 422) if is_chosen and other is None else page


def _form() -> Any:
    """Return the form as it was sent: by GET to look, by POST to do it."""
    if request.method == "GET":
        return MergeForm(formdata=request.args, meta={"csrf": False})
    throttle.count("tidy_by_person", str(actor().person_id))
    return MergeForm()


def _other(form: Any, found: Question) -> Question | None:
    """Return the question that was named, if this one may go into it; None with the reason at the field."""
    try:
        other = question_named(form.into.data or "")
        if other is None:
            raise Invalid("merge_gone", _l("Give the address or number of a question that is there."), field="into")
        merging.check(actor(), found, other)
    except Invalid as error:
        attach(form, error)
        return None
    return other
