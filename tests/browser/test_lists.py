"""Lists in a browser: what is new, until one looks; what comes while a list is open."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from app import clock
from app.accounts.models import Person
from app.community.models.posts import Question
from tests.accounts import make as accounts
from tests.cast import browser_cookie
from tests.community import make
from tests.support.browser import PHONE
from tests.support.live import LiveServer


def enter(page: Page, server: LiveServer, person_id: int) -> None:
    with server.rows() as session:
        page.context.add_cookies([browser_cookie(server.app, session.get_one(Person, person_id), url=server.url)])


def test_a_list_shows_what_is_new_until_one_looks(new_page, live_server, axe):
    with live_server.rows() as session:
        asker, reader = accounts.person("Vera"), accounts.person("Anna")
        reader.created_at = clock.now() - timedelta(days=5)
        first = make.question(asker, title="How do I close the main tap?", created_at=clock.now() - timedelta(days=2))
        make.affected(first, reader)
        session.flush()
        ids = {"first": first.id, "asker": asker.id, "reader": reader.id}
    page = new_page(locale="nl-NL", viewport=PHONE)
    enter(page, live_server, ids["reader"])
    page.goto("/questions")
    dot = page.get_by_text("Nieuw:")
    expect(dot).to_have_count(1)
    axe(page)

    with page.expect_response("**/seen"):
        page.get_by_role("link", name="How do I close the main tap?").click()
    page.goto("/questions")
    expect(dot).to_have_count(0)

    with live_server.rows() as session:
        asker, first = session.get_one(Person, ids["asker"]), session.get_one(Question, ids["first"])
        make.answer(first, asker, body="Found it.")
        make.question(asker, title="And how do I open it?")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as on coming back to the window
    page.get_by_role("link", name="1 nieuwe vraag – tonen").click()
    expect(page.get_by_role("link", name="1 nieuw antwoord")).to_be_visible()
    expect(dot).to_have_count(1)
    page.get_by_role("button", name="Alles gelezen").click()
    expect(dot).to_have_count(0)
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(dot).to_have_count(1)

    plain = new_page(java_script_enabled=False)
    enter(plain, live_server, ids["reader"])
    plain.goto("/questions?order=valuable")
    expect(plain.get_by_text("And how do I open it?")).to_be_visible()
    axe(page)
    plain.get_by_role("link", name="And how do I open it?").click()
    plain.get_by_role("button", name="Mark this question as read").click()
    plain.goto("/questions?order=unanswered")
    expect(plain.get_by_text("New:")).to_have_count(0)
