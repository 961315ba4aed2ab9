"""Deployment settings: read once, wrong ones told all at once, secrets kept."""

from __future__ import annotations

import stat
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from app.config import BadConfig, Config, kept_secret
from tests.support.processes import FORK


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Return a function that sets SAMEN_* variables; nothing else of that name is set."""
    for name in Config.__dataclass_fields__:
        monkeypatch.delenv(f"SAMEN_{name.upper()}", raising=False)
    monkeypatch.delenv("SAMEN_ENV", raising=False)
    monkeypatch.setenv("SAMEN_INSTANCE", str(tmp_path / "instance"))

    def set_all(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(f"SAMEN_{name}", value)

    return set_all


def test_nothing_set_is_a_development_installation_in_its_folder(environment, tmp_path: Path) -> None:
    config = Config.from_environment()

    assert config.environment == "development"
    assert config.database_url == f"sqlite:///{tmp_path / 'instance' / 'samen.db'}"
    assert config.search_index == tmp_path / "instance" / "search_index"
    assert config.shows_letters
    assert not config.is_https
    with pytest.raises(FrozenInstanceError):
        config.base_url = "http://elsewhere"  # type: ignore[misc]


def test_everything_wrong_is_told_at_once(environment) -> None:
    environment(
        ENV="produktion",
        DATABASE_URL="mysql://somewhere",
        SECRET_KEY="too short",
        BASE_URL="samen.example",
        SMTP_URL="https://mail.example",
        MAIL_FROM="nobody",
        DEFAULT_LANGUAGE="fr",
        PROXIES="many",
    )

    with pytest.raises(BadConfig) as refused:
        Config.from_environment()

    told = [line.split(":")[0].strip() for line in str(refused.value).splitlines()[1:]]
    assert told == [
        "SAMEN_BASE_URL",
        "SAMEN_DATABASE_URL",
        "SAMEN_DEFAULT_LANGUAGE",
        "SAMEN_ENV",
        "SAMEN_MAIL_FROM",
        "SAMEN_PROXIES",
        "SAMEN_SECRET_KEY",
        "SAMEN_SMTP_URL",
    ]
    assert "too short" not in str(refused.value), "a secret does not belong in a log"


def test_production_says_where_it_is_and_how_it_sends_mail(environment) -> None:
    environment(ENV="production")

    with pytest.raises(BadConfig) as refused:
        Config.from_environment()

    assert all(name in str(refused.value) for name in ("SAMEN_BASE_URL", "SAMEN_SMTP_URL", "SAMEN_MAIL_FROM"))


def test_production_serves_its_own_host_only(environment) -> None:
    environment(
        ENV="production",
        BASE_URL="https://samen.example/",
        SMTP_URL="smtp+starttls://user:pass@mail.example:587",
        MAIL_FROM="Samen <samen@samen.example>",
    )

    config = Config.from_environment()

    assert config.trusted_hosts == ("samen.example",)
    assert config.base_url == "https://samen.example"
    assert config.is_https
    assert not config.shows_letters


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_postgresql_is_spoken_to_by_its_driver(environment, url: str) -> None:
    environment(DATABASE_URL=url)

    assert Config.from_environment().database_url == "postgresql+psycopg://u@h/d"


def test_secret_is_made_once_and_readable_by_its_owner_only(environment, tmp_path: Path) -> None:
    first, second = Config.from_environment().secret_key, Config.from_environment().secret_key

    kept = tmp_path / "instance" / "secret_key"
    assert first == second == kept.read_text()
    assert len(first) >= 32
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_secret(tmp_path: Path) -> None:
    with FORK.Pool(6) as pool:
        secrets = pool.map(kept_secret, [tmp_path / "secret_key"] * 24, chunksize=1)

    assert len(set(secrets)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_given_secret_is_used_and_none_is_made(environment, tmp_path: Path) -> None:
    environment(SECRET_KEY="x" * 40)

    assert Config.from_environment().secret_key == "x" * 40
    assert not (tmp_path / "instance" / "secret_key").exists()
