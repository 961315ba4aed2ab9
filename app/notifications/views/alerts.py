"""Hearing of what a saved search finds, or no more."""

from __future__ import annotations

from flask import flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.community.queries.filters import filter_for
from app.notifications import alerts
from app.notifications.views.blueprint import bp
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import see_other


@bp.post("/filters/<int:filter_id>/alert")
@signed_in
def search_alert(filter_id: int) -> AnyResponse:
    """Hear of what one of one's saved searches finds (`on` is 1), or no more."""
    throttle.count("filter_by_person", str(actor().person_id))
    saved = filter_for(actor(), filter_id)
    if request.form.get("on") == "1":
        alerts.tell_of(actor(), saved)
        flash(
            _("You hear of what is new in this search under the bell; of questions by mail too, as you chose."), "good"
        )
    else:
        alerts.stop_telling_of(saved)
        flash(_("You hear no more of what this search finds."), "good")
    return see_other(url_for("community.filter_list"))
