"""Build the application: configuration, hooks in order, registration. No rules live here."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app import wiring
from app.api.document import init_api
from app.changes import watch_changes
from app.config import ROOT, Config
from app.db import BUSY_TIMEOUT_S, db, prepare_engine
from app.organisations.identify import init_identify
from app.web.access import GATE
from app.web.assets import init_assets
from app.web.capacity import capacities
from app.web.current_actor import settle_actor
from app.web.errors import init_errors
from app.web.headers import init_headers
from app.web.kept_pages import init_kept_pages
from app.web.language import KeptBabel, current_language, current_time_zone, init_language
from app.web.overload import init_overload
from app.web.request_log import configure_logging, init_request_log
from app.web.strict_json import StrictJson
from app.web.templating import JINJA_OPTIONS, PlainEnvironment, init_templating
from app.web.throttle import init_throttle
from app.web.transactions import SAFE_METHODS, end_request
from app.web.uploads import init_uploads
from app.web.url_rules import RowId, UrlRule

LOOPBACK = ("localhost", "127.0.0.1")
BODY_LIMIT, FORM_LIMIT, PART_LIMIT = 1_000_000, 500_000, 200
# A machine that vanishes says no goodbye: without these the database keeps its open transaction, and the rows that it
# locked, for two hours; and we would wait as long for a database that vanished.
GONE_AFTER = {
    "connect_timeout": int(BUSY_TIMEOUT_S),
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=2 "
    "-c tcp_user_timeout=10000 -c jit=off",
}


class Samen(Flask):
    """Flask, with every request ended by `web.transactions`."""

    jinja_environment = PlainEnvironment
    jinja_options = JINJA_OPTIONS
    json_provider_class = StrictJson
    url_rule_class = UrlRule

    def dispatch_request(self) -> Response:
        return end_request(self._answer)

    def _answer(self) -> Response:
        return self.make_response(super().dispatch_request())


def create_app(config: Config | None = None) -> Flask:
    """Return the application for this deployment, by default the one the environment describes.

    It serves; `cli.with_commands` adds what is asked for on a command line.
    """
    config = config or Config.from_environment()
    configure_logging(config)
    app = Samen("app", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.extensions["samen.config"] = config
    app.url_map.converters["int"] = RowId
    app.config.update(_flask_settings(config))
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        watch_changes(db.engine)
        init_kept_pages(app, config)
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, config.proxies, config.proxies, config.proxies, 0)  # type: ignore[method-assign]
    KeptBabel(app, locale_selector=current_language, timezone_selector=current_time_zone)

    init_assets(app, may_change=config.environment == "development")
    init_request_log(app)
    init_overload(app)
    init_throttle(app)
    init_headers(app, config)
    init_identify(app)
    init_uploads(app)
    app.before_request(_settle_writers)
    csrf = CSRFProtect(app)
    init_language(app)
    init_templating(app, config, wiring.PLACES, capacities)
    init_errors(app)

    app.extensions["samen.reactions"] = {reaction.name: reaction for reaction in wiring.REACTIONS}
    app.extensions["samen.personal_data"] = wiring.PERSONAL_DATA
    app.extensions["samen.panels"] = wiring.PANELS
    app.extensions["samen.picture_readers"] = wiring.PICTURE_READERS
    app.extensions["samen.notes"] = wiring.NOTES
    app.extensions["samen.measures"] = wiring.MEASURES
    for blueprint in (*wiring.BLUEPRINTS, *(wiring.LETTER_BLUEPRINTS if config.shows_letters else ())):
        app.register_blueprint(blueprint)
    init_api(app)
    for blueprint in wiring.TOKEN_BLUEPRINTS:
        csrf.exempt(blueprint)
    return app


def gate_of(app: Flask, endpoint: str) -> str | None:
    """Return who may come in at this endpoint, as its view declares; None where it does not."""
    gate: str | None = getattr(app.view_functions[endpoint], GATE, None)
    return gate


def _settle_writers() -> ResponseReturnValue | None:
    if request.method not in SAFE_METHODS:
        settle_actor()
    return None


def _flask_settings(config: Config) -> dict[str, Any]:
    return {
        "SECRET_KEY": config.secret_key,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(config.database_url),
        "TESTING": config.environment == "test",
        # Never just any host: a name that somebody else points here would pass for this site.
        "TRUSTED_HOSTS": list(config.trusted_hosts) or [urlsplit(config.base_url).hostname or "", *LOOPBACK],
        "MAX_CONTENT_LENGTH": BODY_LIMIT,
        "MAX_FORM_MEMORY_SIZE": FORM_LIMIT,
        "MAX_FORM_PARTS": PART_LIMIT,
        "SESSION_COOKIE_NAME": "__Host-samen" if config.is_https else "samen",
        "SESSION_COOKIE_SECURE": config.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": 90 * 86_400,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": True,
        "BABEL_DEFAULT_LOCALE": config.default_language,
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "API_TITLE": "Samen",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
    }


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"check_same_thread": False, "timeout": BUSY_TIMEOUT_S}}
    return {
        "pool_pre_ping": True,
        "pool_size": 5,
        "max_overflow": 5,
        "pool_timeout": BUSY_TIMEOUT_S,
        "connect_args": GONE_AFTER,
    }
