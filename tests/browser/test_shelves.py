"""Tags, categories and people: as curators, operators and readers meet them, with and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.accounts import make as accounts
from tests.browser.test_community import enter
from tests.community import make
from tests.organisations import make as organisations
from tests.support.browser import PHONE


@pytest.mark.parametrize(
    "locale, has_scripts", [("nl-NL", True), ("en-GB", False)], ids=["nl with scripts", "en without"]
)
def test_tags_and_categories_are_kept_and_people_found(new_page, live_server, axe, locale, has_scripts):
    dutch = locale == "nl-NL"
    with live_server.rows() as session:
        asker, keeper = accounts.person("Vera"), accounts.person("Cor", is_curator=True, is_operator=True)
        helper, works = accounts.person("Henk Helper"), organisations.organisation("Waterworks")
        organisations.membership(helper, works)
        shelf = make.category("Water")
        tags = {name: make.tag(f"{name}-{locale.lower()}") for name in ("tap", "faucet")}
        for tag in tags.values():
            question = make.question(asker, title=f"Why does it drip? {tag.name}", category=shelf, tags=(tag,))
            make.accepted(make.answer(question, helper, acting_for_organisation_id=works.id))
        make.comment(question, helper, body="Which tap is it, the left one?")
        session.flush()
        tap, faucet = tags["tap"].name, tags["faucet"].name
        keeper_id, handle = keeper.id, helper.handle
    page = new_page(locale=locale, java_script_enabled=has_scripts, viewport=PHONE if has_scripts else None)
    check = axe if has_scripts else (lambda _page: None)  # axe itself is a script
    enter(page, live_server, keeper_id)

    page.goto("/tags")
    check(page)
    page.goto(f"/tags/{faucet}")
    check(page)
    page.get_by_role("link", name="Dit label beheren" if dutch else "Keep this tag").click()
    check(page)
    page.get_by_label("In welk label" if dutch else "Into which tag").fill(tap)
    page.get_by_role("button", name="De labels samenvoegen" if dutch else "Merge the tags").click()
    expect(page).to_have_url(re.compile(f"/tags/{tap}$"))
    expect(page.get_by_role("main").locator(".question-row")).to_have_count(2)
    page.locator("[data-undo]").get_by_role("button").click()
    expect(page).to_have_url(re.compile(f"/tags/{faucet}"))
    expect(page.get_by_role("main").locator(".question-row")).to_have_count(1)

    page.goto("/admin/categories")
    check(page)
    page.get_by_role("link", name="Nieuwe categorie" if dutch else "New category").click()
    page.get_by_label("Naam, in het Engels" if dutch else "Name, in English").fill(f"Rain {locale}")
    page.get_by_label("Naam, in het Nederlands" if dutch else "Name, in Dutch").fill(f"Regen {locale}")
    page.get_by_label("Sjabloon, in het Engels" if dutch else "Template, in English").fill("How **much** rain?")
    page.get_by_role("button", name="De sjablonen bekijken" if dutch else "Look at the templates").click()
    expect(page.get_by_role("main").locator("strong", has_text="much")).to_be_visible()
    page.get_by_role("button", name="De categorie maken" if dutch else "Make the category").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{'Regen' if dutch else 'Rain'} {locale}")
    check(page)

    page.goto(f"/people?q={handle}")
    check(page)
    page.get_by_role("main").get_by_role("link", name="Henk Helper").click()
    check(page)
    page.get_by_role("link", name=re.compile("Reacties" if dutch else "Comments")).click()
    expect(page.get_by_role("main")).to_contain_text("Which tap is it, the left one?")
    check(page)


def test_tags_in_use_are_proposed_while_one_asks(new_page, live_server, axe):
    with live_server.rows() as session:
        asker = accounts.person("Vera")
        for name, uses in (("heating-radiator", 2), ("heating-boiler", 1)):
            tag = make.tag(name)
            for _number in range(uses):
                make.question(asker, tags=(tag,))
        session.flush()
        asker_id = asker.id
    page = new_page(locale="nl-NL", viewport=PHONE)
    enter(page, live_server, asker_id)
    page.goto("/ask")
    tags = page.get_by_role("textbox", name="Labels")
    options = page.get_by_role("listbox", name="Labels in gebruik").get_by_role("option")

    tags.press_sequentially("winter, heatin")
    expect(options).to_have_count(2)
    axe(page)
    tags.press("Escape")
    expect(options).to_have_count(0)
    expect(tags).to_have_value("winter, heatin")
    tags.press_sequentially("g")
    expect(options).to_have_count(2)
    tags.press("ArrowDown")
    expect(options.filter(has_text="heating-radiator")).to_have_attribute("aria-selected", "true")
    tags.press("Enter")
    expect(tags).to_have_value("winter, heating-radiator, ")
    tags.press_sequentially("boil")
    page.get_by_role("listbox").get_by_text("heating-boiler").click()
    expect(tags).to_have_value("winter, heating-radiator, heating-boiler, ")
