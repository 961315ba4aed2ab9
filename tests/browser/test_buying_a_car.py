"""The story "buying a car": one request, three organisations and a fourth; what goes wrong stays one story to her.

Road tax and insurance can begin at once, the parking permit after both. The first insurer refuses, another one takes
over; the promise about the tax gets another date with her yes; the town hands the permit to those who issue them. The
whole is solved when its parts are.
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
from tests.marketplace import make
from tests.organisations import make as organisations
from tests.support.browser import PHONE
from tests.support.live import LiveServer
from tests.support.pictures import take_picture

PEOPLE = {"noor": "Noor Willems", "ruud": "Ruud", "zoe": "Zoë", "pim": "Pim", "gerda": "Gerda", "peter": "Peter"}
HOUSES = {
    "ruud": "Dienst Wegenbelasting",
    "zoe": "Zekerheid Verzekeringen",
    "pim": "Polis Noord",
    "gerda": "Gemeente Lindestad",
    "peter": "Parkeerbeheer Lindestad",
}


def settle_in(server: LiveServer) -> tuple[dict[str, int], dict[str, int], int]:
    """Make the people, their organisations and what these offer; return the ids and that of the bundle."""
    with server.rows():
        people = {key: accounts.person(name) for key, name in PEOPLE.items()}
        houses = {key: organisations.organisation(name) for key, name in HOUSES.items()}
        for key, house in houses.items():
            organisations.membership(people[key], house)
        dutch: dict[str, Any] = {"language": "nl", "category": community.category("Auto en vervoer")}
        tax = make.service(houses["ruud"], "Wegenbelasting op je naam", price_cents=None, **dutch)
        insured = community.tag("autoverzekering-verhaal")
        insurance = make.service(houses["zoe"], "Autoverzekering", price_cents=3_150, price_per="month", **dutch)
        other = make.service(houses["pim"], "Autoverzekering voor elke auto", price_cents=3_600, **dutch)
        for each in (insurance, other):
            make.about(each, insured)
            make.question(each, "licence_plate", "Kenteken", why="Daarmee zien we welke auto het is.")
        make.question(tax, "licence_plate", "Kenteken", why="De belasting hoort bij een kenteken.")
        permit = make.service(houses["gerda"], "Parkeervergunning", price_cents=4_500, **dutch)
        make.question(permit, "address", "Adres", why="De vergunning geldt waar je woont.")
        bundle = make.bundle(
            houses["ruud"],
            [tax, insurance, permit],
            needs={2: [0, 1]},
            title="Een auto kopen: alles in één keer",
            body="Belasting, verzekering en een plek om te parkeren, met één aanvraag.",
            consequences={1: "Zonder verzekering mag je de weg niet op."},
            price_cents=None,
            **dutch,
        )
        return (
            {key: each.id for key, each in people.items()},
            {key: each.id for key, each in houses.items()},
            bundle.id,
        )


def at_four(days: int) -> str:
    """Return four o'clock so many days from now, as a field for a moment takes it."""
    return (clock.now() + timedelta(days=days)).strftime("%Y-%m-%dT16:00")


def test_buying_a_car(new_page: Any, live_server: LiveServer, axe: Any) -> None:
    people, houses, bundle_id = settle_in(live_server)

    def teller(key: str, **options: Any) -> Teller:
        session = {"acting_for_organisation_id": houses[key]} if key in houses else {}
        return Teller(key, live_server, new_page, people[key], options=options, **session)

    noor = teller("noor", viewport=PHONE)
    noor.goes_to(f"/services/{bundle_id}")
    noor.follows("Aanvragen")
    noor.fills("Kenteken", "AB-123-C")
    noor.fills("Adres", "Lindelaan 12, Lindestad")
    for box in noor.page.get_by_role("checkbox").all():
        box.check()
    noor.presses("Aanvragen")
    noor.sees("0 van de 3 delen zijn klaar.")
    expect(noor.page.get_by_role("button", name="Het is opgelost")).to_have_count(0)
    whole = noor.page.url

    zoe = teller("zoe")
    refused = zoe.takes_on("Autoverzekering")
    zoe.page.locator("summary", has_text="Weiger dit deel").click()
    zoe.fills("Waarom", "Wij verzekeren geen auto van voor 1990.")
    axe(zoe.page)
    zoe.presses("Weiger dit deel")
    zoe.sees("De zaak is gesloten.")

    noor.waits_for(whole, "Zonder verzekering mag je de weg niet op.")
    noor.sees("Zonder dit kan dit niet beginnen: Parkeervergunning")
    axe(noor.page)
    take_picture(noor.page.locator(".parts-of-whole"), "story-car-refused")
    noor.page.get_by_label("Polis Noord mag dit zien: Kenteken").check()
    noor.presses("Vraag Polis Noord")
    noor.sees("Ze zijn gevraagd.")

    pim = teller("pim")
    insured = pim.takes_on("Autoverzekering voor elke auto")
    pim.sees("AB-123-C")
    expect(pim.page.get_by_text("Lindelaan 12")).to_have_count(0)
    pim.asks_if_solved()
    noor.says_it_is_solved(insured)

    ruud = teller("ruud")
    tax = ruud.takes_on("Wegenbelasting op je naam")
    ruud.promises("Je kenteken staat op je naam.", at_four(2))
    ruud.page.get_by_role("link", name="Een andere datum: Je kenteken staat op je naam.").click()
    ruud.fills("Het nieuwe moment", at_four(4))
    ruud.fills("Waarom", "De vorige eigenaar moet nog tekenen.")
    ruud.presses("Versturen")
    ruud.sees("Wacht op het ja van de klant.")

    plain = teller("noor", viewport=PHONE, java_script_enabled=False)
    plain.goes_to(tax)
    take_picture(plain.page.locator("#promises").locator("xpath=.."), "story-car-promise")
    plain.presses("Ja, dat is goed")
    plain.sees("Er is een andere datum afgesproken")
    with live_server.rows() as session:
        promise = session.scalars(sa.select(Promise).where(Promise.words.startswith("Je kenteken"))).one()
        assert (promise.state, promise.renegotiated, promise.is_moved_alone) == ("open", 1, False)

    ruud.goes_to(tax)
    ruud.page.get_by_role("button", name="Klaar: Je kenteken staat op je naam.").click()
    ruud.sees("Nagekomen")
    ruud.asks_if_solved()
    noor.says_it_is_solved(tax)

    noor.waits_for(whole, "2 van de 3 delen zijn klaar.")
    gerda = teller("gerda")
    permit = gerda.takes_on("Parkeervergunning")
    gerda.hands_over("Parkeerbeheer Lindestad", "Jullie geven de vergunningen voor deze wijk uit.")
    peter = teller("peter")
    peter.goes_to("/desk")
    peter.page.get_by_role("link", name="Ja of nee zeggen").click()
    axe(peter.page)
    peter.presses("Ja, wij nemen het op ons")
    peter.sees("Jij hebt deze zaak nu.")
    expect(peter.page.get_by_text("Lindelaan 12")).to_have_count(0)
    noor.goes_to(permit)
    noor.presses("Ja, ze mogen het zien")
    peter.goes_to(permit)
    peter.sees("Lindelaan 12")
    peter.asks_if_solved()
    noor.says_it_is_solved(permit)

    noor.waits_for(whole, "3 van de 3 delen zijn klaar.")
    noor.sees("Opgelost")
    axe(noor.page)
    take_picture(noor.page, "story-car-solved")
    assert zoe.page.goto(refused).status == 200
    assert gerda.page.goto(permit).status == 404
