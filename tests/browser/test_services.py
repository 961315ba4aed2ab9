"""Services in a browser: one request for a bundle, a quote, a yes; the second part begins when the first is solved."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.accounts.models import Person
from app.cases.models.cases import Case
from app.marketplace.models.agreements import Agreement
from tests.accounts import make as accounts
from tests.browser.test_lists import enter
from tests.marketplace import make
from tests.organisations import make as organisations
from tests.support.browser import PHONE
from tests.support.live import LiveServer


def test_one_request_goes_to_two_organisations_and_a_quote_becomes_an_agreement(
    new_page: Any, live_server: LiveServer, axe: Any
) -> None:
    with live_server.rows() as session:
        customer, agent = accounts.person("Vera"), accounts.person("Wil")
        insurer, office = organisations.organisation("Zekerheid"), organisations.organisation("Wegenkantoor")
        organisations.membership(agent, insurer)
        insurance = make.service(insurer, "Autoverzekering voor jou", language="nl", conditions=["Je bent 18."])
        make.question(insurance, "licence_plate", "Kenteken", why="Daarmee zien wij de auto.")
        tax = make.service(office, "Wegenbelasting op naam", language="nl")
        bundle = make.bundle(insurer, [insurance, tax], needs={1: [0]}, title="Auto kopen in één keer", language="nl")
        session.flush()
        ids = {"customer": customer.id, "agent": agent.id, "insurer": insurer.id, "bundle": bundle.id}
        slug = insurer.slug
    page: Page = new_page(locale="nl-NL", viewport=PHONE)
    enter(page, live_server, ids["customer"])
    page.goto(f"/services?organisation={slug}")
    axe(page)
    page.get_by_role("link", name="Auto kopen in één keer").first.click()
    axe(page)
    page.get_by_role("link", name="Aanvragen").click()
    page.get_by_role("button", name="Aanvragen").click()
    expect(page.get_by_role("alert")).to_contain_text("alleen voor mensen voor wie dit allemaal klopt")
    axe(page)
    page.get_by_label("Kenteken", exact=True).fill("AB-123-C")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Aanvragen").click()
    expect(page.get_by_text("0 van de 2 delen zijn klaar.")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Zekerheid", exact=True).last.click()
    part = page.url.rpartition("/")[2]

    desk: Page = new_page(locale="nl-NL")
    enter(desk, live_server, ids["agent"])
    desk.goto(f"/cases/{part}/quotes/new")
    desk.get_by_label("Waarvoor").first.fill("Premie")
    desk.get_by_label("Bedrag", exact=True).first.fill("24,50")
    desk.get_by_label("Klaar binnen").fill("2")
    desk.get_by_label("Geldig tot").fill(desk.evaluate("new Date(Date.now() + 6e8).toISOString().slice(0, 10)"))
    desk.get_by_label("Als er iets verandert").fill("Geef het door.")
    desk.get_by_label("Hoe de klant kan stoppen").fill("Elke maand.")
    axe(desk)
    desk.get_by_role("button", name="De offerte versturen").click()
    expect(desk.get_by_text("Wacht op de klant").first).to_be_visible()

    page.goto(f"/cases/{part}/quotes")
    axe(page)
    page.get_by_role("link", name=re.compile("^Bekijk: ")).click()
    axe(page)
    page.get_by_role("button", name="Ja, ik ga akkoord").click()
    expect(page.get_by_text("Dit geldt.")).to_be_visible()
    axe(page)
    with live_server.rows() as session:
        case = session.scalars(sa.select(Case).where(Case.public_id == part)).one()
        agreed = session.scalars(sa.select(Agreement).where(Agreement.help_request_id == case.id)).one()
        assert agreed.content["totals"] == {"once": 2450}
        assert session.get_one(Person, ids["customer"]).id == agreed.customer_id
