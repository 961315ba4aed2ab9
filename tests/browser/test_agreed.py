"""What was agreed in a case, as its customer meets it: she says yes to another date, and takes a grant back."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from app import clock
from app.cases.models.promises import Promise
from tests.accounts import make as accounts
from tests.cases import make
from tests.cases.make_promises import point, promise
from tests.cast import browser_cookie
from tests.organisations import make as organisations
from tests.privacy import make as privacy
from tests.support.browser import PHONE
from tests.support.live import LiveServer


def test_customer_agrees_to_another_date_and_takes_a_grant_back(new_page, live_server: LiveServer, axe):
    with live_server.rows() as session:
        customer, agent = accounts.person("Carla van Dijk"), accounts.person("Anna Bakker")
        house = organisations.organisation("Waternet")
        organisations.membership(agent, house)
        case = make.case(customer, house, person=agent, title="De rekening van mei klopt niet")
        made = promise(case, agent, words="Ik bel je terug over de rekening.")
        later, why = clock.now() + timedelta(days=3), "Ik ben ziek."
        point(case, agent, "date", promise_id=made.id, due_at=later, words=why, by_organisation_id=house.id)
        privacy.detail(customer, "contract_number", "12345", help_request_id=case.id)
        privacy.grant(customer, house, "contract_number", help_request_id=case.id)
        session.flush()
        address, promise_id = f"{live_server.url}/cases/{case.public_id}", made.id
        cookie = browser_cookie(live_server.app, customer, url=live_server.url)
    page = new_page(locale="nl-NL", viewport=PHONE)
    page.context.add_cookies([cookie])

    page.goto(address)
    axe(page)
    page.get_by_role("button", name="Ja, dat is goed").click()
    expect(page.get_by_text("Er is een andere datum afgesproken")).to_be_visible()
    live_server.until(lambda session: session.get(Promise, promise_id).renegotiated == 1)
    page.get_by_role("link", name="Wie mag zien wat van jou is").click()
    axe(page)
    page.get_by_role("button", name="Terugnemen: Waternet").click()

    expect(page.get_by_text("Waternet kan het niet meer zien.")).to_be_visible()
