"""Drafts, templates and pictures as people meet them: with scripts in Dutch, without them in English."""

from __future__ import annotations

import base64
import itertools
import re

import pytest
from playwright.sync_api import Page, expect

from tests.accounts import make as accounts
from tests.attachments.make import image
from tests.cast import browser_cookie
from tests.community import make
from tests.support.browser import PHONE
from tests.support.live import LiveServer

_numbers = itertools.count(1)

TITLE = "Why does the tap drip at night?"
PICTURE = {"name": "my street 12.png", "mimeType": "image/png", "buffer": image()}
HAND_OVER = """([text, type, encoded]) => {
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], "image.png", { type: "image/png" }));
  const how = { bubbles: true, cancelable: true };
  const paste = () => new ClipboardEvent(type, { ...how, clipboardData: carried });
  const drop = () => new DragEvent(type, { ...how, dataTransfer: carried });
  text.dispatchEvent(type === "paste" ? paste() : drop());
}"""


def enter(page: Page, server: LiveServer) -> dict[str, str]:
    """Make the browser somebody's and return what a category with a template is called in each language."""
    number = next(_numbers)
    texts = {
        "en": {"name": f"Taps {number}", "description": "", "template": "Which tap is it?"},
        "nl": {"name": f"Kranen {number}", "description": "", "template": "Welke kraan is het?"},
    }
    with server.rows() as session:
        make.category(texts=texts, slug=f"taps-with-template-{number}")
        person = accounts.person(f"Dora {number}", email=f"dora-{number}@example.org", handle=f"dora-{number}")
        session.flush()
        cookie = browser_cookie(server.app, person, url=server.url)
    page.context.add_cookies([cookie])
    return {language: words["name"] for language, words in texts.items()}


def give(page: Page, how: str) -> None:
    """Paste a picture into the text, or drop it there."""
    text = page.get_by_label("Maak het duidelijk").element_handle()
    page.evaluate(HAND_OVER, [text, how, base64.b64encode(image()).decode()])


@pytest.mark.both_databases
def test_what_is_typed_is_saved_put_back_and_sent_with_its_pictures(new_page, live_server, axe):
    page = new_page(locale="nl-NL", viewport=PHONE)
    shelf = enter(page, live_server)
    page.clock.install()
    page.goto("/ask")
    text = page.get_by_label("Maak het duidelijk")
    page.get_by_label("Waar kun je hulp bij gebruiken?").fill(TITLE)
    page.get_by_label("Categorie").select_option(label=shelf["nl"])
    expect(text).to_have_value("Welke kraan is het?")

    text.press("End")
    page.keyboard.press("Control+b")
    page.keyboard.type("De blauwe")
    page.clock.run_for(2100)
    expect(page.get_by_text(re.compile(r"^Bewaard om \d\d:\d\d$"))).to_be_visible()
    page.reload()
    expect(page.get_by_text("Dit is je concept")).to_be_visible()
    expect(text).to_have_value("Welke kraan is het?**De blauwe**")
    expect(page.get_by_label("Categorie").locator("option:checked")).to_have_text(shelf["nl"])

    page.locator("input[type=file]").set_input_files(PICTURE)
    page.get_by_label("Wat is erop te zien?").fill("De [blauwe] kraan")
    for how in ("paste", "drop"):
        give(page, how)
    expect(page.get_by_text("De afbeelding staat in je tekst.")).to_have_count(3)
    expect(text).to_have_value(re.compile(r"!\[De \\\[blauwe\\\] kraan\]\(/files/[0-9a-f]{32}/picture\.png\)"))
    axe(page)

    text.press("Control+Enter")
    page.wait_for_url(re.compile(r"/q/\d+/why-does-the-tap"))
    shown = page.get_by_alt_text("De [blauwe] kraan")
    expect(shown).to_have_js_property("naturalWidth", 40)
    expect(page.locator(".prose img")).to_have_count(3)
    axe(page)
    page.goto("/ask")
    expect(page.get_by_text("Dit is je concept")).to_have_count(0)


def test_what_is_typed_after_one_was_signed_out_is_kept_in_the_browser(new_page, live_server):
    page = new_page(locale="nl-NL")
    enter(page, live_server)
    page.clock.install()
    page.goto("/ask")
    page.route("**/drafts/ask", lambda route: route.fulfill(status=303, headers={"Location": "/sign-in"}))
    page.get_by_label("Maak het duidelijk").fill("Het drupt.")
    page.clock.run_for(2100)
    expect(page.get_by_text("Je tekst blijft in deze browser staan.")).to_be_visible()
    page.unroute("**/drafts/ask")

    page.reload()
    page.get_by_role("button", name="Zet terug").click()
    expect(page.get_by_label("Maak het duidelijk")).to_have_value("Het drupt.")
    page.clock.run_for(2100)
    expect(page.get_by_text("Bewaard om")).to_be_visible()


def test_all_of_it_works_without_scripts(new_page, live_server):
    page = new_page(java_script_enabled=False)
    shelf = enter(page, live_server)
    page.goto("/ask")
    page.get_by_label("Start with the questions that helpers will ask anyway").select_option(label=shelf["en"])
    page.get_by_role("button", name="Begin with these").click()
    expect(page.get_by_label("Make it clear")).to_have_value("Which tap is it?")
    page.get_by_label("What do you need help with?").fill(TITLE)
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("Your draft is saved.")).to_be_visible()
    expect(page.get_by_text("This is your draft")).to_be_visible()

    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_label("Make it clear")).to_have_value("")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Make it clear")).to_have_value("Which tap is it?")
    page.goto("/drafts")
    expect(page.get_by_role("link", name=f"A question: {TITLE}")).to_be_visible()

    page.goto("/files/new")
    page.get_by_label("Picture", exact=True).set_input_files(PICTURE)
    page.get_by_label("What does it show?").fill("The blue tap")
    page.get_by_role("button", name="Add the picture").click()
    line = page.get_by_label("Paste this line into your text")
    expect(line).to_have_value(re.compile(r"^!\[The blue tap\]\(/files/"))
    expect(page.get_by_alt_text("The blue tap")).to_have_js_property("naturalWidth", 40)


def test_what_is_sent_is_kept_until_it_was_taken_also_where_one_was_signed_out(new_page, live_server, axe):
    number = next(_numbers)
    with live_server.rows():
        person = accounts.person(f"Dora {number}", email=f"dora-{number}@example.org")
        question = make.question(accounts.person(f"Abel {number}"), title=f"Why does the tap drip {number}?").id
        cookie = browser_cookie(live_server.app, person, url=live_server.url)
    page = new_page(locale="nl-NL")
    page.context.add_cookies([cookie])
    page.clock.install()
    page.goto(f"/q/{question}")
    kept = f"localStorage.getItem('samen-draft:/drafts/answer.{question}')"
    text = page.get_by_role("textbox", name="Jouw antwoord")
    page.evaluate("document.querySelector('[data-picture-rows]').dataset.mostBytes = 10")
    for name in ("first.png", "second.png"):
        page.locator("input[type=file]").set_input_files({**PICTURE, "name": name})
    expect(page.locator("[data-picture-state]")).to_have_text(re.compile(r"^second\.png: Dit bestand is groter"))

    text.fill("Het rubber is op.")
    other = page.context.new_page()
    other.goto(f"{live_server.url}/help")
    other.locator(".site-header .menu > summary").last.click()
    other.get_by_role("button", name="Uitloggen").click()
    expect(other.locator(".site-header .menu > summary").last).to_have_text(re.compile("Menu"))
    other.close()
    page.get_by_role("button", name="Plaats je antwoord").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Je was uitgelogd")
    expect(page.get_by_label("Jouw tekst")).to_have_value("Het rubber is op.")
    assert "Het rubber is op." in page.evaluate(kept)
    axe(page)

    page.locator(".error-page").get_by_role("link", name="Inloggen").click()
    page.locator("#email").fill(f"dora-{number}@example.org")
    page.locator("#password").fill(accounts.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url(re.compile(rf"/q/{question}/"))
    page.get_by_role("button", name="Zet terug").click()
    expect(text).to_have_value("Het rubber is op.")
    text.press("Control+Enter")
    expect(page.locator(".post--answer")).to_contain_text("Het rubber is op.")

    page.locator(".comments").last.get_by_role("link", name="Reageren").click()
    page.get_by_role("textbox", name="Je reactie").fill("Bij mij ook.")
    for _try in range(50):
        if page.evaluate(kept) is None:
            break
        page.wait_for_timeout(100)
    assert page.evaluate(kept) is None
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"#c\d+$"))
    expect(page.locator(".comment:target")).to_contain_text("Bij mij ook.")
