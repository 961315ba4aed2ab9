"""W4, W13: naughty strings and SQL in every parameter and field: nothing breaks, and words come back as they were."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.community.models.posts import Question
from app.db import db, storable
from app.web import throttle
from tests.access.runner import Cell, Runner, cells
from tests.access.world import make_world
from tests.attacks.fields import writing
from tests.attacks.sizes import drawn, hold
from tests.cast import submit

pytestmark = [pytest.mark.needs_shared, pytest.mark.timeout(7200)]
READS = re.compile(r"(?:args|request\.values)(?:\.get|\.getlist)?[\[(]\s*\"(\w+)\"")
MORE_PARAMETERS = {"after_id", "page", "size", "sort", "state", "tag", "author", "is", "id", "next", "lang", "theme"}


@pytest.fixture
def runner(app: Flask, database: Session, monkeypatch: pytest.MonkeyPatch) -> Runner:
    for name in throttle.LIMITS:
        monkeypatch.setitem(throttle.LIMITS, name, throttle.Limit(10**9, 60))
    return Runner(app, make_world())


def naughty(folder: Path) -> list[str]:
    """Return the naughty strings, the tokenizer's inputs, and addresses with letters of every script."""
    listed = [str(each) for each in json.loads((folder / "strings" / "blns.json").read_text())]
    inputs = json.loads((folder / "html" / "html5lib_tokenizer_inputs.json").read_text())
    texts = [each if isinstance(each, str) else str(each.get("input", each)) for each in inputs]
    lines = [
        line
        for path in sorted((folder / "strings").glob("*.txt"))
        for line in path.read_bytes().decode("utf-8", "surrogateescape").splitlines()
    ]
    return [text for text in dict.fromkeys([*listed, *texts, *lines, *domains()]) if text]


def domains() -> list[str]:
    """Return names of hosts as no registrar sells them: letters, joiners, digits and dots of every script."""
    letters = [
        "a",
        "ß",
        "ς",
        "\u0661",
        "א",
        "\u200d",
        "\u200c",
        "\u3002",
        "\uff0e",
        "İ",
        "ı",
        "ﬁ",
        "Å",
        "\u0301",
        "xn--",
    ]
    letters += [
        "\U0001f468\u200d\U0001f469",
        "\u06f0",
        "०",
        "\u00b7",
        "ㆍ",
        "\u0f0b",
        "\U00010400",
        "\ufdfa",
        "-",
        "_",
        "",
    ]
    return [f"https://{one}{two}.{one}example/{two}@{one}" for one in letters for two in letters]


def sql(folder: Path) -> list[str]:
    files = sorted((folder / "sqli").glob("*.txt"))
    return list(dict.fromkeys(line for path in files for line in path.read_text(errors="replace").splitlines() if line))


def parameters() -> list[str]:
    """Return the names that the application reads from addresses, found in its source."""
    sources = [path.read_text() for path in Path("app").rglob("*.py")]
    return sorted({name for text in sources for name in READS.findall(text)} | MORE_PARAMETERS)


def read_everywhere(runner: Runner, texts: Sequence[str]) -> tuple[int, list[str]]:
    """Send each text as every parameter of a page at once, going round the pages; return how many and what broke."""
    pages = [cell for cell in cells(each_role=True) if cell.method == "GET" and cell.expected == "ok"]
    pages = list({cell.route: cell for cell in pages if "/live" not in cell.route}.values())
    broken, asked = [], 0
    for number, text in enumerate(texts):
        for cell in (pages[number % len(pages)], KEY_PAGES[number % len(KEY_PAGES)]):
            client = runner.app.test_client()
            if cell.role in runner.cookies:
                client.set_cookie(runner.app.config["SESSION_COOKIE_NAME"], runner.cookies[cell.role])
            headers = {"Authorization": f"Bearer {runner.secrets['customer']}"} if cell.is_api else {}
            sent = {name: text.encode("utf-8", "surrogateescape") for name in parameters()}
            answer = client.get(runner.address(cell.route, cell.state), query_string=sent, headers=headers)
            asked += 1
            if answer.status_code >= 500:
                broken.append(f"{answer.status_code} {cell.route}: {text!r}")
    return asked, broken


KEY_PAGES = [
    Cell(f"GET {path}", "any", "customer", "ok")
    for path in ("/search", "/questions", "/", "/tags", "/people", "/ask/similar", "/mentions", "/tag-names", "/mine")
]


def test_no_text_in_a_parameter_breaks_a_page(runner: Runner, shared_data: Path) -> None:
    texts = sql(shared_data / "corpora") + naughty(shared_data / "corpora")
    tried = drawn(texts, 12)

    asked, broken = read_everywhere(runner, tried)

    what = f"{len(tried):,} texts (SQL, strings) as each of {len(parameters())} parameters, {asked:,} GETs: status 500"
    hold("W4", what, len(broken), "0", held=not broken, details=broken)


def test_no_text_in_a_field_breaks_a_form(runner: Runner, shared_data: Path) -> None:
    texts = [storable(text, longest=10**6) for text in sql(shared_data / "corpora") + naughty(shared_data / "corpora")]
    tried, fields, broken, written = drawn(texts, 12), drawn(writing(runner), 12), [], 0
    for number, (cell, name) in enumerate(fields):
        for text in tried[number :: len(fields)]:
            seen = runner.see(cell, extra={name: text})
            written += bool(seen.writes)
            if seen.kind.startswith("status 5"):
                broken.append(f"{cell} {name}={text!r}")

    what = f"{len(tried):,} texts in {len(fields)} fields of forms and bodies, {written:,} written: status 500"
    hold("W13", what, len(broken), "0", held=not broken, details=broken)


def test_words_come_back_as_they_were_sent(runner: Runner, shared_data: Path) -> None:
    """Through the form, the database and the edit form's field, letter for letter."""
    question_id = runner.world.objects["question"]["open"]["question_id"]
    client = runner.app.test_client()
    client.set_cookie(runner.app.config["SESSION_COOKIE_NAME"], runner.cookies["customer"])
    texts = [storable(text, longest=20_000) for text in naughty(shared_data / "corpora")]
    lost, kept = [], 0
    for text in drawn(texts, 12):
        body = f"It says: {text} and no more."
        question = db.session.get_one(Question, question_id)
        fields = {"title": question.title, "tags": "taps", "category": runner.world.words["category"], "reason": "x"}
        version = str(question.text_version)
        answer = submit(client, f"/q/{question_id}/edit", body=body, version=version, based_on=version, **fields)
        db.session.expire_all()
        stored = db.session.get_one(Question, question_id).body
        kept += answer.status_code == 303
        # A form sends each end of a line as CR LF (HTML, 4.10.21.4), and we keep LF.
        if answer.status_code == 303 and stored != body.replace("\r\n", "\n").replace("\r", "\n"):
            lost.append((body, stored))
        elif answer.status_code not in {303, 422}:
            lost.append((answer.status_code, body))

    tried = len(drawn(texts, 12))
    hold(
        "W13",
        f"{tried:,} texts sent and read again, {kept:,} stored: not exact",
        len(lost),
        "0",
        held=not lost,
        details=lost,
    )
    assert kept > tried * 0.9
