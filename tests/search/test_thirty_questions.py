"""Thirty questions as people type them, made up before anybody looked what is found; each has its answer in the demo.

The words are those of people who do not know how it was put: other forms and other words, slips, compounds written
apart, half sentences. Right is what begins with these words; it has to stand on the first page.
"""

from __future__ import annotations

import pytest

from app.actor import VISITOR
from app.importers.demo import load_demo
from app.search import queries, services
from tests.support.databases import filled_database, on_copy_of

FIRST_PAGE = 20
THIRTY = (
    ("wanneer verhuizing doorgeven gemeente", "Wanneer moet ik mijn verhuizing"),
    ("wie moet ik allemaal inlichten bij een verhuizing", "Welke instanties moet ik zelf"),
    ("energie contract meenemen nieuw huis", "Kan ik mijn energiecontract"),
    ("tweedehands auto kopen van particulier stappen", "Auto kopen van een particulier"),
    ("vanaf wanneer wegenbelasting betalen nieuwe auto", "Vanaf welke dag betaal ik"),
    ("bewonersvergunning aanvragen hoe lang", "Hoe lang duurt een bewonersvergunning"),
    ("parkeren voor bezoek thuiszorg uren op", "Mijn bezoekersuren zijn op"),
    ("schadevrije jaren andere verzekering", "Gaan mijn schadevrije jaren"),
    ("maandbedrag energie omhoog klopt dat", "Mijn termijnbedrag is met"),
    ("slimme meter geeft geen meterstanden door", "Slimme meter stuurt al"),
    ("dynamisch contract stroom voordeel", "Voor wie is een dynamisch"),
    ("zonnepanelen salderen stopt", "Wat verandert er voor mijn zonnepanelen"),
    ("laadpaal kabel over stoep", "Mag ik met een kabelgoot"),
    ("wifi op zodler slecht", "Op zolder valt de wifi"),
    ("paspoort verloopt spoed reis", "Paspoort verlopen en over tien"),
    ("ov chipkaart kwijt saldo terug", "Ov-kaart verloren met"),
    ("register citizen number from abroad", "How do I register and get"),
    ("renting which taxes do I pay", "Renting a flat: which bills"),
    ("gas cut off previous tenant", "Previous tenant ended"),
    ("high yearly energy bill", "Yearly bill of 640 euro"),
    ("privacy smart meter data", "Who can see the data"),
    ("video calls freeze in the afternoon", "Video calls drop every afternoon"),
    ("double nat own routre", "My own router behind"),
    ("no internet until fibre is ready", "Fibre will only be ready"),
    ("papers for buying second hand car", "Buying a second-hand car"),
    ("suspend road tax car not used", "Car in the garage for five months"),
    ("parking permit leased car", "Resident parking permit for a lease car"),
    ("insurence for an old car", "Which level of insurance"),
    ("bus pass pause during holiday", "Can I pause my bus season ticket"),
    ("printer not found after new router", "Wifi printer is not found"),
)


@pytest.fixture(scope="module")
def with_demo(app, run_database):
    with filled_database(app, run_database, load_demo) as url:
        yield url


def test_each_is_found_on_the_first_page(app, with_demo, index, clock):
    with on_copy_of(app, with_demo):
        services.rebuild()
        places = {}
        for typed, right in THIRTY:
            page = queries.search_for(VISITOR, queries.Asked(typed), size=FIRST_PAGE, kinds=queries.ALL_KINDS)
            titles = ["".join(text for text, _ in each.title) for each in (*page.results, *page.more)]
            places[typed] = next((place for place, title in enumerate(titles, 1) if title.startswith(right)), 0)

    assert [typed for typed, place in places.items() if not place] == []
    # So that a change that makes it worse is seen: most stand first.
    assert sum(place == 1 for place in places.values()) >= 22, places
