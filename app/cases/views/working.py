"""Pages for who works on cases: what one's organisations have, entering one for somebody, and the list of causes."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.addresses import parse_address
from app.accounts.guests import person_or_guest
from app.cases import policy
from app.cases.forms.entering import CHANNEL_CHOICES, EnterForm
from app.cases.forms.holding import CauseForm
from app.cases.queries.choices import causes_of
from app.cases.queries.handovers import handovers_for
from app.cases.queries.lists import cases_worked_on
from app.cases.services import causes
from app.cases.services.opening import open_case
from app.cases.views.blueprint import Answered, bp, to_case
from app.community.compose import compose
from app.errors import Invalid
from app.paging import Key
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language


@bp.get("/cases/held")
@signed_in
def held() -> str:
    """The cases that the viewer's organisations have, the one where something happened last first."""
    after, which = Key.parse(request.args.get("after")), "over" if "over" in request.args else "open"
    page = cases_worked_on(actor(), which=which, after=after)  # type: ignore[arg-type]
    more = {"over": 1} if which == "over" else {}
    older = url_for(".held", after=str(page.next_key), **more) if page.next_key else None  # type: ignore[arg-type]
    return render_template(
        "cases/held.html", page=page, older=older, which=which, is_first=after is None, asked=handovers_for(actor())
    )


@bp.get("/cases/enter")
@signed_in
def enter_page() -> str:
    """The page on which one writes down a case for somebody on another channel."""
    require(policy.can_open_for_others(actor()))
    return _enter_page(EnterForm(formdata=None))


@bp.post("/cases/enter")
@signed_in
def enter() -> Answered:
    """Write down a case for somebody who called, or stands at the desk."""
    throttle.count("ask_by_person", str(actor().person_id))
    require(policy.can_open_for_others(actor()))
    form = EnterForm()
    if form.validate():
        try:
            text = compose(form.body.data, title=form.title.data, prior=current_language())
            address = parse_address(form.email.data)
            customer = person_or_guest(name=form.name.data, address=address, language=current_language())
            made = open_case(actor(), title=form.title.data, text=text, for_person=customer, channel=form.channel.data)
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The case is there, and you have it."), "good")
            return to_case(made.public_id)
    return _enter_page(form), 422


@bp.get("/cases/causes")
@signed_in
def cause_list() -> str:
    """The causes from which one is chosen when a case of the organisation one acts for is closed."""
    require(policy.can_keep_causes(actor()))
    return _cause_page(CauseForm(formdata=None))


@bp.post("/cases/causes")
@signed_in
def add_cause() -> Answered:
    """Put a cause on the list."""
    throttle.count("tidy_by_person", str(actor().person_id))
    form = CauseForm()
    if form.validate():
        try:
            causes.add_cause(actor(), form.name.data)
        except Invalid as error:
            attach(form, error)
        else:
            return see_other(url_for(".cause_list"))
    require(policy.can_keep_causes(actor()))
    return _cause_page(form), 422


@bp.post("/cases/causes/<int:cause_id>/end")
@signed_in
def end_cause(cause_id: int) -> Answered:
    """Take a cause off the list."""
    throttle.count("tidy_by_person", str(actor().person_id))
    causes.end_cause(actor(), cause_id)
    return see_other(url_for(".cause_list"))


def _enter_page(form: EnterForm) -> str:
    form.channel.choices = list(CHANNEL_CHOICES.items())
    return render_template("cases/enter.html", form=form)


def _cause_page(form: CauseForm) -> str:
    organisation_id = actor().acting_for_organisation_id
    assert organisation_id is not None, "the policy lets members only"
    return render_template("cases/causes.html", form=form, causes=causes_of(organisation_id))
