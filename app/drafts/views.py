"""Saving a draft while somebody types or by a button, the list of one's drafts, and throwing them away."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import format_time
from flask_babel import gettext as _

from app.drafts import places, posting, queries, services
from app.web import once, throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import see_other
from app.web.own_path import own_path

bp = Blueprint("drafts", __name__, url_prefix="/drafts")
bp.after_app_request(posting.tell_browser)

Answered = str | Response


@bp.get("")
@signed_in
def drafts() -> Answered:
    """Everything one has not sent yet."""
    return render_template(
        "drafts/drafts.html", drafts=queries.drafts_of(actor()), page_of=places.page_of, kind_of=places.kind_of
    )


@bp.post("/<place>")
@signed_in
@once.repeatable
def save(place: str) -> Answered:
    """Keep what was typed: the editor asks for the words of its status line, a button for the page again."""
    throttle.count("draft_by_person", str(actor().person_id))
    place = places.checked_place(place)
    saved_at = services.save(actor(), place, request.form)
    said = _("Saved %(time)s", time=format_time(saved_at, "HH:mm")) if saved_at else ""
    if request.headers.get("X-Fragment") == "1":
        return Response(said, mimetype="text/plain")
    if saved_at:
        flash(_("Your draft is saved. It waits here until you send it."), "good")
    return _led_to(places.page_of(place))


@bp.post("/<place>/throw-away")
@signed_in
@once.repeatable
def throw_away(place: str) -> Answered:
    """Throw a draft away, with ten seconds to think better of it."""
    place = places.checked_place(place)
    services.throw_away(actor(), place)
    undo = url_for(".bring_back", place=place)
    flash({"text": _("The draft is thrown away."), "undo_action": undo}, "info")  # type: ignore[arg-type]
    return _led_to(own_path(request.form.get("next")) or places.page_of(place))


@bp.post("/<place>/bring-back")
@signed_in
def bring_back(place: str) -> Answered:
    """Take a draft back that was thrown away."""
    place = places.checked_place(place)
    services.bring_back(actor(), place)
    return _led_to(places.page_of(place))


def _led_to(path: str) -> Response:
    return see_other(path)
