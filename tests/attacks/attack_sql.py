"""W4: sqlmap on the parameters of the routes that ask most of the database; ./dev bench attack_sql runs it.

Each route is asked as somebody who may, with every parameter it knows, at level 3 and risk 2. The control is a page
with a hole, which sqlmap must find with the same options.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import flask
from flask import Flask

from bench._tools import tool
from tests.access.runner import MATRIX, Cell, cells
from tests.attacks.served import Served, listening, served
from tests.attacks.sizes import hold, must_fail
from tests.cast import signed_token
from tests.support.databases import RunDatabase

PATIENCE_S = int(os.environ.get("SAMEN_SQLMAP_S", "240"))  # for one route
READING = {
    "/search": {"q": "tap", "sort": "newest", "page": "1", "state": "solved"},
    "/questions": {"order": "newest", "after": "1772443800000000~5", "answered": "no", "tag": "taps"},
    "/tags": {"q": "taps", "order": "popular"},
    "/people": {"q": "pete", "order": "newest", "page": "1"},
    "/ask/similar": {"q": "how do I mend a leaking tap"},
    "/mentions": {"q": "pe"},
    "/tag-names": {"q": "ta"},
    "/questions/news": {"after": "2026-03-02T09:30:00+00:00", "order": "newest"},
    "/feeds/search.atom": {"q": "tap"},
    "/mine": {"order": "newest", "show": "answers", "after": "1772443800000000~5"},
    "/for-you": {"after": "1"},
    "/api/v1/requests": {"order": "newest", "limit": "5", "mine": "true"},
}
WRITING = [
    "POST /q/<int:question_id>/answers",
    "POST /answers/<int:answer_id>/vote",
    "POST /q/<int:question_id>/comment",
    "POST /q/<int:question_id>/report",
    "POST /filters/new",
    "POST /preview",
    "POST /settings/profile",
    "POST /api/v1/requests",
]


def sqlmap(folder: Path, url: str, *more: str) -> tuple[bool, str]:
    """Return whether sqlmap found a way in, and the end of what it said."""
    options = ["--batch", "--level", "3", "--risk", "2", "--threads", "1", "--timeout", "20", "--disable-coloring"]
    options += ["--output-dir", str(folder), "--skip-waf", "--flush-session", "--technique", "BEUT", "--time-sec", "3"]
    command = [str(tool("sqlmap")), "-u", url, *options, *more]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        said = done.stdout
    except subprocess.TimeoutExpired as late:
        said = (late.stdout or b"").decode(errors="replace") + "\n(ended after its time)"
    assert "testing" in said, said[-2000:]
    return "identified the following injection point" in said or "is vulnerable" in said, said


def targets(there: Served) -> dict[str, list[str]]:
    """Return what sqlmap is told for each route: who asks, and what is sent."""
    runner, name = there.runner, there.runner.app.config["SESSION_COOKIE_NAME"]
    found = {}
    for path, parameters in READING.items():
        token = ["--headers", f"Authorization: Bearer {runner.secrets['customer']}"] if path.startswith("/api/") else []
        cookie = token or ["--cookie", f"{name}={runner.cookies['customer']}"]
        found[f"{there.url}{path}?{urlencode(parameters)}"] = [*cookie, "-p", ",".join(parameters)]
    for cell in writing_cells():
        sent = runner._filled(MATRIX[cell.route].get("json" if cell.is_api else "send", {}))
        # It takes a minus before a number for somebody's attack, and ends.
        words = {key: value.removeprefix("-") for key, value in sent.items() if isinstance(value, str)}
        url = there.url + runner.address(cell.route, cell.state)
        if cell.is_api:
            headers = f"Authorization: Bearer {runner.secrets[cell.role]}\nContent-Type: application/json"
            found[url] = ["--headers", headers, "--data", flask.json.dumps(sent)]
        else:
            token = signed_token(runner.app)
            body = urlencode({**words, "csrf_token": token})
            cookie = f"{name}={runner.cookies[cell.role]}"
            found[url] = ["--cookie", cookie, "--data", body, "-p", ",".join(words) or "csrf_token"]
    return found


def writing_cells() -> list[Cell]:
    found: dict[str, Cell] = {}
    for cell in cells(each_role=True):
        if cell.route in WRITING and cell.expected in {"done", "ok"} and cell.role != "visitor":
            found.setdefault(cell.route, cell)
    return list(found.values())


def test_sqlmap_finds_no_way_in(app: Flask, run_database: RunDatabase, tmp_path: Path) -> None:
    tool("sqlmap")  # installed before two want it at once
    statuses: dict[int, int] = {}
    app.after_request_funcs.setdefault(None, []).append(
        lambda answer: statuses.update({answer.status_code: statuses.get(answer.status_code, 0) + 1}) or answer
    )
    with served(app, run_database) as there, ThreadPoolExecutor(2) as pool:
        asked = targets(there)
        jobs = {
            url: pool.submit(sqlmap, tmp_path / str(number), url, *more)
            for number, (url, more) in enumerate(asked.items())
        }
        told = {url: job.result() for url, job in jobs.items()}

    app.after_request_funcs[None].pop()
    holes = [url for url, (is_hole, _said) in told.items() if is_hole]
    late = sum("ended after its time" in said for _is_hole, said in told.values())
    what = (
        f"sqlmap, level 3, risk 2, {len(asked)} routes, {sum(statuses.values()):,} requests ({late} cut short): ways in"
    )
    hold("W4", what, len(holes), "0", held=not holes, details=[told[url][1][-3000:] for url in holes])
    broken = sum(count for status, count in statuses.items() if status == 500)
    hold("W4", "the same: status 500", broken, "0", held=broken == 0, details=sorted(statuses.items()))


def test_sqlmap_finds_the_planted_hole(tmp_path: Path) -> None:
    """The control: a page that puts its parameter into the statement."""
    holed = flask.Flask("holed")
    rows = sqlite3.connect(":memory:", check_same_thread=False)
    rows.executescript("CREATE TABLE people (id INTEGER, name TEXT); INSERT INTO people VALUES (1, 'ann'), (2, 'bob');")

    @holed.get("/people")
    def people() -> str:
        try:
            found = rows.execute(f"SELECT name FROM people WHERE id = {flask.request.args['id']}").fetchall()
        except sqlite3.Error as error:
            return f"{error}"
        return "<p>" + ", ".join(str(name) for (name,) in found)

    with listening(holed) as url:
        is_found, said = sqlmap(tmp_path, f"{url}/people?id=1", "-p", "id")
    asked = re.findall(r"total of (\d+) HTTP", said)
    must_fail("W4", "sqlmap on a page with a planted hole", f"found after {''.join(asked)} requests", fails=is_found)
