"""Lists in a browser: what is new, until one looks; what comes while a list is open."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app import clock
from app.accounts.models import Person
from app.community.models.posts import Question
from app.search.models import StaleDocument
from app.search.services import mark_stale
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
        shelf = make.category("Taps")  # of its own: the installation is shared
        asked = clock.now() - timedelta(days=2)
        first = make.question(asker, title="How do I close the main tap?", category=shelf, created_at=asked)
        make.affected(first, reader)
        session.flush()
        ids, path = {"first": first.id, "asker": asker.id, "reader": reader.id}, f"/c/{shelf.slug}"
    page = new_page(locale="nl-NL", viewport=PHONE)
    enter(page, live_server, ids["reader"])
    page.goto(path)
    dot = page.get_by_text("Nieuw:")
    expect(dot).to_have_count(1)
    axe(page)

    with page.expect_response("**/seen"):
        page.get_by_role("link", name="How do I close the main tap?").click()
    page.goto(path)
    expect(dot).to_have_count(0)

    with live_server.rows() as session:
        asker, first = session.get_one(Person, ids["asker"]), session.get_one(Question, ids["first"])
        make.answer(first, asker, body="Found it.")
        make.question(asker, title="And how do I open it?", category=first.category)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as on coming back to the window
    page.get_by_role("link", name="1 nieuwe vraag – tonen").click()
    expect(page.get_by_role("link", name="1 nieuw antwoord")).to_be_visible()
    expect(dot).to_have_count(1)
    page.get_by_role("button", name="Alles als gelezen markeren").click()
    expect(dot).to_have_count(0)
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(dot).to_have_count(1)

    page.goto(f"{path}?order=valuable")
    axe(page)
    plain = new_page(java_script_enabled=False)
    enter(plain, live_server, ids["reader"])
    plain.goto(f"{path}?order=valuable")
    expect(plain.get_by_text("And how do I open it?")).to_be_visible()
    plain.get_by_role("link", name="And how do I open it?").click()
    plain.get_by_role("button", name="Mark this question as read").click()
    plain.goto(f"{path}?order=unanswered")
    expect(plain.get_by_text("New:")).to_have_count(0)


def test_a_search_becomes_the_list_on_ones_home_page(new_page, live_server, axe):
    with live_server.rows() as session:
        asker, reader = accounts.person("Vera"), accounts.person("Anna")
        bird = make.question(asker, title="Where is the zebrafinch?")
        make.question(asker, title="Where do sparrows sleep?")
        session.flush()
        mark_stale("question", [bird.id])
        ids = {"reader": reader.id}
    live_server.until(lambda session: session.scalar(sa.select(sa.func.count()).select_from(StaleDocument)) == 0)
    page = new_page(locale="nl-NL", viewport=PHONE)
    enter(page, live_server, ids["reader"])
    page.goto("/search?q=zebrafinch")
    page.get_by_role("link", name="Bewaar dit filter").click()
    name = page.get_by_role("textbox", name="Naam van het filter")
    expect(name).to_have_value("“zebrafinch”")
    name.fill("Vogels")
    page.get_by_label("Toon deze lijst op mijn startpagina").check()
    axe(page)
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("heading", name="Je filters")).to_be_visible()
    axe(page)

    page.goto("/")
    expect(page.get_by_role("heading", name="Vogels")).to_be_visible()
    expect(page.get_by_role("link", name="Where is the zebrafinch?")).to_be_visible()
    expect(page.get_by_role("link", name="Where do sparrows sleep?")).to_have_count(0)
    axe(page)
    page.get_by_role("link", name="Actief").click()
    expect(page.get_by_role("link", name="Where do sparrows sleep?")).to_be_visible()

    plain = new_page(java_script_enabled=False)
    enter(plain, live_server, ids["reader"])
    plain.goto("/filters")
    plain.get_by_role("button", name="Delete").click()
    expect(plain.get_by_text("No filters yet")).to_be_visible()
    plain.get_by_role("button", name="Undo").click()
    expect(plain.get_by_role("link", name="Vogels")).to_be_visible()
