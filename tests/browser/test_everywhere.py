"""What every page has: the keys with their list and their off switch, and a page for when nobody can be reached."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.accounts import make as accounts
from tests.community import make
from tests.support.browser import PHONE


def test_keys_walk_open_and_explain_themselves_and_can_be_switched_off(live_server, page, axe):
    with live_server.rows():
        asker = accounts.person("Keetje")
        for number in range(2):
            make.question(asker, title=f"Which key opens door {number}?")
    page.goto("/questions")
    expect(page.locator("[data-hotkey-hint]").first).to_be_visible()  # from then on keys do something

    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Which key opens door 1?")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Which key opens door 0?")).to_be_visible()
    expect(page.locator("[data-hotkey-hint]").first).to_be_visible()

    page.keyboard.press("?")
    box = page.get_by_role("dialog", name="Keyboard")
    expect(box).to_be_visible()
    expect(box.get_by_text("to all questions")).to_be_visible()
    axe(page)
    box.get_by_label("Use single keys in this browser").uncheck()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()

    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="Which key opens door 0?")).to_be_visible()


def test_without_a_connection_the_browser_shows_our_own_page(live_server, new_page, axe):
    page = new_page(service_workers="allow", viewport=PHONE, locale="nl-NL")
    page.goto("/questions")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    page.context.set_offline(True)
    page.goto("/tags")

    expect(page.get_by_role("heading", name="Geen verbinding")).to_be_visible()
    axe(page)
