"""A real Chromium on plain playwright. What a page complains about in the console fails the test that opened it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, expect, sync_playwright

from devtools.chromium import find
from devtools.inside.driving import ARGUMENTS
from devtools.places import instance
from tests.support.live import LiveServer

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PICTURES = instance() / "failed-tests"
# The browser shares two cores with two other rounds of tests.
PATIENCE_MS = 40_000
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Complaints:
    """What the browser says is wrong with the pages of one test."""

    home: str
    texts: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Note errors in the console, uncaught exceptions, and requests to anywhere else."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.texts.append(f"uncaught: {error.error}"))
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # A page that is meant to answer 404 or 422 is not an error of the page.
        is_the_page = message.page is not None and message.location.get("url") == message.page.url
        if message.type == "error" and not (message.text.startswith("Failed to load resource") and is_the_page):
            self.texts.append(f"console: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        there = urlsplit(request.url)
        if there.scheme in {"http", "https", "ws", "wss"} and there.netloc != urlsplit(self.home).netloc:
            self.texts.append(f"request to elsewhere: {request.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once for the run."""
    found = find()
    if found is None:
        pytest.skip("no Chromium on this machine: ./dev doctor")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield started
        started.close()


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Return a function that opens a page as somebody new: own cookies, and playwright's context options.

    For example `new_page(locale="nl-NL", color_scheme="dark", viewport=PHONE, java_script_enabled=False)`.
    Relative addresses lead to `live_server`, or to `server=` where another is given.
    """
    opened: list[tuple[BrowserContext, Complaints]] = []

    def open_page(*, server: LiveServer = live_server, **options: Any) -> Page:
        # Without the service worker, which each new context would install anew, unless the test is about it.
        settings = {
            "viewport": DESK,
            "locale": "en-GB",
            "reduced_motion": "reduce",
            "service_workers": "block",
            **options,
        }
        context = browser.new_context(base_url=server.url, **settings)
        context.set_default_timeout(PATIENCE_MS)
        complaints = Complaints(server.url)
        complaints.watch(context)
        opened.append((context, complaints))
        return context.new_page()

    yield open_page
    if request.node.stash.get(FAILED, False):
        _take_pictures(request.node.name, [page for context, _ in opened for page in context.pages])
    for context, _complaints in opened:
        context.close()
    said = [text for _context, complaints in opened for text in complaints.texts]
    assert not said, "the browser complained:\n" + "\n".join(said)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """Open a page at the desk, in English."""
    return new_page()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Return a check that fails with a list of what axe finds on a page; no rule and no element is left out."""

    def check(page: Page) -> None:
        found = Axe().run(page).response["violations"]
        assert not found, f"axe on {page.url}:\n" + "\n".join(map(_in_words, found))

    return check


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Remember that a test failed, for the picture taken when its page closes."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def _in_words(violation: dict[str, Any]) -> str:
    places = "\n".join(
        f"    {node['target'][0]}: {node['failureSummary'].splitlines()[-1].strip()}" for node in violation["nodes"]
    )
    return f"  {violation['id']} ({violation['impact']}): {violation['help']}\n{places}"


def _take_pictures(name: str, pages: list[Page]) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    plain = "".join(character if character.isalnum() else "-" for character in name)
    for number, page in enumerate(pages, 1):
        path = Path(PICTURES, f"{plain}-{number}-{os.getpid()}.png")
        try:
            page.screenshot(path=path, full_page=True)
        except Error as error:
            print(f"no picture of {page.url}: {error}")
        else:
            print(f"picture of {page.url}: {path}")
