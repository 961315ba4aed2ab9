"""Asking for a service, and directing the parts of a bundle."""

from __future__ import annotations

from flask import flash, render_template, request
from flask_babel import gettext as _

from app.cases.forms.services import WishForm, wish_form
from app.cases.links import case_url
from app.cases.queries.case_view import case_for
from app.cases.services import bundling
from app.cases.services.requesting import Wish, request_service, usual_words, wish_for
from app.cases.views.blueprint import Answered, acting_in, bp
from app.community.compose import compose
from app.errors import Invalid, NotFound
from app.marketplace import policy as marketplace_policy
from app.marketplace.links import service_url
from app.marketplace.queries import catalogue
from app.paging import LARGEST_ID
from app.privacy.kinds import DETAIL_KINDS, fitting, name_of
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language


@bp.route("/services/<int:service_id>/ask", methods=["GET", "POST"])
@signed_in
def ask_service(service_id: int) -> Answered:
    """Ask for a service: say what they should know, give the details once, choose who may see them."""
    if request.method == "POST":
        throttle.count("ask_by_person", str(actor().person_id))
    me = actor() if actor().representing_person_id is not None else actor().in_capacity(None)
    found = catalogue.service_for(me, service_id)
    require(marketplace_policy.can_ask_for(me, found))
    wish = wish_for(found)
    form = _form(wish) if request.method == "POST" else _form(wish, formdata=None)
    if request.method == "POST" and form.validate() and _fits(form, wish):
        try:
            opened = request_service(
                me,
                wish,
                text=compose(form.body.data or usual_words(found), title=found.title, prior=current_language()),
                values={place: form[f"detail_{place}"].data or "" for place in range(len(wish.details))},
                shown_to=[each for each in wish.organisations if form[f"show_{each}"].data],
                conditions_hold="conditions" in form and form["conditions"].data,
            )
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("You asked for it. Here you see how it goes."), "good")
            return see_other(case_url(opened.public_id))
    page = render_template(
        "cases/ask_service.html", form=form, wish=wish, service=found, back=service_url(found.id, found.title)
    )
    return (page, 422) if form.errors else page


@bp.post("/cases/<public_id>/parts/<int:part_id>/ask")
@signed_in
def ask_provider(public_id: str, part_id: int) -> Answered:
    """Give a part to another provider, instead of or beside the one that was asked."""
    throttle.count("ask_by_person", str(actor().person_id))
    found = case_for(actor(), public_id)
    chosen = request.form.get("service", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 20 and int(chosen) <= LARGEST_ID):
        raise NotFound
    viewer = acting_in(found)
    service = catalogue.service_for(viewer, int(chosen))
    asked = {each.detail_kind for each in catalogue.questions_of(service.id)} if "shown" in request.form else set()
    bundling.ask_provider(viewer, found, part_id, service, shown=asked)
    flash(_("They were asked. You choose which of them does it."), "good")
    return see_other(case_url(public_id) + "#parts")


@bp.post("/cases/<public_id>/parts/<int:part_id>/drop")
@signed_in
def drop_part(public_id: str, part_id: int) -> Answered:
    """Take a part out: the customer arranges it herself."""
    throttle.count("write_by_person", str(actor().person_id))
    found = case_for(actor(), public_id)
    bundling.drop_part(acting_in(found), found, part_id)
    flash(_("You arrange this part yourself. What comes after it may begin now."), "good")
    return see_other(case_url(public_id) + "#parts")


def _form(wish: Wish, **arguments: object) -> WishForm:
    details = []
    for asked in wish.details:
        example = DETAIL_KINDS[asked.kind].example
        whys = [f"{name}: {why}" for name, why in asked.whys] if wish.parts else [why for _name, why in asked.whys]
        hint = " ".join([*whys, *([_("For example: %(example)s", example=example)] if example else [])])
        label = asked.label or name_of(asked.kind)
        details.append((label if asked.required_by else _("%(label)s (optional)", label=label), hint))
    shows = []
    for each in wish.organisations.values():
        kinds = [one.label or name_of(one.kind) for one in wish.details if each.id in one.needed_by]
        shows.append((each.id, _("%(name)s may see: %(details)s", name=each.name, details=", ".join(kinds))))
    return wish_form(details, shows, conditions=bool(wish.conditions), **arguments)


def _fits(form: WishForm, wish: Wish) -> bool:
    """Say whether each detail can be one of its kind; what is wrong is said at its field."""
    for place, asked in enumerate(wish.details):
        value = form[f"detail_{place}"].data or ""
        if value.strip():
            try:
                fitting(asked.kind, value, field=f"detail_{place}")
            except Invalid as error:
                attach(form, error)
    return not form.errors
