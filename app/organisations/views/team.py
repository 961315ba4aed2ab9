"""Who has a seat at an organisation, and the letters that offer one."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.addresses import parse_address
from app.accounts.names import clean_name
from app.accounts.passwords import choose_password
from app.accounts.sessions import begin_session
from app.accounts.views.blueprint import hold, link_is_over, unkept
from app.db import folded, own_session
from app.errors import Conflict, Invalid, NotFound
from app.organisations import policy, queries
from app.organisations.forms import InviteForm, JoinForm
from app.organisations.models import ROLES, Organisation
from app.organisations.services import inviting, seats
from app.organisations.views.blueprint import Answer, bp
from app.organisations.wording import role_word
from app.verdict import require
from app.web import throttle
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language


@bp.get("/console/<slug>/team")
@signed_in
def team(slug: str) -> Answer:
    """Who works here, in which role."""
    return _team_page(queries.own_organisation_for(actor(), slug), None)


@bp.post("/console/<slug>/invitations")
@signed_in
def invite(slug: str) -> Answer:
    """Ask somebody to take a seat."""
    throttle.count("invite_by_person", str(actor().person_id))
    # Before the first statement, because each count is a write of its own; what is no address is counted as it came.
    throttle.count("letter_by_address", folded(request.form.get("email", "")[:320]))
    found = queries.own_organisation_for(actor(), slug)
    require(policy.can_keep(actor(), found.id))
    form = _invite_form(found)
    try:
        if form.validate():
            address = parse_address(form.email.data or "")
            inviting.invite(actor(), found, address, role=form.role.data, language=current_language())
            flash(_("A letter is on its way to %(address)s.", address=address.shown), "good")
            return see_other(url_for(".team", slug=slug))
    except Invalid as error:
        attach(form, error)
    return _team_page(found, form), 422


@bp.post("/console/<slug>/invitations/<int:invitation_id>/withdraw")
@signed_in
def withdraw_invitation(slug: str, invitation_id: int) -> Answer:
    """Make an invitation worthless."""
    throttle.count("write_by_person", str(actor().person_id))
    found = queries.own_organisation_for(actor(), slug)
    require(policy.can_keep(actor(), found.id))
    inviting.withdraw(actor(), queries.invitation_at(found, invitation_id))
    flash(_("The invitation is withdrawn."), "info")
    return see_other(url_for(".team", slug=slug))


@bp.post("/console/<slug>/members/<int:membership_id>")
@signed_in
def change_member(slug: str, membership_id: int) -> Answer:
    """Give a member another role, suspend her, let her in again, or take her seat."""
    throttle.count("write_by_person", str(actor().person_id))
    found = queries.own_organisation_for(actor(), slug)
    require(policy.can_keep(actor(), found.id))
    seat = queries.seat_at(found, membership_id)
    what, name = request.form.get("do"), seat.person.name
    if what == "role" and request.form.get("role") in ROLES:
        seats.change_role(actor(), seat, request.form["role"])
        flash(_("The role of %(name)s is changed.", name=name), "good")
    elif what == "suspend":
        seats.suspend(actor(), seat)
        flash(_("%(name)s cannot act for you for now.", name=name), "info")
    elif what == "resume":
        seats.resume(actor(), seat)
        flash(_("%(name)s can act for you again.", name=name), "good")
    elif what == "remove":
        seats.remove(actor(), seat)
        flash(_("%(name)s is no longer a member.", name=name), "info")
    else:
        raise NotFound
    return see_other(url_for(".team", slug=slug))


@bp.route("/invitation", methods=["GET", "POST"])
@public
def invitation() -> Answer:
    """Take a seat that a letter offered: with the account she is signed in with, or with a new one.

    Mail programs follow links, so a GET takes nothing.
    """
    token = request.args.get("token", "")
    throttle.count("confirm_by_network", throttle.network())
    with own_session() as reading:
        found = queries.invitation_with(token, within=reading)
    if found is None:
        return link_is_over()
    form = JoinForm() if actor().is_visitor else None
    if request.method == "POST" and form is None:
        inviting.accept(actor(), _open_one(token))
        flash(_("You are a member of %(organisation)s now.", organisation=found.organisation.name), "good")
        return see_other(url_for(".console", slug=found.organisation.slug))
    if request.method == "POST" and form is not None and form.validate():
        try:
            name = clean_name(form.name.data)
            kept = choose_password(form.password.data, related=(name, found.email))
            offered = _open_one(token)
            person = inviting.join_with(offered, name=name, password_hash=kept, language=current_language())
        except (Invalid, Conflict) as error:
            attach(form, error if isinstance(error, Invalid) else Invalid(error.code, error.message))
        else:
            hold(begin_session(person, user_agent=request.user_agent.string, instead_of=actor()))
            flash(_("Welcome, %(name)s. Your account is ready.", name=person.name), "good")
            return see_other(url_for(".console", slug=found.organisation.slug))
    page = render_template("organisations/invitation.html", form=form, token=token, invitation=found)
    return unkept(page, 422 if request.method == "POST" else 200)


def _open_one(token: str) -> queries.Invitation:
    found = queries.invitation_with(token)
    if found is None:  # used in this very moment
        raise NotFound
    return found


def _invite_form(organisation: Organisation) -> InviteForm:
    form = InviteForm(role="member") if request.method == "GET" else InviteForm()
    form.role.choices = [
        (role, role_word(role, organisation.kind))
        for role in reversed(ROLES)
        if policy.can_give_role(actor(), organisation.id, role)
    ]
    return form


def _team_page(organisation: Organisation, form: InviteForm | None) -> str:
    keeps = policy.can_keep(actor(), organisation.id)
    return render_template(
        "organisations/team.html",
        organisation=organisation,
        team=queries.team_of(organisation),
        invitations=queries.invitations_to(organisation) if keeps else (),
        form=form or (_invite_form(organisation) if keeps else None),
        roles=[role for role in ROLES if policy.can_give_role(actor(), organisation.id, role)],
        keeps=keeps,
    )
