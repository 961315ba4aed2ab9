"""Headers on every answer, and the checks on every request that do not depend on the page.

Scripts and styles come from this host or carry the request's nonce; nothing is ever loaded from elsewhere.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from app.config import Config
from app.web.current_actor import known_actor
from app.web.transactions import SAFE_METHODS


def csp_nonce() -> str:
    """Return this request's nonce for an inline script or style."""
    nonce: str | None = g.get("csp_nonce")
    if nonce is None:
        nonce = g.csp_nonce = secrets.token_urlsafe(16)
    return nonce


def init_headers(app: Flask, config: Config) -> None:
    """Attach the checks and the headers."""
    own_origin = _origin(config.base_url)

    @app.before_request
    def _refuse_foreign_origins() -> None:
        if request.method in SAFE_METHODS or request.path.startswith("/api/"):
            return
        sent = request.headers.get("Origin")
        if sent is None:
            referrer = request.headers.get("Referer")
            sent = _origin(referrer) if referrer else None
        if sent is not None and sent not in {own_origin, _origin(request.host_url)}:
            abort(403, "foreign_origin")
        if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
            abort(403, "foreign_origin")

    @app.before_request
    def _refuse_nul() -> None:
        if "\x00" in request.path or any("\x00" in part for pair in request.args.items(multi=True) for part in pair):
            abort(400, "nul_in_address")

    @app.after_request
    def _add_headers(response: Response) -> Response:
        nonce = f" 'nonce-{g.csp_nonce}'" if g.get("csp_nonce") else ""
        response.headers.setdefault(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'self'{nonce}; style-src 'self'{nonce}; img-src 'self'; font-src 'self'; "
            "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'",
        )
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        if config.is_https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if "Cache-Control" not in response.headers:
            is_open = request.method in SAFE_METHODS and known_actor().is_visitor and response.status_code < 400
            response.headers["Cache-Control"] = "private, no-cache" if is_open else "private, no-store"
        response.vary.update(["Cookie", "Accept-Language", "HX-Request"])
        return response


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
