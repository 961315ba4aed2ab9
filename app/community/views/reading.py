"""What somebody looked at: a page says that it was seen, and everything is marked as read at once."""

from __future__ import annotations

from datetime import datetime

from flask import flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.community.forms.lists import CatchUpForm, SeenForm
from app.community.links import question_url
from app.community.queries import thread
from app.community.services import reading
from app.community.views.blueprint import Answered, bp
from app.errors import Invalid
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import see_other
from app.web.own_path import own_path


@bp.post("/q/<int:question_id>/seen")
@signed_in
def seen(question_id: int) -> Answered:
    """The page of a question was seen, with its answers as far as one; with `quietly` a script says so."""
    throttle.count("look_by_person", str(actor().person_id))
    form = SeenForm()
    if not form.validate():
        raise Invalid("upto")
    found = thread.question_for(actor(), question_id)
    reading.look(actor(), found, upto=form.upto.data)
    if request.form.get("quietly"):
        return "", 204
    return see_other(question_url(found.id, found.title))


@bp.post("/questions/read")
@signed_in
def read_all() -> Answered:
    """Mark everything as read that there was when the page was shown."""
    form, moment = _sent()
    upto = reading.catch_up(actor(), upto=moment)
    back = own_path(form.next.data) or url_for(".question_list")
    undo = {"undo_action": url_for(".unread_again"), "undo_fields": {"moment": upto.isoformat(), "next": back}}
    flash({"text": _("Everything is marked as read."), **undo}, "good")  # type: ignore[arg-type]
    return see_other(back)


@bp.post("/questions/unread")
@signed_in
def unread_again() -> Answered:
    """Take that back."""
    form, moment = _sent()
    if reading.fall_back(actor(), upto=moment):
        flash(_("What was new is marked as new again."), "good")
    return see_other(own_path(form.next.data) or url_for(".question_list"))


def _sent() -> tuple[CatchUpForm, datetime]:
    throttle.count("look_by_person", str(actor().person_id))
    form = CatchUpForm()
    try:
        return form, clock.moment_in(form.moment.data or "")
    except ValueError as error:
        raise Invalid("moment") from error
