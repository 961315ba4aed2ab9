"""Run an installation in a browser: look how it is, find somebody, change a setting; readable for everybody."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import Person
from tests.accounts import make as accounts
from tests.cast import browser_cookie
from tests.support.browser import PHONE
from tests.support.live import LiveServer

_numbers = itertools.count(1)


@pytest.fixture
def operator(live_server: LiveServer) -> int:
    with live_server.rows():
        return accounts.person(f"Olga {next(_numbers)}", is_operator=True).id


def enter(page: Page, server: LiveServer, person_id: int) -> None:
    with server.rows() as session:
        cookie = browser_cookie(server.app, session.get_one(Person, person_id), url=server.url)
    page.context.add_cookies([cookie])


@pytest.mark.parametrize("options", [{"viewport": PHONE}, {"color_scheme": "dark"}], ids=["phone", "dark"])
@pytest.mark.parametrize("path", ["/admin", "/admin/outbox", "/admin/people", "/admin/settings"])
def test_the_pages_read_well_for_everybody(new_page, live_server, operator, axe, path, options):
    page = new_page(locale="nl-NL", **options)
    enter(page, live_server, operator)

    page.goto(path)

    expect(page.get_by_role("heading", level=1)).to_have_text("Beheer van Samen")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    axe(page)


def test_an_operator_suspends_somebody_and_changes_a_setting(new_page, live_server, operator, axe):
    with live_server.rows():
        name = accounts.person(f"Sam {next(_numbers)}").name
    page = new_page(locale="en-GB")
    enter(page, live_server, operator)

    page.goto("/admin/people")
    page.get_by_role("searchbox", name="Name, handle or mail address").fill(name)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=name).click()
    axe(page)
    page.get_by_role("button", name="Suspend", exact=True).click()
    expect(page.get_by_role("button", name="End the suspension")).to_be_visible()

    page.goto("/admin/settings")
    tags = page.get_by_label("How many tags a question may carry.", exact=True)
    tags.fill("99")
    page.get_by_role("button", name="Save: How many tags a question may carry.").click()
    expect(page.get_by_role("alert")).to_contain_text("from 0 to 10")
    axe(page)
    page.get_by_label("How many tags a question may carry.", exact=True).fill("6")
    page.get_by_role("button", name="Save: How many tags a question may carry.").click()
    expect(page.get_by_label("How many tags a question may carry.", exact=True)).to_have_value("6")
    axe(page)
    page.get_by_role("button", name="Back to what is usual: How many tags a question may carry.").click()
    expect(page.get_by_label("How many tags a question may carry.", exact=True)).to_have_value("5")
