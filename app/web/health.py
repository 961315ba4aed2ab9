"""Answers for machines that watch: alive, ready, metrics.

Requests are counted in each process; where gunicorn runs several, files in $PROMETHEUS_MULTIPROC_DIR add them up
(deploy/gunicorn.conf.py). What waits, and the disk, is looked up when somebody asks.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.config import Config
from app.db import db, own_session
from app.errors import NotFound
from app.web.access import public
from app.web.watching import measures

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
    registry = CollectorRegistry()
    registry.register(_Looked())
    counted = generate_latest(_counted())
    return Response(counted + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Looked(Collector):
    """What is looked up now. Without the database the rest of the figures is worth having all the same."""

    def collect(self) -> Iterator[Metric]:
        try:
            found = list(measures())
        except SQLAlchemyError:
            db.session.rollback()
            found = None
        yield GaugeMetricFamily("samen_database_up", "1 when the database answers", 0 if found is None else 1)
        yield from found or ()


def _counted() -> CollectorRegistry:
    """Return what was counted: by this process, or by all of its machine."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry
