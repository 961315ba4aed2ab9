"""The page where a person sees who may see what is hers, answers who asks, and takes back what she allowed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app import clock
from app.errors import Invalid
from app.organisations.queries import organisations_for
from app.privacy import queries
from app.privacy.forms import AskForm, GrantForm
from app.privacy.kinds import DETAIL_KINDS, name_of
from app.privacy.services import asking, granting
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.own_path import own_path
from app.web.panels import notes, panels

bp = Blueprint("privacy", __name__, url_prefix="/privacy")

Answered = str | Response | tuple[str, int]


@bp.context_processor
def _for_templates() -> dict[str, Any]:
    return {"panels": panels, "kind_name": name_of, "detail_kinds": DETAIL_KINDS}


@bp.get("")
@signed_in
def grants() -> Answered:
    """Every grant of one's own, what organisations ask for, and a form to show one of them more."""
    return _page(GrantForm(formdata=None))


@bp.post("/grants")
@signed_in
def give() -> Answered:
    """Let an organisation see what one does at others."""
    throttle.count("grant_by_person", str(actor().person_id))
    form = GrantForm()
    if not form.validate():
        return _page(form), 422
    days = int(form.period.data)
    try:
        granting.give_grant(
            actor(),
            person_id=_whose(),
            organisation_id=_chosen_organisation(form),
            purpose="see_history",
            kinds=set(form.kinds.data or ()),
            until=clock.now() + timedelta(days=days) if days else None,
        )
    except Invalid as error:
        attach(form, error)
        return _page(form), 422
    flash(_("Done. You can take it back here at any time."), "good")
    return see_other(url_for(".grants"))


@bp.post("/grants/<int:grant_id>/withdraw")
@signed_in
def withdraw(grant_id: int) -> Answered:
    """Take a grant back, at once."""
    found = queries.grant_for(actor(), grant_id)
    granting.withdraw_grant(actor(), found)
    flash(_("%(organisation)s cannot see it any more.", organisation=found.organisation.name), "good")
    return see_other(own_path(request.form.get("next")) or url_for(".grants"))


@bp.post("/asks/<int:ask_id>")
@signed_in
def answer(ask_id: int) -> Answered:
    """Say yes or no to an organisation that asks for details; a yes may bring those that are missing."""
    throttle.count("grant_by_person", str(actor().person_id))
    found = queries.ask_for(actor(), ask_id)
    form = AskForm()
    back = own_path(request.form.get("next")) or url_for(".grants")
    if not form.validate():
        return _page(GrantForm(formdata=None), wrong={found.id: {"": _("Say yes or no.")}}), 422
    if form.answer.data == "no":
        asking.decline_ask(actor(), found)
        flash(_("You said no. It is told so."), "info")
        return see_other(back)
    try:
        asking.accept_ask(actor(), found, values={kind: request.form.get(kind, "") for kind in found.kinds})
    except Invalid as error:
        wrong = {found.id: {error.field or "": error.sentence()}}
        return _page(GrantForm(formdata=None), wrong=wrong, sent=request.form.to_dict()), 422
    flash(_("%(organisation)s can go on now.", organisation=found.organisation.name), "good")
    return see_other(back)


def _page(
    form: GrantForm, *, wrong: dict[int, dict[str, str]] | None = None, sent: dict[str, str] | None = None
) -> str:
    viewer, now = actor(), clock.now()
    form.organisation.choices = [SelectChoice("", _("Choose")), *_organisations()]
    found, asks = queries.grants_of(viewer), queries.open_asks_of(viewer)
    asked_in = {each.help_request_id for each in asks}
    about = asked_in | {each.help_request_id for each in found if each.help_request_id is not None}
    return render_template(
        "privacy/grants.html",
        form=form,
        in_force=[each for each in found if each.is_in_force(now)],
        over=[each for each in found if not each.is_in_force(now)],
        asks=asks,
        known=queries.kinds_given(viewer, asked_in),
        wrong=wrong or {},
        sent=sent or {},
        titles=notes("request_titles", viewer, about),
        links=notes("request_links", viewer, about),
    )


def _whose() -> int:
    asker_id = actor().asker_id
    assert asker_id is not None, "the gate lets people only"
    return asker_id


def _chosen_organisation(form: GrantForm) -> int:
    chosen = form.organisation.data
    if chosen not in {each.value for each in _organisations()}:
        raise Invalid("no_organisation", _("Choose an organisation."), field="organisation")
    return int(chosen)


def _organisations() -> list[SelectChoice]:
    return [SelectChoice(str(each.id), each.name) for each in organisations_for(actor()) if each.kind != "customer"]
