"""The front desk's work: let organisations take part, and make sure who they and people are."""

from __future__ import annotations

from typing import cast

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app.admin import policy, queries
from app.admin.forms import FoundForm, IdentityForm
from app.admin.views.running import Answered, bp
from app.errors import Conflict, Invalid
from app.organisations import queries as organisation_queries
from app.organisations.acting_queries import person_called
from app.organisations.services.identity import How, check_identity, withdraw_check
from app.organisations.services.profile import found as let_take_part
from app.organisations.wording import HOW_WORDS
from app.verdict import require
from app.web.access import only
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import LANGUAGES


@bp.get("/organisations")
@only("operator")
def organisations() -> Answered:
    """Every organisation, with whether somebody made sure who it is."""
    return _organisations_page(None)


@bp.post("/organisations")
@only("operator")
def found_organisation() -> Answered:
    """Let an organisation take part, with its first owner."""
    require(policy.can_run(actor()))
    form = FoundForm()
    try:
        if form.validate():
            owner = person_called(form.handle.data or "")
            name = " ".join((form.name.data or "").split())
            let_take_part(actor(), kind=form.kind.data, name=name, languages=list(LANGUAGES), owner=owner)
            flash(_("%(organisation)s takes part now.", organisation=name), "good")
            return see_other(url_for(".organisations"))
    except (Invalid, Conflict) as error:
        attach(form, error if isinstance(error, Invalid) else Invalid(error.code, error.message))
    return _organisations_page(form), 422


@bp.post("/organisations/<int:organisation_id>/identity")
@only("operator")
def check_organisation(organisation_id: int) -> Answered:
    """Keep how it was made sure who an organisation is, or vouch for it no longer."""
    require(policy.can_run(actor()))
    subject = organisation_queries.organisation_with(organisation_id)
    if request.form.get("do") == "withdraw":
        withdraw_check(actor(), subject)
        flash(_("The front desk no longer vouches for %(name)s.", name=subject.name), "info")
    else:
        check_identity(actor(), subject, _how())
        flash(_("It is kept that you made sure who %(name)s is.", name=subject.name), "good")
    return see_other(url_for(".organisations"))


@bp.post("/people/<int:person_id>/identity")
@only("operator")
def check_person(person_id: int) -> Answered:
    """Keep how it was made sure who a person is, or vouch for her no longer."""
    require(policy.can_run(actor()))
    subject = queries.person_with(actor(), person_id)
    if request.form.get("do") == "withdraw":
        withdraw_check(actor(), subject)
        flash(_("The front desk no longer vouches for %(name)s.", name=subject.name), "info")
    else:
        check_identity(actor(), subject, _how())
        flash(_("It is kept that you made sure who %(name)s is.", name=subject.name), "good")
    return see_other(url_for(".person", person_id=person_id))


def _how() -> How:
    form = IdentityForm()
    if not form.validate():
        raise Invalid("unknown_way", _("Choose how you made sure."), field="how")
    return cast(How, form.how.data)


def _organisations_page(form: FoundForm | None) -> str:
    return render_template(
        "admin/organisations.html",
        rows=queries.organisations_found(actor()),
        form=form or FoundForm(formdata=None),
        how_words=HOW_WORDS,
    )
