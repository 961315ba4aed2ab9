"""The link at the foot of every letter: stop them, without signing in. What may be done lies in the signed token.

Opening the page changes nothing, because mail programs open links by themselves. A POST with nothing but what RFC 8058
says stops the mail; it comes from a mail server, without cookie and form token, so this blueprint asks for neither.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from app.accounts.models import Person
from app.actor import Actor
from app.db import db
from app.errors import NotFound
from app.notifications import alerts, services
from app.notifications.tokens import read_token
from app.requests.models import HelpRequest
from app.web import throttle
from app.web.access import public

bp = Blueprint("unsubscribing", __name__)


@bp.get("/unsubscribe/<token>")
@public
def page(token: str) -> Response:
    """What can be stopped."""
    person_id, request_id = read_token(token)
    return _page(token, person_id, request_id, done="")


@bp.post("/unsubscribe/<token>")
@public
def stop(token: str) -> Response:
    """Stop all mail, or with `choice` get it once a day, hear nothing more about one question, or of the saved search
    that found it.
    """
    throttle.count("unsubscribe_by_network", throttle.network())
    person_id, request_id = read_token(token)
    choice = request.form.get("choice", "off")
    person = db.session.get(Person, person_id)
    if person is None or person.erased_at is not None or choice not in {"off", "daily", "mute", "search"}:
        raise NotFound
    if choice == "mute":
        subject = db.session.get(HelpRequest, request_id)
        if subject is None:
            raise NotFound
        services.mute(Actor(kind="person", person_id=person_id), subject)
    elif choice == "search":
        alerts.end_those_about(person_id, request_id)
    else:
        services.choose_way(person_id, choice)
    return _page(token, person_id, request_id, done=choice)


def _page(token: str, person_id: int, request_id: int, *, done: str) -> Response:
    response = make_response(
        render_template(
            "notifications/unsubscribe.html",
            token=token,
            about_one=request_id > 0,
            is_found=request_id > 0 and alerts.is_found(person_id, request_id),
            done=done,
        )
    )
    response.headers["Cache-Control"] = "private, no-store"  # its address is the key
    return response
