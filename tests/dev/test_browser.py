"""The promises of tests/support/browser.py: a real Chromium that fails a test when a page misbehaves."""

from __future__ import annotations

import pytest

from tests.support.browser import Complaints


def test_page_is_opened_on_the_live_server(page):
    answer = page.goto("/healthz")

    assert answer.status == 200


def test_axe_names_what_it_finds(page, axe):
    page.set_content(
        "<!doctype html><html lang=en><title>A page</title><main><h1>A page</h1><img src='data:,'></main></html>"
    )

    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_complaints_note_errors_and_what_the_policy_refuses(watched_page, live_server):
    page, complaints = watched_page
    page.goto(f"{live_server.url}/healthz")

    page.evaluate("() => { console.error('oh no'); fetch('http://elsewhere.example/x').catch(() => {}) }")
    with page.expect_event("pageerror"):
        page.evaluate("() => { setTimeout(() => { throw new Error('uncaught one') }, 0) }")

    said = "\n".join(complaints.texts)
    assert "oh no" in said
    assert "violates the following Content Security Policy" in said
    assert "uncaught one" in said


def test_complaints_note_requests_to_elsewhere(watched_page):
    page, complaints = watched_page
    page.context.route("http://elsewhere.example/*", lambda route: route.abort())

    page.evaluate("() => fetch('http://elsewhere.example/x').catch(() => {})")

    assert "request to elsewhere: http://elsewhere.example/x" in complaints.texts


def test_page_that_is_meant_to_be_missing_is_no_complaint(page):
    answer = page.goto("/there-is-no-such-page")

    assert answer.status == 404


@pytest.fixture
def watched_page(browser, live_server):
    context = browser.new_context()
    complaints = Complaints(live_server.url)
    complaints.watch(context)
    yield context.new_page(), complaints
    context.close()
