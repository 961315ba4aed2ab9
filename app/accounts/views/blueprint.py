"""The blueprint of accounts, and what its pages share: the browser's cookie and the answer to a link that is over."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template
from flask import session as cookie
from werkzeug.wrappers import Response as AnyResponse

from app.web.panels import panels

Answer = str | AnyResponse | tuple[str, int]

bp = Blueprint("accounts", __name__)


@bp.context_processor
def _for_templates() -> dict[str, Any]:
    return {"panels": panels}


def hold(token: str) -> None:
    """Make this browser's cookie that of a session, and forget whatever it held before: nobody planted any of it."""
    cookie.clear()
    cookie["_user_id"], cookie["_fresh"], cookie.permanent = token, True, True


def unkept(page: str, status: int = 200) -> Response:
    """Answer with a page that no browser keeps: its address holds the secret of a letter."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def link_is_over() -> Response:
    """Answer for a letter's link that was used, is too old, or never was one."""
    return unkept(render_template("accounts/link_over.html"), 410)
