"""People who tried an answer say what came of it: in Dutch on a phone, in English without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.accounts import make as accounts
from tests.community import make
from tests.support.browser import PHONE

from .test_community import enter

DUTCH = {
    "worked": "Werkte bij mij",
    "product": "Product of programma",
    "version": "Versie",
    "say": "Zeg het",
    "said": "Werkte bij 1 persoon: Fritzbox 7590 8.02",
    "dangerous": "Gevaarlijk",
    "reason": "Wat er mis kan gaan",
    "warn": "Anderen waarschuwen",
    "warns": "waarschuwt dat dit gevaarlijk is",
    "oldest": "Oudste",
}
ENGLISH = {
    "worked": "Worked for me",
    "product": "Product or program",
    "version": "Version",
    "say": "Say it",
    "said": "Worked for 1 person: Fritzbox 7590 8.02",
    "dangerous": "Dangerous",
    "reason": "What can go wrong",
    "warn": "Warn others",
    "warns": "warns that this is dangerous",
    "oldest": "Oldest",
}


@pytest.mark.parametrize(
    "locale, words, has_scripts",
    [pytest.param("nl-NL", DUTCH, True, id="nl"), pytest.param("en-GB", ENGLISH, False, id="en no scripts")],
)
def test_somebody_says_that_it_worked_and_warns_of_another(new_page, live_server, axe, locale, words, has_scripts):
    with live_server.rows() as session:
        asker, helper, reader = (accounts.person(name) for name in ("Vera Vraag", "Hans Help", "Rosa Reader"))
        shelf = make.category("Routers", asks_for_version=True)
        question = make.question(asker, title="Which router keeps its line?", category=shelf)
        good = make.answer(question, helper, body="Load the newest firmware.")
        bad = make.answer(question, helper, body="Open the power supply.")
        session.flush()
        reader_id, path, good_id, bad_id = reader.id, f"/q/{question.id}/which-router-keeps-its-line", good.id, bad.id
    page = new_page(locale=locale, java_script_enabled=has_scripts, viewport=PHONE if has_scripts else None)
    enter(page, live_server, reader_id)
    page.goto(path)

    page.locator(f"#a{good_id}").get_by_role("link", name=words["worked"]).click()
    page.get_by_label(words["product"]).fill("Fritzbox 7590")
    page.get_by_label(words["version"]).fill("8.02")
    if has_scripts:
        axe(page)
    page.get_by_role("button", name=words["say"]).click()
    expect(page.locator(f"#a{good_id}")).to_contain_text(words["said"])

    page.locator(f"#a{bad_id}").get_by_role("link", name=words["dangerous"]).click()
    page.get_by_label(words["reason"]).fill("There is mains voltage behind that cover.")
    page.get_by_role("button", name=words["warn"]).click()
    expect(page.locator(f"#a{bad_id} .warning")).to_contain_text(words["warns"])
    if has_scripts:
        axe(page)

    pressed = page.locator(f"#a{good_id}").get_by_role("button", name=words["worked"])
    expect(pressed).to_have_attribute("aria-pressed", "true")
    pressed.click()
    expect(page.locator(f"#a{good_id}")).not_to_contain_text(words["said"])

    page.get_by_role("link", name=words["oldest"], exact=True).click()
    expect(page.locator(".post--answer").first).to_have_attribute("id", f"a{good_id}")
