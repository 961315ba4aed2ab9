"""Deployment settings, read once from the environment into a frozen `Config`.

Everything that is wrong is listed at once. What operators tune while it runs is declared beside the feature with
`app.sitesettings` instead.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from environs import Env, EnvValidationError, validate
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

Environment = Literal["development", "production", "test"]
SEARCH_ENGINES = ("whoosh", "tantivy", "postgresql")
ROOT = Path(__file__).resolve().parent.parent


class BadConfig(Exception):
    """The environment cannot be used; the message lists every problem."""


@dataclass(frozen=True)
class Config:
    """One installation's deployment. Paths are absolute; `smtp_url` None shows letters on a page instead of sending."""

    environment: Environment
    instance: Path
    database_url: str
    search_engine: str
    search_index: Path
    secret_key: str
    base_url: str
    trusted_hosts: tuple[str, ...]
    smtp_url: str | None
    mail_from: str
    metrics_token: str | None
    default_language: str
    proxies: int
    kept_pages_mb: int

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def contact_address(self) -> str:
        """The mail address behind which the people are who run this installation."""
        return parseaddr(self.mail_from)[1]

    @property
    def shows_letters(self) -> bool:
        """Say whether outgoing mail is shown on the letters page: in development without a mail server."""
        return self.environment == "development" and self.smtp_url is None

    @classmethod
    def from_environment(cls) -> Config:
        """Read SAMEN_* variables. Raises BadConfig with all problems at once."""
        env = Env(eager=False, prefix="SAMEN_")
        environment = env.str("ENV", "development", validate=validate.OneOf(["development", "production", "test"]))
        instance = env.path("INSTANCE", ROOT / "instance")
        database_url = env.str("DATABASE_URL", "", validate=_empty_or_database)
        # An instance of one's own has an index of its own: two communities must not share one.
        place = Path(instance) if os.environ.get("SAMEN_INSTANCE") else ROOT
        search_engine = env.str("SEARCH_ENGINE", "", validate=validate.OneOf(["", *SEARCH_ENGINES]))
        search_index = env.path("SEARCH_INDEX", place / "search_index")
        secret_key = env.str("SECRET_KEY", "", validate=_empty_or_long)
        base_url = env.str("BASE_URL", "http://127.0.0.1:5000", validate=validate.URL(require_tld=False))
        trusted_hosts = env.list("TRUSTED_HOSTS", [], subcast=str)
        smtp_url = env.str("SMTP_URL", "", validate=_empty_or_mail_server)
        mail_from = env.str("MAIL_FROM", "Samen <samen@localhost>", validate=_sender)
        metrics_token = env.str("METRICS_TOKEN", None)
        language = env.str("DEFAULT_LANGUAGE", "en", validate=validate.OneOf(["en", "nl"]))
        proxies = env.int("PROXIES", 0, validate=validate.Range(0, 5))
        kept_pages_mb = env.int("KEPT_PAGES_MB", 32, validate=validate.Range(0, 10_000))
        problems: dict[str, list[str]] = {}
        try:
            env.seal()
        except EnvValidationError as error:
            problems = cast(dict[str, list[str]], error.error_messages)
        if environment == "production":
            needed = [f"SAMEN_{name}" for name in ("BASE_URL", "SMTP_URL", "MAIL_FROM")]
            problems |= {name: ["must be set in production"] for name in needed if not os.environ.get(name)}
        if search_engine == "postgresql" and not _with_driver(database_url).startswith("postgresql"):
            problems |= {"SAMEN_SEARCH_ENGINE": ["postgresql needs a database of PostgreSQL"]}
        if problems:
            lines = "".join(f"\n  {name}: {' '.join(said)}" for name, said in sorted(problems.items()))
            raise BadConfig(f"These environment variables cannot be used:{lines}")
        if environment == "production" and not trusted_hosts:
            trusted_hosts = [urlsplit(base_url).hostname or ""]
        instance = Path(instance).absolute()
        instance.mkdir(parents=True, exist_ok=True)
        return cls(
            environment=cast(Environment, environment),
            instance=instance,
            database_url=_with_driver(database_url) or f"sqlite:///{instance / 'samen.db'}",
            search_engine=search_engine,
            search_index=Path(search_index).absolute(),
            secret_key=secret_key or kept_secret(instance / "secret_key"),
            base_url=base_url.rstrip("/"),
            trusted_hosts=tuple(trusted_hosts),
            smtp_url=smtp_url or None,
            mail_from=mail_from,
            metrics_token=metrics_token or None,
            default_language=language,
            proxies=proxies,
            kept_pages_mb=kept_pages_mb,
        )


def kept_secret(path: Path) -> str:
    """Return the secret in this file, making one (readable by the owner only) where there is none."""
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        # Two processes may start at once: linking fails for the second, which then reads the first one's secret.
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text().strip()


def _with_driver(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and scheme in {"postgres", "postgresql"} else url


def _empty_or_long(value: str) -> None:
    if value and len(value) < 32:
        raise validate.ValidationError("Must be at least 32 characters.")


def _empty_or_database(value: str) -> None:
    try:
        known = not value or make_url(value).get_backend_name() in {"sqlite", "postgresql", "postgres"}
    except ArgumentError:
        known = False
    if not known:
        raise validate.ValidationError("Must be sqlite:///PATH or postgresql://USER@HOST/NAME.")


def _empty_or_mail_server(value: str) -> None:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname):
        raise validate.ValidationError("Must be smtp://, smtps:// or smtp+starttls:// with a host.")


def _sender(value: str) -> None:
    if "@" not in parseaddr(value)[1] or any(ord(character) < 32 for character in value):
        raise validate.ValidationError("Must be an address, with or without a name: Samen <samen@example.org>.")
