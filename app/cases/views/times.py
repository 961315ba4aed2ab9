"""The page on which who leads an organisation says within how long it answers, brings news and solves."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app.cases import promise_policy
from app.cases.forms.times import TimesForm
from app.cases.queries.clocks import levels_of
from app.cases.services.clocks import set_levels
from app.cases.views.blueprint import Answered, bp
from app.errors import Invalid
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other


@bp.get("/cases/times")
@signed_in
def times() -> str:
    """Within how long the organisation one acts for answers, brings news and solves."""
    require(promise_policy.can_keep_levels(actor()))
    organisation_id = actor().acting_for_organisation_id
    assert organisation_id is not None, "the policy lets members only"
    return render_template("cases/times.html", form=TimesForm(formdata=None, obj=levels_of(organisation_id)))


@bp.post("/cases/times")
@signed_in
def change_times() -> Answered:
    """Say it anew, for cases from now on."""
    throttle.count("tidy_by_person", str(actor().person_id))
    form = TimesForm(request.form)
    require(promise_policy.can_keep_levels(actor()))
    if form.validate():
        try:
            set_levels(
                actor(),
                first_response_minutes=form.first_response_minutes.data,
                next_update_minutes=form.next_update_minutes.data,
                solution_minutes=form.solution_minutes.data,
                warn_minutes=form.warn_minutes.data,
            )
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("This counts for cases from now on."), "good")
            return see_other(url_for(".times"))
    return render_template("cases/times.html", form=form), 422
