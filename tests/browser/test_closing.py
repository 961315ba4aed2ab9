"""Close, undo, delete and say why: as moderators and askers do it, with and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.accounts import make as accounts
from tests.browser.test_community import enter
from tests.community import make
from tests.support.browser import PHONE


@pytest.mark.parametrize(
    "locale, has_scripts", [("nl-NL", True), ("en-GB", False)], ids=["nl with scripts", "en without"]
)
def test_a_question_is_closed_undone_closed_again_and_deleted(new_page, live_server, axe, locale, has_scripts):
    dutch = locale == "nl-NL"
    with live_server.rows() as session:
        asker, moderator = accounts.person("Vera"), accounts.person("Mo", is_moderator=True)
        shelf = make.category("Water")
        question, other = (make.question(asker, title=f"Which number counts? {n}", category=shelf) for n in range(2))
        session.flush()
        ids = {"moderator": moderator.id, "question": question.id, "other": other.id}
    page = new_page(locale=locale, java_script_enabled=has_scripts, viewport=PHONE if has_scripts else None)
    check = axe if has_scripts else (lambda _page: None)  # axe itself is a script
    enter(page, live_server, ids["moderator"])

    for turn in range(2):
        page.goto(f"/q/{ids['question']}")
        page.get_by_text("Meer" if dutch else "More", exact=True).click()
        page.get_by_role("link", name="Sluiten…" if dutch else "Close…").click()
        page.get_by_label("De andere vraag" if dutch else "The other question").fill(str(ids["other"]))
        check(page)
        page.get_by_role("button", name="Sluiten" if dutch else "Close", exact=True).click()
        expect(page.locator("#closing")).to_contain_text("Which number counts? 1")
        if turn == 0:
            check(page)
            page.locator("[data-undo]").get_by_role("button").click()
            expect(page.locator("#closing")).to_have_count(0)

    page.locator("#closing").get_by_role("button", name="Weer openen" if dutch else "Open again").click()
    expect(page.locator("#closing")).to_have_count(0)
    page.get_by_text("Meer" if dutch else "More", exact=True).click()
    page.get_by_role("link", name="Samenvoegen…" if dutch else "Merge…").click()
    page.get_by_label("De andere vraag" if dutch else "The other question").fill(str(ids["other"]))
    page.get_by_role("button", name="Laat zien wat er gebeurt" if dutch else "Show what happens").click()
    expect(page.get_by_role("main")).to_contain_text("Which number counts? 1")
    check(page)
    page.get_by_role("button", name="Samenvoegen" if dutch else "Merge", exact=True).click()
    page.wait_for_url(re.compile(f"/q/{ids['other']}/"))
    page.goto(f"/q/{ids['question']}")
    expect(page).to_have_url(re.compile(f"/q/{ids['other']}/.*from={ids['question']}"))
    expect(page.locator(f"#q{ids['question']}")).to_contain_text("Which number counts? 0")
    check(page)
    page.goto("/activity")
    page.get_by_role("listitem").filter(has_text="samengevoegd" if dutch else "Merged").get_by_role("button").click()
    page.goto(f"/q/{ids['question']}")
    expect(page).to_have_url(re.compile(f"/q/{ids['question']}/"))

    page.goto(f"/q/{ids['question']}/delete")
    page.get_by_role("button", name="Verwijderen" if dutch else "Delete").click()
    page.wait_for_url(re.compile("/c/"))
    expect(page.locator("[data-undo]")).to_be_visible()
    page.goto(f"/q/{ids['question']}")
    expect(page.get_by_role("main")).to_contain_text("reclame" if dutch else "advertising")
    check(page)
