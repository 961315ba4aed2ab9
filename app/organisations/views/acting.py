"""As whom a person acts: the switch, her seats, who acts for her and for whom she acts; and a letter's link that proves
a domain.
"""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.accounts.policy import can_present
from app.accounts.views.blueprint import hold, link_is_over, unkept
from app.errors import Invalid, NotFound
from app.organisations import acting_queries, queries
from app.organisations.forms import RepresentationForm
from app.organisations.services import capacity, representing, seats
from app.organisations.services.domains import prove_by_mail
from app.organisations.views.blueprint import Answer, bp
from app.organisations.views.console import end_of_day
from app.organisations.wording import RELATION_WORDS
from app.web import throttle
from app.web.access import public, signed_in
from app.web.capacity import parse_capacity, seat_label
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.own_path import own_path


@bp.post("/act-as")
@signed_in
def act_as() -> Response:
    """Act for an organisation or a person from now on, or for oneself again."""
    token, acting = capacity.act_as(actor(), parse_capacity(request.form.get("capacity", "")))
    hold(token)
    if acting.seat and acting.seat.through_organisation_id is not None:
        words = _("You act as %(capacity)s now.", capacity=seat_label(acting.seat))
    elif acting.acting_label:
        words = _("You act for %(organisation)s now.", organisation=acting.acting_label)
    else:
        words = _("You act for yourself now.")
    flash(words, "info")
    return see_other(own_path(request.form.get("next")) or url_for("community.home"))


@bp.route("/settings/acting", methods=["GET", "POST"])
@signed_in
def acting() -> Answer:
    """Her seats, and who acts for whom: a section of the settings. What is sent proposes a representation."""
    form = RepresentationForm()
    if request.method == "POST":
        throttle.count("invite_by_person", str(actor().person_id))
        try:
            if form.validate():
                return _proposed(form)
        except Invalid as error:
            attach(form, error)
    page = render_template(
        "organisations/acting.html",
        form=form,
        seats=queries.seats_of(actor()),
        representations=acting_queries.representations_of(actor()),
        relation_words=RELATION_WORDS,
        verdict=can_present(actor()),
        now=clock.now(),
    )
    return (page, 422) if request.method == "POST" else page


@bp.post("/settings/seats/<int:membership_id>/leave")
@signed_in
def leave(membership_id: int) -> Answer:
    """Give up a seat."""
    throttle.count("write_by_person", str(actor().person_id))
    seat = queries.own_seat(actor(), membership_id)
    name = seat.organisation.name
    seats.leave(actor(), seat)
    flash(_("You are no longer a member of %(organisation)s.", organisation=name), "info")
    return see_other(url_for(".acting"))


@bp.post("/settings/representations/<int:representation_id>")
@signed_in
def change_representation(representation_id: int) -> Answer:
    """Say yes to being represented, or end it."""
    throttle.count("write_by_person", str(actor().person_id))
    found = acting_queries.representation_for(actor(), representation_id)
    what = request.form.get("do")
    if what == "consent":
        representing.consent(actor(), found)
        flash(_("From now on this person can act for you."), "good")
    elif what == "end":
        representing.end(actor(), found)
        flash(_("It has ended, at once."), "info")
    else:
        raise NotFound
    return see_other(url_for(".acting"))


@bp.route("/domain", methods=["GET", "POST"])
@public
def prove_domain() -> Answer:
    """Prove a domain with a letter's link; whoever reads that mailbox needs no account."""
    token = request.args.get("token", "")
    throttle.count("confirm_by_network", throttle.network())
    found = queries.domain_with(token)
    if found is None:
        return link_is_over()
    if request.method == "POST":
        prove_by_mail(actor(), found)
        return unkept(render_template("organisations/domain_proved.html", domain=found, is_done=True))
    return unkept(render_template("organisations/domain_proved.html", domain=found, is_done=False, token=token))


def _proposed(form: RepresentationForm) -> Answer:
    other = acting_queries.person_called(form.handle.data or "")
    assert form.until.data is not None, "the form wants one"
    what = {
        "relation": form.relation.data,
        "scopes": form.scopes.data or (),
        "until": end_of_day(form.until.data),
    }
    if form.direction.data == "let":
        representing.let_act(actor(), other, **what)
        flash(_("From now on %(name)s can act for you.", name=other.name), "good")
    else:
        representing.ask_to_act(actor(), other, **what)
        flash(_("%(name)s got your request.", name=other.name), "good")
    return see_other(url_for(".acting"))
