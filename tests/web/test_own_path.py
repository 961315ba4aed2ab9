"""Where a form may lead: own pages in every reading, checked with payloads that are not in this repository as well."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page

from app.web.own_path import own_path

BASE = "http://127.0.0.1:5000"


@pytest.fixture
def _context(app: Flask):
    with app.app_context():
        yield


@pytest.mark.usefixtures("_context")
@pytest.mark.parametrize(
    "path",
    ["/", "/q/1/how", "/questions?order=newest&after=1~2", "/tags/café", "/tags/a b", "/q/1#a2", "/tags/c%2B%2B"],
)
def test_own_pages_are_taken(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.usefixtures("_context")
@pytest.mark.parametrize(
    "sent",
    [
        None,
        "",
        "questions",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "https://evil.example",
        "https:/evil.example",
        "https:evil.example",
        "HTTPS://127.0.0.1:5000.evil.example",
        "http://127.0.0.1:5000@evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "/%2f/evil.example",
        "/%2F%2Fevil.example",
        "/%5cevil.example",
        "/%255cevil.example",
        "/%25252f%25252fevil.example",
        "/%09/evil.example",
        "/%0d%0aLocation:%20//evil.example",
        "/x//evil.example",
        "/..//evil.example",
        "/\u2028/evil.example",
        "/\ud800",
        "/" + "a" * 2000,
    ],
)
def test_whatever_may_lead_elsewhere_is_refused(sent: str | None) -> None:
    assert own_path(sent) is None


@pytest.mark.usefixtures("_context")
@pytest.mark.needs_shared
def test_no_known_payload_leads_elsewhere(shared_data: Path) -> None:
    payloads = known_payloads(shared_data)
    assert len(payloads) > 800

    taken = [sent for sent in payloads if own_path(sent) is not None]

    assert [sent for sent in taken if any(map(_leads_elsewhere, _readings(sent)))] == []


@pytest.mark.needs_shared
def test_a_real_browser_stays_here_for_whatever_is_taken(
    page: Page, live_server, app: Flask, shared_data: Path
) -> None:
    """The judge is the browser's own reading; that it sees the danger at all is checked with what is refused."""
    payloads = known_payloads(shared_data)
    with app.app_context():
        taken = [sent for sent in payloads if own_path(sent) is not None]
        refused = [sent for sent in payloads if own_path(sent) is None]
    page.goto("/help")
    foreign = """texts => texts.filter(text => {
        try { return new URL(text, document.baseURI).origin !== location.origin } catch { return false }
    })"""

    assert page.evaluate(foreign, taken) == []
    assert len(page.evaluate(foreign, refused)) > 300


@given(st.text(alphabet="/\\.:@%?#25fcF09aehtps \t\n\r\u2028;", max_size=30))
def test_no_made_up_payload_leads_elsewhere(sent: str) -> None:
    with _APP.app_context():
        taken = own_path(sent)
    if taken is not None:
        assert not any(map(_leads_elsewhere, _readings(taken)))


def known_payloads(shared_data: Path) -> list[str]:
    """Return every payload, as it is and as a browser might have escaped it."""
    files = sorted((shared_data / "corpora" / "redirect").glob("*.txt"))
    lines = [line for file in files for line in file.read_text(errors="surrogateescape").splitlines() if line]
    return lines + [unquote(line) for line in lines] + [quote(line, safe="/:?=&%") for line in lines]


def _readings(sent: str) -> list[str]:
    """Return how others may read the address: as it is, with tabs left out, unescaped, with slashes for backslashes."""
    bare = "".join(letter for letter in sent.strip() if letter not in "\t\r\n")
    path = bare.partition("?")[0].partition("#")[0]
    return [sent, bare, bare.replace("\\", "/"), unquote(path), unquote(unquote(path)).replace("\\", "/")]


def _leads_elsewhere(text: str) -> bool:
    try:
        meant = urlsplit(urljoin(f"{BASE}/sign-in", text))
    except ValueError:
        return True
    return f"{meant.scheme}://{meant.netloc}" != BASE


class _App:
    """An application for tests that hypothesis runs many times: the rule needs its configuration only."""

    def app_context(self):
        app = Flask("rule")
        app.extensions["samen.config"] = type("Config", (), {"base_url": BASE})()
        return app.app_context()


_APP = _App()
