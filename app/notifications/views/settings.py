"""The section of the settings about mail: at once, daily or never, and when to be quiet."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.errors import Invalid
from app.notifications import services
from app.notifications.forms import WishForm
from app.notifications.views.blueprint import bp
from app.notifications.wishes import wish_of
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other


@bp.route("/settings/notifications", methods=["GET", "POST"])
@signed_in
def settings() -> str | AnyResponse | tuple[str, int]:
    """How she wants her mail."""
    person_id = actor().person_id or 0
    if request.method == "GET":
        wish = wish_of(person_id)
        form = _with_hours(WishForm(formdata=None, mail=wish.mail))
        form.quiet_from.data = "" if wish.quiet_from is None else str(wish.quiet_from)
        form.quiet_until.data = "" if wish.quiet_until is None else str(wish.quiet_until)
        return render_template("notifications/settings.html", form=form)
    throttle.count("write_by_person", str(person_id))
    form = _with_hours(WishForm())
    if form.validate():
        begin, end = (int(hour.data) if hour.data else None for hour in (form.quiet_from, form.quiet_until))
        try:
            services.choose_mail(person_id, mail=form.mail.data, quiet_from=begin, quiet_until=end)
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("That is how you get mail from now on."), "good")
            return see_other(url_for(".settings"))
    return render_template("notifications/settings.html", form=form), 422


def _with_hours(form: WishForm) -> WishForm:
    hours = [("", _("No quiet hours")), *((str(hour), f"{hour:02}:00") for hour in range(24))]
    form.quiet_from.choices = form.quiet_until.choices = hours
    return form
