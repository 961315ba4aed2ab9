"""The story "the unclear bill": an outsourced desk, a misunderstanding, a broken promise, a handover, a dispute.

Bellen & Co answers for the energy company that engaged it. What was read wrong is read by the grid company, so the case
goes there; what is disputed there holds everything up until it ends with a ground.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import expect

from app import clock
from app.cases.models.promises import Promise
from tests.accounts import make as accounts
from tests.browser.telling import Teller
from tests.community import make as community
from tests.organisations import make as organisations
from tests.support.browser import PHONE
from tests.support.live import LiveServer
from tests.support.pictures import take_picture

TITLE = "De rekening van mei is veel hoger dan anders"
PROMISE = "Ik bel je met de meterstanden."


def settle_in(server: LiveServer) -> dict[str, int]:
    """Make the people and their organisations; return the ids."""
    with server.rows() as session:
        people = {
            "carla": accounts.person("Carla Jansen"),
            "daan": accounts.person("Daan Visser"),
            "nadia": accounts.person("Nadia Haddad"),
        }
        energy = organisations.organisation("Linde Energie")
        agency = organisations.organisation("Bellen & Co", kind="partner")
        grid = organisations.organisation("Netbeheer Linde")
        organisations.membership(people["daan"], agency)
        organisations.membership(people["nadia"], grid)
        organisations.engagement(energy, agency, by=people["daan"])
        community.category("Energie thuis")
        session.flush()
        return {
            **{key: each.id for key, each in people.items()},
            "energy": energy.id,
            "agency": agency.id,
            "grid": grid.id,
        }


def let_time_pass(server: LiveServer) -> None:
    """Move the promise an hour into the past, as if the afternoon had gone by without a call."""
    with server.rows() as session:
        promise = session.scalars(sa.select(Promise).where(Promise.words == PROMISE)).one()
        promise.due_at = promise.first_due_at = clock.now() - timedelta(hours=1)


def test_the_unclear_bill(new_page: Any, live_server: LiveServer, axe: Any) -> None:
    ids = settle_in(live_server)
    carla = Teller("carla", live_server, new_page, ids["carla"], options={"viewport": PHONE})
    carla.goes_to("/ask?private=1")
    carla.fills("Waar kun je hulp bij gebruiken?", TITLE)
    carla.fills("Maak het duidelijk", "Anders is het 90 euro, nu 174. Er is niets veranderd.")
    carla.page.get_by_label("Voor welke organisatie is het?").select_option(label="Linde Energie")
    carla.presses("Verstuur je vraag")
    carla.sees("Linde Energie is aan zet.")
    case = carla.page.url

    desk = {"acting_for_organisation_id": ids["energy"], "through_organisation_id": ids["agency"]}
    daan = Teller("daan", live_server, new_page, ids["daan"], **desk)
    assert daan.takes_on(TITLE) == case
    daan.follows("Zeggen wat er gevraagd wordt")
    daan.fills("Wat de klant vraagt, in één zin", "Carla wil haar rekening van mei in delen betalen.")
    daan.presses("De klant laten bevestigen")
    carla.goes_to(case)
    axe(carla.page)
    carla.follows("Nee, ik bedoel iets anders")
    carla.fills("Wat je bedoelt", "Ik wil weten waarom de rekening van mei 84 euro hoger is.")
    carla.presses("Versturen")
    carla.sees("In de woorden van Carla Jansen")
    daan.goes_to(case)
    daan.sees("84 euro hoger")
    daan.promises(PROMISE, (clock.now() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"))
    let_time_pass(live_server)
    daan.hands_over("Netbeheer Linde", "Jullie lezen de meter; de stand van mei klopt niet.")

    nadia = Teller("nadia", live_server, new_page, ids["nadia"], acting_for_organisation_id=ids["grid"])
    nadia.goes_to("/handovers")
    nadia.sees("Daan Visser · Bellen & Co, namens Linde Energie")
    axe(nadia.page)
    take_picture(nadia.page, "story-bill-handover")
    nadia.presses("Ja, wij nemen het op ons")
    nadia.sees("Jij hebt deze zaak nu.")
    carla.waits_for(case, "Gebroken")
    take_picture(carla.page, "story-bill-broken")

    carla.follows("Er klopt iets niet")
    carla.page.get_by_label("Wat niet klopt").select_option(label="Een bedrag")
    carla.fills("Wat is er mis mee", "Ik heb 84 euro te veel betaald.")
    carla.presses("Dit zeggen")
    carla.sees("Alles wat moet gebeuren staat stil")
    nadia.goes_to(case)
    nadia.sees("Alles wat moet gebeuren staat stil")
    axe(nadia.page)
    take_picture(nadia.page, "story-bill-dispute")
    expect(nadia.page.get_by_role("button", name="Vraag of het is opgelost")).to_have_count(0)
    nadia.follows("Regelen")
    nadia.page.get_by_label("De klant heeft gelijk: het is verbeterd.").check()
    nadia.fills("De reden", "De meter was verkeerd gelezen. Je krijgt 84 euro terug.")
    nadia.presses("Regelen")
    nadia.sees("Verbeterd")
    nadia.asks_if_solved()

    carla.says_it_is_solved(case)
    axe(carla.page)
    carla.goes_to("/cases")
    carla.sees(TITLE)
    daan.page.goto(case)
    expect(daan.page.get_by_role("heading", level=1)).not_to_have_text(TITLE)
