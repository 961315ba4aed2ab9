"""W6: schemathesis against our own description of the API, with every check it has; ./dev bench attack_api runs it."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import flask
import pytest
from flask import Flask

from app.api.document import document_of
from bench._tools import tool
from tests.attacks.served import listening, served
from tests.attacks.sizes import SEED, hold, must_fail, of_size
from tests.support.databases import RunDatabase

EXAMPLES = of_size(10, 200)
# Which categories there are and how far a list goes is a matter of rows, not of the schema: such a value is refused
# with 422, as the document says, though its form is right; what was there once is gone, with 410. Everything else stays
# as schemathesis has it.
SETTINGS = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 410, 422, 429]
"""


def failures(url: str, folder: Path, *more: str) -> tuple[Counter[str], int, str]:
    """Return the checks that failed with how often, the number of requests, and the tail of what was printed."""
    report, settings = folder / "report.ndjson", folder / "schemathesis.toml"
    settings.write_text(SETTINGS)
    command = [
        str(tool("schemathesis")),
        "--config-file",
        str(settings),
        "run",
        f"{url}/api/v1/openapi.json",
        "--checks",
        "all",
    ]
    command += ["--max-examples", str(EXAMPLES), "--seed", str(SEED), "--workers", "2", "--continue-on-failure"]
    command += ["--no-color", "--report", "ndjson", "--report-ndjson-path", str(report), *more]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    (folder / "said.txt").write_text(done.stdout + done.stderr)
    found = Counter(re.findall(r"^- (.+)$", done.stdout, re.MULTILINE))
    asked = sum(map(int, re.findall(r"(\d[\d,]*) generated", done.stdout.replace(",", ""))))
    assert asked, done.stdout[-3000:] + done.stderr[-2000:]
    return found, asked, done.stdout[-12_000:]


@pytest.mark.parametrize("role", ["customer", "reader", "operator", "nobody"])
def test_schemathesis_finds_nothing(app: Flask, run_database: RunDatabase, tmp_path: Path, role: str) -> None:
    with served(app, run_database) as there:
        secret = there.runner.secrets.get(role)
        more = ["--header", f"Authorization: Bearer {secret}"] if secret else []
        found, asked, said = failures(there.url, tmp_path, *more)

    what = f"schemathesis as {role}, every check, {EXAMPLES} examples an operation, {asked:,} requests: findings"
    hold("W6", what, found.total(), "0", held=not found, details=[*found, said])


def test_every_route_of_the_api_is_described(app: Flask) -> None:
    described = {
        (method.upper(), re.sub(r"{(\w+)}", "<>", path))
        for path, methods in document_of(app)["paths"].items()
        for method in methods
        if method in {"get", "post", "put", "patch", "delete"}
    }
    served_ = {
        (method, re.sub(r"<(?:\w+:)?\w+>", "<>", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }

    what = f"{len(served_)} routes of the API, not described"
    hold("W6", what, len(served_ - described), "0", held=served_ == described, details=sorted(served_ ^ described))


def test_schemathesis_finds_planted_faults(tmp_path: Path) -> None:
    """The control: an API of one route that breaks its promises."""
    planted = flask.Flask("planted")
    whole = {"200": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}}
    parameter = {"name": "n", "in": "query", "required": True, "schema": {"type": "integer"}}
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "planted", "version": "1"},
        "paths": {"/thing": {"get": {"parameters": [parameter], "responses": whole}}},
    }

    @planted.get("/api/v1/openapi.json")
    def describe() -> Any:
        return json.dumps(document), {"Content-Type": "application/json"}

    @planted.get("/thing")
    def thing() -> Any:
        return flask.jsonify([1 / int(flask.request.args["n"])])

    with listening(planted) as url:
        found, _asked, _said = failures(url, tmp_path)
    must_fail("W6", "schemathesis on an API with planted faults: findings", found.total(), fails=found.total() >= 2)
