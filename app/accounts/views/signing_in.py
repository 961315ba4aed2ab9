"""Sign in and out.

Known and unknown addresses get the same words, status and time: one look-up, one hash, one answer.
"""

from __future__ import annotations

import structlog
from flask import render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _

from app.accounts.addresses import parse_address
from app.accounts.forms import SignInForm
from app.accounts.models import Login
from app.accounts.passwords import hash_password, is_right, needs_rehash
from app.accounts.queries import login_with
from app.accounts.sessions import begin_session, end_session
from app.accounts.views.blueprint import Answer, bp, hold
from app.db import folded, own_session
from app.errors import Invalid
from app.web import throttle
from app.web.access import public
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.own_path import own_path

log = structlog.get_logger(__name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Answer:
    """Sign in, and go on where one wanted to be."""
    form = SignInForm()
    if request.method == "GET":
        after = own_path(request.args.get("next"))
        if not actor().is_visitor:
            return see_other(after or url_for("community.home"))
        form.next.data = after or ""
        return render_template("accounts/sign_in.html", form=form)
    after = own_path(form.next.data)
    form.next.data = after or ""
    if form.validate():
        login = _login_that_fits(form.email.data, form.password.data)
        if login is not None:
            hold(begin_session(login.person, user_agent=request.user_agent.string, instead_of=actor()))
            return see_other(after or url_for("community.home"))
        attach(form, Invalid("not_a_pair", _("This address and this password do not belong together.")))
    return render_template("accounts/sign_in.html", form=form), 422


@bp.post("/sign-out")
@public
def sign_out() -> Answer:
    """End this browser's session."""
    if actor().session_id is not None:
        end_session(actor(), actor().session_id or 0, why="signed_out")
    cookie.clear()
    return see_other(url_for("community.home"))


def _login_that_fits(email: str, password: str) -> Login | None:
    """Return the log-in of this pair, with its hash renewed where it is of an older kind. Counts the try first."""
    try:
        key = parse_address(email).key
    except Invalid:
        key = folded(email.encode("utf-8", "replace").decode().replace("\x00", ""))
    throttle.count("sign_in_by_network", throttle.network())
    throttle.count("sign_in_by_account", key)
    with own_session() as reading:
        known = login_with(key, within=reading)
        kept = known.password_hash if known else None
    if not is_right(password, kept):
        log.warning("sign_in_refused", network=throttle.network())
        return None
    renewed = hash_password(password) if kept is not None and needs_rehash(kept) else kept
    login = login_with(key)
    # Somebody may have changed the password while this one was being compared.
    if login is None or renewed is None or login.password_hash != kept:
        return None
    login.password_hash = renewed
    return login
