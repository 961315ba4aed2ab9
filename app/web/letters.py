"""The letters page: outgoing mail to read, where there is no mail server. For trying out on one's own machine only.

Registered in development without a mail server; everywhere else the address does not exist. And it answers only a
browser on this machine that asked for this machine: letters hold links that open accounts.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, render_template, request
from sqlalchemy import select

from app.config import Config
from app.db import db
from app.errors import NotFound
from app.mail import Letter
from app.web.access import public

NEWEST = 50

bp = Blueprint("letters", __name__)


@bp.get("/letters")
@public
def letters() -> Response:
    """The newest letters, with links to follow."""
    if not (_is_this_machine(request.remote_addr) and _is_this_machine(urlsplit(request.host_url).hostname)):
        raise NotFound
    newest = db.session.scalars(select(Letter).order_by(Letter.id.desc()).limit(NEWEST)).all()
    response = make_response(render_template("letters/letters.html", letters=newest, pieces=pieces))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def pieces(body: str) -> Sequence[tuple[str, str | None]]:
    """Return a letter's text in pieces, each with its address when it is a link to a page of this site."""
    config: Config = current_app.extensions["samen.config"]
    cut = re.split(rf"({re.escape(config.base_url)}/[^\s<>\"]*)", body)
    return [(piece, piece if number % 2 else None) for number, piece in enumerate(cut) if piece]


def _is_this_machine(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
