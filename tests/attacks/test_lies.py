"""W8, W11: requests that lie about where they come from, for whom they are, and where they lead."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.community.links import slug_of
from app.db import Base, db
from app.mail import Letter
from app.web import throttle
from tests.access.runner import Cell, Runner, cells, masked
from tests.access.test_matrix import GUARDED_BY_ADDRESS
from tests.access.world import make_world
from tests.accounts.make import PASSWORD
from tests.attacks.sizes import drawn, hold, must_fail
from tests.cast import Cast, sign_out, signed_token, submit
from tests.community import make
from tests.support.databases import create_app
from tests.web.test_kept_pages import shelf_of
from tests.web.test_own_path import known_payloads

pytestmark = pytest.mark.timeout(7200)
OTHER_BROWSER = "fedcba98" * 5
LIES: dict[str, dict[str, dict[str, str]]] = {
    "no token": {"extra": {"csrf_token": ""}},
    "a wrong token": {"extra": {"csrf_token": "Ilx1MDAwMCI.aaaa.bbbb"}},
    "a foreign origin": {"headers": {"Origin": "https://evil.example"}},
    "no origin at all": {"headers": {"Origin": "null"}},
    "an origin that begins like ours": {"headers": {"Origin": "http://localhost.evil.example"}},
    "a foreign page": {"headers": {"Referer": "https://evil.example/http://localhost/"}},
    "another site, as the browser says": {"headers": {"Sec-Fetch-Site": "cross-site"}},
    "a sister site": {"headers": {"Sec-Fetch-Site": "same-site"}},
}
# What each visit may change: when somebody was last here, and how often.
COUNTED = {"throttle_counters", "sessions", "api_tokens"}


@pytest.fixture
def runner(app: Flask, database: Session, monkeypatch: pytest.MonkeyPatch) -> Runner:
    for name in throttle.LIMITS:
        monkeypatch.setitem(throttle.LIMITS, name, throttle.Limit(10**9, 60))
    return Runner(app, make_world())


def writing_cells() -> list[Cell]:
    """Return one cell for each way to write with a form, as somebody who may."""
    found: dict[str, Cell] = {}
    for cell in cells(each_role=True):
        if cell.method != "GET" and cell.expected in {"done", "ok"} and not cell.is_api and cell.role != "visitor":
            found.setdefault(cell.route, cell)
    return [cell for cell in found.values() if cell.route not in GUARDED_BY_ADDRESS]


def test_forms_that_lie_change_nothing(runner: Runner) -> None:
    lies = {**LIES, "the token of another browser": {"extra": {"csrf_token": signed_token(runner.app, OTHER_BROWSER)}}}
    done, plain = [], 0
    for cell in drawn(writing_cells(), 3):
        plain += bool(runner.see(cell).writes)
        for name, lie in lies.items():
            seen = runner.see(cell, **lie)
            if seen.kind not in {"bad", "no"} or seen.writes:
                done.append(f"{cell} with {name}: {seen.kind}")

    what = f"{len(drawn(writing_cells(), 3))} writing routes x {len(lies)} lies, done all the same"
    hold("W8", what, len(done), "0", held=not done, details=done)
    must_fail("W8", "the same forms with the truth: done", plain, fails=plain > 1)


def contents() -> dict[str, str]:
    """Return a digest of each table's rows, but for what only counts visits."""
    return {
        table.name: hashlib.sha256(
            repr(db.session.execute(sa.select(table).order_by(*table.primary_key)).all()).encode()
        ).hexdigest()
        for table in Base.metadata.sorted_tables
        if table.name not in COUNTED
    }


def test_reading_changes_nothing_in_the_database(runner: Runner) -> None:
    """Digests of all rows before and after: nothing is taken on trust from the code that writes."""
    reading = [cell for cell in cells(each_role=True) if cell.method == "GET"]
    asked, before = drawn(reading, 15), contents()
    for cell in asked:
        runner._ask(cell)
    changed = [name for name, digest in contents().items() if digest != before[name]]

    hold("W8", f"{len(asked):,} GETs, tables that changed", len(changed), "0", held=not changed, details=changed)
    writes = next(cell for cell in writing_cells() if "/vote" in cell.route and cell.state == "open")
    runner._ask(writes)
    must_fail(
        "W8", "one POST, tables that changed", (n := sum(contents()[t] != before[t] for t in before)), fails=n > 0
    )


HOSTS = [
    *("evil.example", "evil.example:80", "evil.example:5000", "localhost.evil.example", "evil.example#localhost"),
    *("localhost@evil.example", "localhost:x@evil.example", "evil.example/localhost", "evil.example?localhost"),
    *("localhost:99999999", "localhost:evil", "localhost:", "localhost.", "LOCALHOST.evil.example", "localhost..", "."),
    *("", " ", "localhost evil.example", "localhost,evil.example", "localhost;evil.example", "localhost\\evil.example"),
    *("127.0.0.1.evil.example", "127.0.0.1@evil.example", "0x7f.0.0.1.evil.example", "[::1]", "[evil.example]"),
    *("localhost%00evil.example", "localhost%0d%0aX:%20y", "localhost\tevil.example", "http://evil.example"),
    *("//evil.example", "//localhost@evil.example", "evil.example:80@localhost", "xn--80ak6aa92e.com", "evil。example"),
    *("localhost&evil.example", "'localhost'", '"localhost"', "<localhost>", "*", "*.localhost", "evil.localhost:80"),
]
SAYS_OTHERWISE = [
    *("X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "Forwarded", "X-Original-Host", "X-HTTP-Host-Override"),
    *(
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-Forwarded-Prefix",
        "X-Forwarded-Scheme",
        "X-Forwarded-Proto",
        "X-Script-Name",
    ),
    *("X-HTTP-Method-Override", "X-Method-Override", "X-Forwarded-Port", "X-Forwarded-For", "X-Real-IP", "Client-IP"),
    *("True-Client-IP", "X-Cluster-Client-IP", "Via", "X-WAP-Profile", "X-Backend-Host", "Proxy-Host", "Destination"),
    *(
        "X-Frame-Options",
        "X-Original-Path",
        "X-Url-Scheme",
        "Front-End-Https",
        "Base-Url",
        "X-Proxy-Url",
        "Request-Uri",
    ),
]


def said(answer: object) -> list[str]:
    """Return what leads somewhere in an answer, or in the letters written meanwhile."""
    letters = [f"{each.subject} {each.body}" for each in db.session.scalars(sa.select(Letter))]
    return [str(answer.headers), answer.get_data(as_text=True), *letters]  # type: ignore[attr-defined]


def test_no_host_header_gets_into_an_answer_or_a_letter(client: FlaskClient, cast: Cast) -> None:
    """Also those that a proxy would send: without one in front they mean nothing."""
    forms = {"Host": HOSTS, **{name: ["evil.example", "host=evil.example;proto=https"] for name in SAYS_OTHERWISE}}
    tried = [(name, value) for name, values in forms.items() for value in values]
    told = []
    for name, value in drawn(tried, 4):
        for path in ("/reset", "/questions", "/feeds/questions.atom", "/sitemap.xml", "/robots.txt", "/sign-in"):
            headers = {name: value} if value.isascii() else {name: value.encode().decode("latin-1")}
            answer = client.get(path, headers=headers)
            # A form of nothing but signs stands in every page.
            whose = value if any(map(str.isalnum, value)) else "evil"
            told += [f"{name}: {value} in {path}" for each in said(answer) if "evil" in each.replace(whose, "evil")]
            if name == "Host" and answer.status_code < 400 and value not in {"localhost:", "localhost."}:
                told.append(f"{path} served as {value}")
        submit(client, "/reset", email="customer1@example.org")
    for name, value in drawn(tried, 4):
        data = {"csrf_token": signed_token(client.application), "email": cast.customer.handle + "@example.org"}
        client.post("/reset", data=data, headers={name: value.encode().decode("latin-1")})
    told += [f"letter: {each}" for each in said(client.get("/help")) if "evil" in each]

    what = f"{len(HOSTS)} forms of Host and {len(SAYS_OTHERWISE)} headers like it, on pages, feeds and letters: foreign"
    hold("W11", what, len(told), "0", held=not told, details=told)


@pytest.mark.long
def test_headers_that_a_cache_does_not_know_change_no_answer(app: Flask, runner: Runner) -> None:
    """A shared cache that keeps an answer to one of these would hand it to everybody."""
    values = ["evil.example", "https", "POST", "/admin", "127.0.0.1", "1", "<script>"]
    different = []
    paths = ["/", "/questions", runner.address("GET /q/<int:question_id>/<slug>", "open"), "/feeds/questions.atom"]

    def told(path: str, **headers: str) -> str:
        client = app.test_client()
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], runner._cookie(None))
        return masked(client.get(path, headers=headers), path)

    for path in paths:
        plain = told(path)
        assert plain == told(path), path
        for name, value in itertools.product(SAYS_OTHERWISE, values):
            if told(path, **{name: value}) != plain:
                different.append(f"{name}: {value} on {path}")

    what = f"{len(SAYS_OTHERWISE)} unkeyed headers, answers that differ"
    hold("W11", what, len(different), "0", held=not different, details=different)
    differs = told("/questions", **{"Accept-Language": "nl"}) != told("/questions")
    must_fail("W11", "a header that is named in Vary: differs", int(differs), fails=differs)


@pytest.mark.commits
def test_no_header_gets_into_a_page_that_is_kept_for_others(app: Flask, database: Session, cast: Cast) -> None:
    """Somebody asks first, with a header that lies; who asks next, without it, gets the page as it is."""
    question = make.question(cast.customer)
    db.session.commit()
    url = db.engine.url.render_as_string(hide_password=False)
    keeping = create_app(replace(app.extensions["samen.config"], database_url=url, kept_pages_mb=1))
    numbers = itertools.count(1000)

    def given(path: str, **headers: str) -> str:
        answer = FlaskClient(keeping, keeping.response_class).get(path, headers=headers)
        told = masked(answer, path).replace(path.rpartition("=")[2], "N")
        return re.sub(r"(?m)^ETag: .*$", "", told)  # of the page with the number in it

    def poisoned(path: str, headers: dict[str, str]) -> bool:
        address = f"{path}?n={next(numbers)}"
        given(address, **headers)
        return given(address) != given(f"{path}?n={next(numbers)}")

    lies = [{name: value} for name in SAYS_OTHERWISE for value in ("evil.example", "https", "/admin")]
    lies += [{"X-Fragment": "1"}, {"HX-Request": "true"}, {"Authorization": "Bearer x"}, {"Cookie": "theme=x; lang=xx"}]
    lies += [
        {"Referer": "https://evil.example"},
        {"Origin": "https://evil.example"},
        {"X-Request-ID": "evil-evil-evil"},
    ]
    paths = ["/questions", f"/q/{question.id}/{slug_of(question.title)}", "/"]
    told = [f"{lie} on {path}" for path in drawn(paths, 1) for lie in drawn(lies, 6) if poisoned(path, lie)]
    shelf = shelf_of(keeping)
    kept = shelf._key
    shelf._key = lambda environ: (key := kept(environ)) and (*key[:4], None, key[5])  # type: ignore[method-assign]
    is_noticed = poisoned("/questions", {"Accept-Language": "nl"})
    shelf._marks.let_go()
    with keeping.app_context():
        db.engine.dispose()

    what = f"{len(lies)} headers that lie, sent for a page before others ask for it: in theirs"
    hold("W11", what, len(told), "0", held=not told, details=told)
    must_fail("W11", "pages kept without their language: in theirs", int(is_noticed), fails=is_noticed)


@pytest.mark.needs_shared
def test_no_payload_leads_elsewhere_after_signing_in(
    client: FlaskClient, cast: Cast, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent as `next` in the address and in the form."""
    for name in throttle.LIMITS:
        monkeypatch.setitem(throttle.LIMITS, name, throttle.Limit(10**9, 60))
    payloads = list(dict.fromkeys(known_payloads(shared_data)))
    led, followed, plain = [], 0, "/sign-in"
    for sent in drawn(payloads, 12):
        page = client.get(plain, query_string={"next": sent.encode(errors="surrogateescape")})
        answer = submit(client, plain, email=f"{cast.customer.handle}@example.org", password=PASSWORD, next=sent)
        links = re.findall(r'(?:href|action|value)="([^"]*)"', page.text)
        foreign = [each for each in (answer.location or "/", *links) if leads_elsewhere(each)]
        followed += answer.status_code == 303
        led += [f"{sent!r}: {each}" for each in foreign]
        sign_out(client)

    tried = len(drawn(payloads, 12))
    hold("W11", f"{tried:,} redirect payloads as next, led elsewhere", len(led), "0", held=not led, details=led)
    seen = sum(map(leads_elsewhere, payloads))
    must_fail("W11", "the payloads themselves as a Location: elsewhere", f"{seen:,}", fails=seen > 300)
    assert followed > tried * 0.9


def leads_elsewhere(location: str) -> bool:
    """Say whether a browser would leave this site for it."""
    bare = "".join(letter for letter in location.strip() if letter not in "\t\r\n").replace("\\", "/")
    try:
        parts = urlsplit(bare)
    except ValueError:
        return True
    return bool(parts.netloc and parts.netloc not in {"localhost", "127.0.0.1:5000"}) or parts.scheme in {
        *("javascript", "data", "vbscript", "file", "blob"),
    }
