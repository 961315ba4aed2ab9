"""The files in deploy/ fit the application. That nginx and systemd take them: `./dev bench deployment`."""

from __future__ import annotations

import re
import runpy
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.attachments.views import MOST_BYTES
from app.config import Config
from app.factory import BODY_LIMIT
from app.outbox.models import ScheduledJob
from app.web.uploads import FORM_AROUND_IT
from devtools.places import ROOT
from tests.support.clock import NOW

DEPLOY = ROOT / "deploy"
NGINX = (DEPLOY / "nginx" / "samen.conf").read_text()
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PAGE = (ROOT / "docs" / "deployment.md").read_text()


def location(path: str) -> str:
    """Return what nginx's file says about one location."""
    found = re.search(rf"location (?:= )?{re.escape(path)} {{(.*?)\n    }}", NGINX, re.DOTALL)
    assert found, f"nothing about {path}"
    return found[1]


def unit(path: Path) -> dict[str, list[str]]:
    """Return the service's settings; one may be given more than once."""
    lines = [line for line in path.read_text().splitlines() if re.match(r"[A-Z]\w+=", line)]
    names = {line.partition("=")[0] for line in lines}
    return {name: [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")] for name in names}


def settings(path: Path) -> dict[str, str]:
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(f"[all]\n{path.read_text()}")
    return dict(parser["all"])


def test_alerts_ask_for_figures_that_there_are(client: FlaskClient, database: Session) -> None:
    database.add(ScheduledJob(name="any", due_at=NOW, runs=1, last_run_at=NOW))
    database.flush()
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
    wanted = {name for rule in rules for name in re.findall(r"samen_\w+", rule["expr"])}
    client.get("/healthz")

    given = set(re.findall(r"^(samen_\w+)", client.get("/metrics").text, re.MULTILINE))

    assert wanted - given == {"samen_backup_age_seconds"}, "and that one from the first backup on"
    assert all(rule["alert"] in PAGE for rule in rules), "docs/deployment.md says what to do about each alert"


def test_nginx_lets_through_what_the_application_takes(app: Flask) -> None:
    with app.test_request_context():
        pictures, stream = url_for("attachments.add"), url_for("notifications.stream")
        of_question = url_for("notifications.question_stream", question_id=7)

    assert int(re.findall(r"client_max_body_size (\d+)m", location(pictures))[0]) * 2**20 >= MOST_BYTES + FORM_AROUND_IT
    assert int(re.findall(r"client_max_body_size (\d+)m", NGINX)[0]) * 2**20 >= BODY_LIMIT
    assert "proxy_buffering off" in location(stream)
    assert of_question.startswith(stream), "the location of streams is a prefix"
    assert "return 404" in location("/metrics")


def test_an_address_that_nginx_lets_through_reaches_the_application(tmp_path: Path, monkeypatch) -> None:
    """Beyond its own limit gunicorn answers in its own words, in English."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))  # else gunicorn's settings set it for good
    buffer = re.search(r"large_client_header_buffers \d+ (\d+)k;", NGINX)
    assert buffer is not None
    line = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))["limit_request_line"]

    assert line == 8190 == int(buffer[1]) * 1024 - len("\r\n")


def test_example_settings_are_those_of_a_production_installation(tmp_path: Path, monkeypatch) -> None:
    given = {name: value for name, value in settings(DEPLOY / "samen.env").items() if name.startswith("SAMEN_")}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SAMEN_INSTANCE", str(tmp_path))

    config = Config.from_environment()

    assert (config.environment, config.is_https, config.proxies) == ("production", True, 1)
    assert config.trusted_hosts == ("samen.example.org", "127.0.0.1")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX, "one proxy, whose word replaces the client's"


def test_every_deployment_setting_is_explained() -> None:
    known = set(re.findall(r'env\.\w+\("(\w+)"', (ROOT / "app" / "config.py").read_text()))

    assert len(known) > 8
    assert {name for name in known if f"`SAMEN_{name}`" not in PAGE} == set()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_service_has_few_rights_and_starts_what_there_is(path: Path) -> None:
    said = unit(path)
    files = re.findall(r"(?<![\w/])(?:deploy|app)/[\w./]+", " ".join(said["ExecStart"]))

    assert said["User"] == ["samen"]
    assert said["ReadWritePaths"] == [f"{settings(DEPLOY / 'samen.env')['SAMEN_INSTANCE']}"]
    assert said["ProtectSystem"] == ["strict"]
    assert (said["NoNewPrivileges"], said["CapabilityBoundingSet"]) == (["true"], [""])
    assert [name for name in files if not (ROOT / name).exists()] == []


def test_containers_are_made_of_one_image_and_migrated_before_they_serve() -> None:
    compose: dict[str, Any] = yaml.safe_load((DEPLOY / "containers" / "compose.yaml").read_text())
    ours = {name: each for name, each in compose["services"].items() if each["image"] == "samen"}

    assert set(ours) == {"migration", "web", "worker"}
    for name in ("web", "worker"):
        assert ours[name]["depends_on"]["migration"]["condition"] == "service_completed_successfully"
        assert ours[name]["read_only"]
    assert ours["web"]["ports"] == ["127.0.0.1:8000:8000"], "only nginx of the machine itself may reach it"
    assert (DEPLOY / "containers" / compose["services"]["web"]["build"]["context"]).resolve() == ROOT
    assert (ROOT / compose["services"]["web"]["build"]["dockerfile"]).exists()
