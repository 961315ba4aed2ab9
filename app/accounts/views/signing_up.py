"""Sign up, and the links that prove an address. Mail programs follow links, so a GET never proves anything."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.addresses import parse_address
from app.accounts.forms import NewPasswordForm, ProvePasswordForm, SignUpForm
from app.accounts.joining import ask_to_join, join, take_over
from app.accounts.models import MailProof, Person
from app.accounts.names import clean_name
from app.accounts.passwords import choose_password, is_right
from app.accounts.queries import proof_with
from app.accounts.securing import change_address
from app.accounts.sessions import begin_session
from app.accounts.views.blueprint import Answer, bp, hold, link_is_over, unkept
from app.db import own_session
from app.errors import Invalid, SignInFirst
from app.web import throttle
from app.web.access import public
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language

# What this browser remembers of its sign-up: only there is the letter's button enough.
SIGNING_UP, SENT_TO = "signing_up", "sent_to"


@bp.route("/sign-up", methods=["GET", "POST"])
@public
def sign_up() -> Answer:
    """Ask for an account. Nobody learns here whether an address has one already."""
    form = SignUpForm()
    if request.method == "POST" and form.validate():
        throttle.count("sign_up_by_network", throttle.network())
        try:
            name, address = clean_name(form.name.data), parse_address(form.email.data)
            throttle.count("letter_by_address", address.key)
            kept = choose_password(form.password.data, related=(name, address.plain))
        except Invalid as error:
            attach(form, error)
        else:
            proof = ask_to_join(name=name, address=address, password_hash=kept, language=current_language())
            cookie[SIGNING_UP], cookie[SENT_TO] = proof.id, address.shown
            return see_other(url_for(".sent"))
    page = render_template("accounts/sign_up.html", form=form)
    return (page, 422) if request.method == "POST" else page


@bp.get("/sign-up/sent")
@public
def sent() -> Answer:
    """Say that a letter is on its way."""
    return render_template("accounts/sent.html", address=cookie.get(SENT_TO, ""), for_password=False)


@bp.route("/confirm", methods=["GET", "POST"])
@public
def confirm() -> Answer:
    """Prove the address of a sign-up, or a new address of somebody who is signed in."""
    token = request.args.get("token", "")
    throttle.count("confirm_by_network", throttle.network())
    with own_session() as reading:
        proof = proof_with(token, "sign_up", "new_address", within=reading)
    if proof is None:
        return link_is_over()
    if proof.purpose == "new_address":
        return _confirm_address(token, proof)
    form = None if cookie.get(SIGNING_UP) == proof.id else ProvePasswordForm()
    if request.method == "POST" and (form is None or _is_proved(form, proof)):
        return _welcome(token, "sign_up")
    page = render_template("accounts/confirm.html", form=form, token=token, email=proof.email)
    return unkept(page, 422 if request.method == "POST" else 200)


@bp.route("/take-over", methods=["GET", "POST"])
@public
def first_password() -> Answer:
    """Choose the first password of an imported person."""
    token = request.args.get("token", "")
    throttle.count("confirm_by_network", throttle.network())
    with own_session() as reading:
        proof = proof_with(token, "hand_over", within=reading)
        person = reading.get(Person, proof.person_id) if proof else None
    if proof is None or person is None:
        return link_is_over()
    form = NewPasswordForm()
    if request.method == "POST" and form.validate():
        try:
            kept = choose_password(form.password.data, related=(person.name, person.handle, proof.email))
        except Invalid as error:
            attach(form, error)
        else:
            return _welcome(token, "hand_over", password_hash=kept)
    page = render_template("accounts/take_over.html", form=form, token=token, person=person)
    return unkept(page, 422 if request.method == "POST" else 200)


def _is_proved(form: ProvePasswordForm, proof: MailProof) -> bool:
    """Say whether whoever opened the letter also knows the password that was sent with the sign-up.

    Without this, somebody could sign up with another's address and a password of her own, and wait for the click.
    """
    if not form.validate():
        return False
    throttle.count("sign_in_by_account", f"proof {proof.id}")
    if is_right(form.password.data, proof.password_hash):
        return True
    attach(form, Invalid("not_the_password", _("This is not the password of this sign-up."), field="password"))
    return False


def _welcome(token: str, purpose: str, *, password_hash: str = "") -> AnyResponse:
    proof = proof_with(token, purpose)
    if proof is None:
        return link_is_over()
    person = join(proof) if purpose == "sign_up" else take_over(proof, password_hash=password_hash)
    hold(begin_session(person, user_agent=request.user_agent.string, instead_of=actor()))
    flash(_("Welcome, %(name)s. Your account is ready.", name=person.name), "good")
    return see_other(url_for(".profile"))


def _confirm_address(token: str, proof: MailProof) -> Answer:
    if actor().is_visitor:
        raise SignInFirst
    if actor().person_id != proof.person_id:
        return link_is_over()
    if request.method == "GET":
        page = render_template("accounts/confirm.html", form=None, token=token, email=proof.email)
        return unkept(page)
    change_address(actor(), proof)
    flash(_("From now on you sign in with %(address)s.", address=proof.email), "good")
    return see_other(url_for(".security"))
