"""Answers for machines that watch: alive, ready, metrics."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.config import Config
from app.db import own_session
from app.errors import NotFound
from app.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def alive() -> Response:
    """The process answers. Asks nothing of anybody else."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """The database answers too."""
    try:
        with own_session() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(database="unreachable"), 503
    return jsonify(database="ok"), 200


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Figures for Prometheus: for this machine itself, or for whoever has the token."""
    config: Config = current_app.extensions["samen.config"]
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    has_token = config.metrics_token is not None and hmac.compare_digest(sent.encode(), config.metrics_token.encode())
    is_local = config.metrics_token is None and config.proxies == 0 and request.remote_addr in {"127.0.0.1", "::1"}
    if not (has_token or is_local):
        raise NotFound
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
