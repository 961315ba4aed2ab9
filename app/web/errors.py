"""Turn every error into one page, or one problem+json under /api/.

Nothing of the cause reaches the answer but its code and sentence; the request id finds the rest in the log. The page
for an error nobody foresaw is a static file that needs no database and no template.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError, StatementError
from werkzeug.exceptions import HTTPException, SecurityError

from app.db import db, is_away, is_full, met_another
from app.errors import DomainError, Invalid, Moved, NotFound, SignInFirst, TooMany
from app.web.access import GATE
from app.web.assets import STATIC
from app.web.current_actor import known_actor
from app.web.language import is_for_programs, language_without_database
from app.web.own_path import own_path
from app.web.transactions import SAFE_METHODS

RETRY_AFTER_BUSY_S = 5
# What people write at length, by the names of the fields; with a body goes what belongs to it.
_WRITTEN = ("body", "words", "bio")
_WITH_BODY = ("title", "body", "reason")

# As in static/500.*.html and 503.*.html: what is said when nothing but this process can be relied on.
_TITLES = {
    "en": {500: "Something went wrong on our side.", 503: "This is not available now. Try again in a little while."},
    "nl": {500: "Er ging iets mis bij ons.", 503: "Dit is nu niet beschikbaar. Probeer het zo nog een keer."},
}
_SAID_AS = {503: 503, 507: 503}  # for whoever waits, a full disk and a database that is away are the same

log = structlog.get_logger(__name__)


def init_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SQLAlchemyError, _database_error)
    app.register_error_handler(StatementError, _refused_value)
    app.register_error_handler(OSError, _system_error)
    app.register_error_handler(RecursionError, _too_deep)
    app.register_error_handler(Exception, _unforeseen)


def problem(
    status: int, code: str, sentence: str, fields: dict[str, list[str]] | None = None, *, address: str | None = None
) -> Response:
    """Return an answer of this status: a page, or problem+json (RFC 9457) with the fields at fault for the API.

    `address` is where the page leads on to.
    """
    db.session.rollback()
    if is_for_programs():
        errors = [{"field": name, "detail": each} for name, details in (fields or {}).items() for each in details]
        more = {"errors": errors} if errors else {}
        response = jsonify(
            type="about:blank", title=sentence, status=status, code=code, request_id=g.get("request_id"), **more
        )
        response.content_type = "application/problem+json"
    else:
        page = str(status) if status in {400, 401, 403, 404, 409, 410, 413, 422, 429, 503} else "400"
        response = make_response(
            render_template(
                f"errors/{page}.html", code=code, sentence=sentence, request_id=g.get("request_id"), address=address
            )
        )
    response.status_code = status
    return response


def _domain_error(error: DomainError) -> Response:
    if isinstance(error, SignInFirst) and not is_for_programs():
        if words := _sent_words():
            return _signed_out(error.status, words)
        return _to_signing_in()
    if isinstance(error, Moved) and request.method in SAFE_METHODS and not is_for_programs():
        return make_response(redirect(error.address, 301))
    fields = error.fields if isinstance(error, Invalid) else None
    address = error.address if isinstance(error, Moved) else None
    response = problem(error.status, error.code, error.sentence(), fields, address=address)
    if isinstance(error, SignInFirst):
        sent = ' error="invalid_token"' if "Authorization" in request.headers else ""
        response.headers["WWW-Authenticate"] = f"Bearer{sent}"
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _form_expired(_error: CSRFError) -> Response:
    words = "" if is_for_programs() else _sent_words()
    if words and known_actor().is_visitor:
        return _signed_out(400, words)
    if known_actor().is_visitor and not is_for_programs() and _is_for_people_only():
        return _to_signing_in()  # forms on pages that all visitors share carry no token
    return problem(
        400, "form_expired", _("This form was open too long. Go back, load the page again and send it once more.")
    )


def _to_signing_in() -> Response:
    """Lead a visitor to signing in, and from there back to the page she was on."""
    after = request.full_path.removesuffix("?") if request.method in SAFE_METHODS else _page_before()
    return make_response(redirect(url_for("accounts.sign_in", next=after or None), 303))


def _is_for_people_only() -> bool:
    return getattr(current_app.view_functions.get(request.endpoint or ""), GATE, None) == "signed_in"


def _signed_out(status: int, words: str) -> Response:
    """Give somebody who was signed out while she wrote her text back, which is kept nowhere here, and the way back."""
    db.session.rollback()
    page = render_template(
        "errors/signed_out.html",
        status=status,
        words=words,
        sign_in=url_for("accounts.sign_in", next=_page_before()),
        request_id=g.get("request_id"),
    )
    return make_response(page, status)


def _sent_words() -> str:
    """Return the text that a form was sent with, if it holds one."""
    if request.method in SAFE_METHODS or not any(request.form.get(name, "").strip() for name in _WRITTEN):
        return ""
    names = _WITH_BODY if "body" in request.form else _WRITTEN
    return "\n\n".join(request.form[name] for name in names if request.form.get(name, "").strip())


def _page_before() -> str | None:
    """Return the path of the page of ours on which the form stood."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return None
    return own_path(came_from.path + (f"?{came_from.query}" if came_from.query else ""))


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return make_response(error.get_response())
    if isinstance(error, SecurityError):
        # A host that is not ours: no address can be built, so no page either, and nothing of the host is repeated.
        return Response("Samen is not served under this name.\n", 400, mimetype="text/plain")
    if status >= 500 and status != 503:
        return plain_problem(status)
    if status == 404:
        return problem(404, "not_found", NotFound().sentence())
    sentences = {
        400: _("The server could not read what was sent."),
        403: _("This is not allowed from here."),
        405: _("This address does not take that kind of request."),
        413: _("That is too large to send."),
        415: _("This kind of content is not understood."),
        422: _("What was sent cannot be used."),
    }
    response = problem(status, f"http_{status}", sentences.get(status, _("The server could not read what was sent.")))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _database_error(error: SQLAlchemyError) -> Response:
    if met_another(error):
        # Its constraint only: the rest of what the database says holds values.
        log.warning("met_another", constraint=error.orig.diag.constraint_name)  # type: ignore[attr-defined]
        return problem(
            409, "met_another", _("Somebody did the same at this moment. Look at it again, then try once more.")
        )
    return _unavailable(error) if is_away(error) else _unforeseen(error)


def _system_error(error: OSError) -> Response:
    return _unavailable(error) if is_full(error) else _unforeseen(error)


def _unavailable(error: Exception) -> Response:
    """Answer while the database is locked, away or cannot grow: nothing was changed, and it can be tried again."""
    log.warning("database_unavailable", error=str(getattr(error, "orig", error)))
    response = plain_problem(507 if is_full(error) else 503)
    response.headers["Retry-After"] = str(RETRY_AFTER_BUSY_S)
    return response


def _refused_value(error: StatementError) -> Response:
    """Answer for a value that a column type of ours refused; SQLAlchemy wraps what such a type raises."""
    return _domain_error(error.orig) if isinstance(error.orig, DomainError) else _database_error(error)


def _too_deep(error: RecursionError) -> Response:
    """Answer for brackets in brackets in brackets: whoever reads them gives up at some depth."""
    log.warning("too_deep", exc_info=error)
    return problem(400, "http_400", _("The server could not read what was sent."))


def _unforeseen(error: Exception) -> Response:
    log.error("unforeseen_error", error=type(error).__name__, exc_info=error)
    return plain_problem(500)


def plain_problem(status: int) -> Response:
    """Answer without database, templates and catalogues, for when one of them may be the cause, or costs too much."""
    language, said = language_without_database(), _SAID_AS.get(status, 500)
    if is_for_programs():
        title = _TITLES.get(language, _TITLES["en"])[said]
        response = jsonify(
            type="about:blank", title=title, status=status, code=f"http_{status}", request_id=g.get("request_id")
        )
        response.content_type = "application/problem+json"
    else:
        page = STATIC / f"{said}.{language}.html"
        body = page.read_text() if page.exists() else "<!doctype html><title>Samen</title><p>Something went wrong."
        response = Response(body.replace("{{request_id}}", str(g.get("request_id", ""))), mimetype="text/html")
    response.status_code = status
    return response
