"""A new password for who forgot hers."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _

from app.accounts.addresses import parse_address
from app.accounts.forms import AddressForm, NewPasswordForm
from app.accounts.joining import ask_for_new_password
from app.accounts.passwords import choose_password
from app.accounts.queries import login_of, proof_with
from app.accounts.securing import reset_password
from app.accounts.sessions import begin_session
from app.accounts.views.blueprint import Answer, bp, hold, link_is_over, unkept
from app.accounts.views.signing_up import SENT_TO
from app.db import own_session
from app.errors import Invalid
from app.web import throttle
from app.web.access import public
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language


@bp.route("/reset", methods=["GET", "POST"])
@public
def reset() -> Answer:
    """Ask for a letter. Nobody learns here whether an address has an account."""
    form = AddressForm()
    if request.method == "POST" and form.validate():
        throttle.count("reset_by_network", throttle.network())
        try:
            address = parse_address(form.email.data)
        except Invalid as error:
            attach(form, error)
        else:
            throttle.count("reset_by_account", address.key)
            ask_for_new_password(address=address, language=current_language())
            cookie[SENT_TO] = address.shown
            return see_other(url_for(".reset_sent"))
    page = render_template("accounts/reset.html", form=form)
    return (page, 422) if request.method == "POST" else page


@bp.get("/reset/sent")
@public
def reset_sent() -> Answer:
    """Say that a letter is on its way, if there is an account."""
    return render_template("accounts/sent.html", address=cookie.get(SENT_TO, ""), for_password=True)


@bp.route("/reset/new", methods=["GET", "POST"])
@public
def new_password() -> Answer:
    """Choose another password with the link of a letter; everywhere else this person is signed out."""
    token = request.args.get("token", "")
    throttle.count("confirm_by_network", throttle.network())
    with own_session() as reading:
        proof = proof_with(token, "reset", within=reading)
        login = login_of(proof.person_id, within=reading) if proof else None
    if login is None:
        return link_is_over()
    form = NewPasswordForm()
    if request.method == "POST" and form.validate():
        try:
            related = (login.person.name, login.person.handle, login.email)
            kept = choose_password(form.password.data, related=related)
        except Invalid as error:
            attach(form, error)
        else:
            proof = proof_with(token, "reset")
            if proof is None:
                return link_is_over()
            person = reset_password(proof, password_hash=kept)
            hold(begin_session(person, user_agent=request.user_agent.string, instead_of=actor()))
            flash(_("You have a new password. Everywhere else you are signed out."), "good")
            return see_other(url_for("community.home"))
    page = render_template("accounts/new_password.html", form=form, token=token)
    return unkept(page, 422 if request.method == "POST" else 200)
