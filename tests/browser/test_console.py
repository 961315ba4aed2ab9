"""An owner keeps her organisation in the console, on a phone and in Dutch, accepts to act for another, and does so."""

from __future__ import annotations

import os

from playwright.sync_api import expect

from tests.accounts import make as accounts
from tests.browser.test_community import enter
from tests.organisations import make as organisations
from tests.providers import make as providers
from tests.support.browser import PHONE


def test_an_owner_keeps_her_organisation_and_acts_for_another(new_page, live_server, axe):
    with live_server.rows():
        owner, other = accounts.person("Pavel Partner"), accounts.person("Anna Agent")
        plumbers = organisations.organisation("Loodgieters", kind="partner", slug="loodgieters")
        waterworks = organisations.organisation("Waterbedrijf")
        organisations.membership(owner, plumbers, role="owner")
        organisations.membership(other, plumbers)
        providers.provider(organisation=plumbers)
        providers.opening_hours(plumbers)
        offer = {"accepted_at": None, "accepted_by_id": None}
        organisations.engagement(waterworks, plumbers, "questions", by=other, **offer)
        organisations.domain(plumbers, "drains.example.org")
        owner_id = owner.id
    shots = os.environ.get("SHOTS")
    page = new_page(locale="nl-NL", viewport=PHONE)
    enter(page, live_server, owner_id)
    for tab in ("", "/team", "/profile", "/domains", "/hours", "/reach"):
        page.goto(f"/console/loodgieters{tab}")
        axe(page)
        if shots:
            page.screenshot(path=f"{shots}/phone{tab.replace('/', '-')}.png", full_page=True)

    page.goto("/console/loodgieters/team")
    page.get_by_label("Mailadres").fill("nieuw@example.org")
    page.get_by_role("button", name="Uitnodiging sturen").click()
    expect(page.get_by_text("Er is een brief onderweg naar nieuw@example.org.")).to_be_visible()

    page.goto("/console/loodgieters/engagements")
    axe(page)
    page.get_by_role("button", name="Aannemen: Waterbedrijf").click()
    expect(page.get_by_text("In gebruik")).to_be_visible()
    page.locator("header details.menu summary").click()
    page.get_by_role("button", name="Loodgieters, voor Waterbedrijf").click()
    expect(page.get_by_text("Je handelt nu als Loodgieters, voor Waterbedrijf.")).to_be_visible()

    for path in ("/settings/acting", "/settings/availability", "/organisations/loodgieters"):
        page.goto(path)
        axe(page)
        if shots:
            page.screenshot(path=f"{shots}/phone{path.replace('/', '-')}.png", full_page=True)
    if shots:
        page.set_viewport_size({"width": 1280, "height": 900})
        for tab in ("", "/team", "/domains", "/hours", "/engagements"):
            page.goto(f"/console/loodgieters{tab}")
            page.screenshot(path=f"{shots}/desk{tab.replace('/', '-')}.png", full_page=True)
