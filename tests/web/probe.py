"""Addresses that do one thing each, so that what surrounds every page can be looked at alone.

A row of this table is an effect that can be counted: `effects(session)`.
"""

from __future__ import annotations

import errno
import json

import sqlalchemy as sa
from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from app import errors
from app.db import db
from app.mail import Letter, queue_letter
from app.web import throttle
from app.web.access import public, signed_in
from app.web.current_actor import actor

probe = Blueprint("probe", __name__, url_prefix="/probe")
api_probe = Blueprint("api_probe", __name__, url_prefix="/api/probe")

RAISED = {
    "invalid": errors.Invalid("too_long", "That is too long."),
    "not_allowed": errors.NotAllowed("own_post", "Not on your own."),
    "not_found": errors.NotFound(),
    "conflict": errors.Conflict("changed", "Somebody changed it."),
    "too_many": errors.TooMany("test_limit", retry_after_s=17),
    "sign_in_first": errors.SignInFirst(),
    "locked": OperationalError("UPDATE secret_table", {}, Exception("database is locked")),
    "full": OperationalError("UPDATE secret_table", {}, Exception("database or disk is full")),
    "no_room": OSError(errno.ENOSPC, "the secret place is full"),
    "no_connection": NoConnectionFree("the secret pool is empty"),
    "unforeseen": RuntimeError("the secret of secret_table"),
}


def act(text: str = ".") -> None:
    """Have an effect."""
    queue_letter(to="a@example.org", subject="Effect", body=text, language="en", message_id="effect@t")


def effects(session: Session) -> int:
    """Return how many effects there were."""
    session.rollback()
    return session.scalar(sa.select(sa.func.count(Letter.id))) or 0


@probe.route("/act", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@public
def act_and_answer() -> Response:
    """Have an effect, then answer as asked: `status`, `then` (an address), `body`."""
    act(request.values.get("text", "."))
    db.session.flush()  # a GET that writes gets this far
    if then := request.values.get("then"):
        return redirect(then, 303)  # type: ignore[return-value]
    body = request.values.get("body", "done") * int(request.values.get("times", "1"))
    return Response(body, status=int(request.values.get("status", "200")), mimetype="text/plain")


@probe.get("/read")
@public
def read() -> Response:
    """Read something, and answer with what PostgreSQL keeps planned for this connection."""
    db.session.scalar(sa.select(sa.func.count(Letter.id)))
    planned = db.session.scalars(sa.text("SELECT statement FROM pg_prepared_statements")).all()
    return jsonify(planned=list(planned))


@probe.route("/raise/<name>", methods=["GET", "POST"])
@public
def act_and_raise(name: str) -> Response:
    act()
    raise RAISED[name]


@probe.post("/abort/<int:status>")
@public
def act_and_abort(status: int) -> Response:
    act()
    abort(status)


@probe.post("/limited")
@public
def limited() -> Response:
    """Count, then have an effect and refuse: the count must stand, the effect must not."""
    throttle.count("sign_up_by_network", "here")
    act()
    return Response("no", status=422)


@probe.get("/network")
@public
def network() -> Response:
    return Response(throttle.network())


@probe.get("/who")
@public
def who() -> Response:
    return Response(actor().handle)


@probe.get("/page")
@public
def page() -> str:
    """A page with nothing on it but the frame."""
    return render_template("errors/404.html", sentence="", request_id="")


@probe.post("/signed-in")
@signed_in
def for_people() -> Response:
    act()
    return Response("welcome")


@api_probe.post("/act")
@public
def api_act() -> Response:
    act(request.get_json().get("text", "."))
    return Response(json.dumps({"number": 1}), status=201, mimetype="application/json")


@api_probe.get("/raise/<name>")
@public
def api_raise(name: str) -> Response:
    raise RAISED[name]
