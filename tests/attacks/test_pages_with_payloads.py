"""W1, W2: payloads in every column that holds words, and each page of the application opened by a real Chromium.

Titles, names, texts people say of themselves, topics, categories, organisations, reasons, notes, drafts, filters: the
columns are found in the models, the pages in the access matrix, so that what is added later is attacked too. What is
rendered (posts, comments) is attacked in tests/prose and in test_imports_with_payloads.py.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from app.web import throttle
from tests.access.runner import Runner
from tests.access.world import make_world
from tests.attacks.fields import columns, fill, pages
from tests.attacks.sizes import SEED, drawn, hold, must_fail, of_size
from tests.attacks.windows import Opened, Window
from tests.prose.attacks import mutations, payloads

pytestmark = [pytest.mark.needs_shared, pytest.mark.timeout(7200)]
# Short ones that run by themselves in one place or another: what a name or a title has room for.
SHARP = [
    "<img src=x onerror=alert(1)>",
    "</title><script>alert(2)</script>",
    "\"'><svg onload=alert(3)>",
    "</script><script>alert(4)</script>",
    "</textarea><img src=x onerror=alert(5)>",
    "' onfocus=alert(6) autofocus x='",
    '" onmouseover=alert(7) x="',
    "javascript:alert(8)",
    "<a href=javascript:alert(9)>x</a>",
    "--><img src=x onerror=alert(10)>",
    "{{7*7}}${7*7}<%=7*7%>",
    "</style><img src=x onerror=alert(11)>",
]


@pytest.fixture
def runner(app: Flask, database: Session, monkeypatch: pytest.MonkeyPatch) -> Runner:
    for name in throttle.LIMITS:
        monkeypatch.setitem(throttle.LIMITS, name, throttle.Limit(10**9, 60))
    return Runner(app, make_world())


@contextmanager
def window(browser: Browser, app: Flask, **how: object) -> Iterator[Window]:
    opened = Window(browser, app, **how)
    try:
        yield opened
    finally:
        opened.close()


def walk(opened: Window, runner: Runner, where: list[tuple[str, str]]) -> Opened:
    """Open pages, as the people who may see them."""
    for role, path in sorted(where):
        opened.sign_in(runner.cookies.get(role, ""))
        opened.open([path])
    return opened.seen


def test_payloads_in_every_column_run_on_no_page(
    app: Flask, browser: Browser, runner: Runner, shared_data: Path
) -> None:
    """With the content security policy off: escaping alone has to hold."""
    known = list(payloads(shared_data / "corpora" / "xss"))
    short = [each for each in known if len(each) <= 80]
    rounds, seen, filled = of_size(1, 3), None, 0
    with window(browser, app, with_policy=False) as opened:
        for number in range(rounds):
            unseen = list(mutations(short, 600, SEED + number))
            filled = fill(SHARP * (2 if number == 0 else 1) + ([] if number == 0 else short[number::rounds] + unseen))
            seen = walk(opened, runner, drawn(pages(runner), 5))

    assert seen is not None
    assert filled > 25, [str(column) for column in columns()]
    what = f"{filled} columns of words, {seen.pages} pages opened and pressed in Chromium, policy off"
    hold("W2", f"{what}: ran", len(seen.ran), "0", held=not seen.ran, details=seen.ran)
    hold("W1", f"{what}: could run", len(seen.dangers), "0", held=not seen.dangers, details=seen.dangers)
    hold("W2", f"{what}: status 500", len(seen.broken()), "0", held=not seen.broken(), details=seen.broken())
    assert not seen.elsewhere, seen.elsewhere
    assert not seen.interrupted, seen.interrupted
    assert seen.landed == seen.pages


def test_pages_that_escape_nothing_run_payloads(app: Flask, browser: Browser, runner: Runner) -> None:
    """The control: the same pages with their escapes undone. And with the policy on, nothing runs even so."""
    fill(SHARP)
    where = drawn(pages(runner), 12)[:60]
    with window(browser, app, with_policy=False, spoil=html.unescape) as opened:
        bare = walk(opened, runner, where)
    with window(browser, app, with_policy=True, spoil=html.unescape) as opened:
        guarded = walk(opened, runner, where)

    must_fail("W2", f"escapes undone, policy off, {len(where)} pages: ran", len(bare.ran), fails=len(bare.ran) > 0)
    must_fail("W1", "escapes undone: could run", len(bare.dangers), fails=len(bare.dangers) > 0)
    what = f"escapes undone, policy on, {len(where)} pages: ran"
    hold("W2", what, len(guarded.ran), "0", held=not guarded.ran, details=guarded.ran)
