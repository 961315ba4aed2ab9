"""The settings of a person: profile, password and address, sessions, programs' tokens."""

from __future__ import annotations

from flask import flash, make_response, render_template, request, url_for
from flask import session as cookie
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.accounts import profiles, queries
from app.accounts.addresses import parse_address
from app.accounts.browsers import browser_in_words
from app.accounts.forms import ChangeAddressForm, ChangePasswordForm, ProfileForm, TokenForm
from app.accounts.joining import ask_for_new_address
from app.accounts.models import Login, Person
from app.accounts.passwords import choose_password, is_right
from app.accounts.policy import can_present, can_secure
from app.accounts.securing import change_password, make_api_token, revoke_api_token
from app.accounts.sessions import end_other_sessions, end_session
from app.accounts.time_zones import zone_choices
from app.accounts.views.blueprint import Answer, bp, hold, unkept
from app.db import db, own_session
from app.errors import Invalid
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import LANGUAGE_COOKIE, LANGUAGES, THEME_COOKIE, current_language, keep_choice

SHOWN_ONCE = "new_api_token"


@bp.get("/settings")
@signed_in
def settings() -> Answer:
    """Lead to the first of the settings."""
    return see_other(url_for(".profile"))


@bp.route("/settings/profile", methods=["GET", "POST"])
@signed_in
def profile() -> Answer:
    """What others see of her, and how she sees the site."""
    require(can_present(actor()) if request.method == "POST" else can_secure(actor()))
    form = ProfileForm(obj=None if request.method == "POST" else db.session.get(Person, actor().person_id))
    form.languages.choices = profiles.spoken_languages(current_language())
    form.interface_language.choices = list(LANGUAGES.items())
    form.time_zone.choices = zone_choices(current_language(), current=actor().time_zone)
    if request.method == "GET":
        form.interface_language.data = form.interface_language.data or current_language()
        return render_template("accounts/profile.html", form=form, verdict=can_present(actor()))
    throttle.count("write_by_person", str(actor().person_id))
    if form.validate():
        try:
            profiles.change_profile(
                actor(),
                profiles.Profile(
                    name=form.name.data,
                    handle=form.handle.data,
                    bio=form.bio.data or "",
                    languages=form.languages.data or [],
                    interface_language=form.interface_language.data,
                    time_zone=form.time_zone.data,
                    theme=form.theme.data,
                    single_keys=form.single_keys.data,
                ),
            )
        except Invalid as error:
            attach(form, error)
        else:
            with force_locale(form.interface_language.data):
                flash(_("Your profile is changed."), "good")
            response = make_response(see_other(url_for(".profile")))
            keep_choice(response, LANGUAGE_COOKIE, form.interface_language.data)
            keep_choice(response, THEME_COOKIE, form.theme.data)
            return response
    return render_template("accounts/profile.html", form=form, verdict=can_present(actor())), 422


@bp.get("/settings/security")
@signed_in
def security() -> Answer:
    """Password and address."""
    return _security_page(ChangePasswordForm(formdata=None), ChangeAddressForm(formdata=None))


@bp.post("/settings/password")
@signed_in
def set_password() -> Answer:
    """Choose another password; everywhere else she is signed out."""
    form = ChangePasswordForm()
    if form.validate() and _is_herself(form, "current"):
        try:
            login = _own_login()
            related = (login.person.name, login.person.handle, login.email)
            kept = choose_password(form.password.data, related=related)
        except Invalid as error:
            attach(form, error)
        else:
            hold(change_password(actor(), password_hash=kept))
            flash(_("You have a new password. Everywhere else you are signed out."), "good")
            return see_other(url_for(".security"))
    return _security_page(form, ChangeAddressForm(formdata=None)), 422


@bp.post("/settings/address")
@signed_in
def set_address() -> Answer:
    """Ask for a letter to another address, which is hers once she follows its link."""
    form = ChangeAddressForm()
    if form.validate() and _is_herself(form, "own_password"):
        try:
            address = parse_address(form.email.data)
        except Invalid as error:
            attach(form, error)
        else:
            throttle.count("letter_by_address", address.key)
            ask_for_new_address(person_id=actor().person_id or 0, address=address, language=current_language())
            flash(_("We sent a letter to %(address)s. Follow its link to use it here.", address=address.shown), "info")
            return see_other(url_for(".security"))
    return _security_page(ChangePasswordForm(formdata=None), form), 422


@bp.get("/settings/sessions")
@signed_in
def sessions() -> Answer:
    """Where she is signed in."""
    require(can_secure(actor()))
    return render_template("accounts/sessions.html", sessions=queries.sessions_of(actor()), in_words=browser_in_words)


@bp.post("/settings/sessions/<int:session_id>/end")
@signed_in
def end(session_id: int) -> Answer:
    """Sign out one browser."""
    end_session(actor(), session_id, why="revoked")
    flash(_("That browser is signed out."), "good")
    return see_other(url_for(".sessions"))


@bp.post("/settings/sessions/end-others")
@signed_in
def end_others() -> Answer:
    """Sign out every browser but this one."""
    end_other_sessions(actor(), why="revoked")
    flash(_("Everywhere else you are signed out."), "good")
    return see_other(url_for(".sessions"))


@bp.route("/settings/tokens", methods=["GET", "POST"])
@signed_in
def tokens() -> Answer:
    """Tokens for programs; a new one is shown once, in the answer that makes it."""
    require(can_present(actor()) if request.method == "POST" else can_secure(actor()))
    form = TokenForm()
    seats = {seat.organisation_id: seat.organisation_name for seat in actor().own_seats}
    if not seats:
        del form.acting_for  # only herself to act for, so nothing to ask
    else:
        form.acting_for.choices = [("", _("Myself")), *((str(key), name) for key, name in seats.items())]
    if request.method == "POST":
        throttle.count("write_by_person", str(actor().person_id))
    if request.method == "POST" and form.validate():
        try:
            secret = make_api_token(
                actor(),
                name=form.name.data.strip(),
                scopes=("read", "write") if form.may_write.data else ("read",),
                acting_for_organisation_id=int(form.acting_for.data) if seats and form.acting_for.data else None,
                days=form.days.data,
            )
        except Invalid as error:
            attach(form, error)
        else:
            cookie[SHOWN_ONCE] = secret  # this browser's own cookie shows it once; the database never holds it
            return see_other(url_for(".tokens"))
    page = render_template(
        "accounts/tokens.html",
        form=form,
        tokens=queries.tokens_of(actor()),
        seats=seats,
        secret=cookie.pop(SHOWN_ONCE, None) if request.method == "GET" else None,
        verdict=can_present(actor()),
    )
    return unkept(page, 422 if request.method == "POST" else 200)


@bp.post("/settings/tokens/<int:token_id>/revoke")
@signed_in
def revoke(token_id: int) -> Answer:
    """Make a token worthless."""
    revoke_api_token(actor(), token_id)
    flash(_("That token does not work any more."), "good")
    return see_other(url_for(".tokens"))


def _security_page(password_form: ChangePasswordForm, address_form: ChangeAddressForm) -> str:
    return render_template(
        "accounts/security.html",
        form=address_form if address_form.errors else password_form,
        password_form=password_form,
        address_form=address_form,
        login=queries.login_of(actor().person_id),
    )


def _own_login() -> Login:
    """Return the actor's log-in, read before the request's first statement."""
    with own_session() as reading:
        return queries.login_of(actor().person_id, within=reading)


def _is_herself(form: FlaskForm, field: str) -> bool:
    """Ask for the present password before a change by which somebody at her unlocked screen could keep her out."""
    require(can_secure(actor()))
    throttle.count("sign_in_by_account", f"person {actor().person_id}")
    if is_right(form[field].data, _own_login().password_hash):
        return True
    attach(form, Invalid("not_the_password", _("This is not your password."), field=field))
    return False
