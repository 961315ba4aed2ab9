"""The ranking explained in a browser: to who asked, to helpers, to operators, to everybody; readable for everybody."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import Person
from app.ranking.model import default_model
from app.routing import modelstore, upkeep
from app.routing.services import latest_decision
from tests.accounts import make as accounts
from tests.cast import browser_cookie
from tests.providers import make as providers
from tests.routing import make
from tests.support.browser import PHONE
from tests.support.live import LiveServer

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Told:
    """Whom a test signs in as, and where it looks."""

    asker: int
    peer: int
    partner: int
    operator: int
    decision: int
    question: int
    version: str


@pytest.fixture
def lived(live_server: LiveServer) -> Told:
    """A question that was routed, with two versions of the weights."""
    with live_server.rows():
        number = next(_numbers)
        cast = some_people(number)
        make.past(cast, cast.peer, answers=9, accepted=6, days_ago=1)
        make.past(cast, cast.agent, answers=4, accepted=1, days_ago=2)
        upkeep.rebuild()
        question = make.ask(cast, title=f"Which meter reading do I send, number {number}?")
        model = default_model()
        version = f"learned-{number}"
        found = {"replay_decisions": 40, "replay_before": 0.41, "replay_after": 0.5, "against": ["answers_worse"]}
        modelstore.add(replace(model, version=version, weights=model.weights * 1.5), judged=found)
        return Told(
            asker=cast.customer.id,
            peer=cast.peer.id,
            partner=cast.partner.id,
            operator=cast.operator.id,
            decision=latest_decision(question.id).id,
            question=question.id,
            version=version,
        )


def some_people(number: int) -> Any:
    """Return a small cast of this test's own: the live database is shared."""
    names = ("customer", "outsider", "peer", "agent", "partner", "operator")
    cast = SimpleNamespace(**{name: accounts.person(f"{name.title()} {number}") for name in names})
    cast.operator.is_operator, cast.partner.languages = True, ["fr"]
    for helper in (cast.peer, cast.agent, cast.partner):
        providers.provider(helper)
    return cast


def enter(page: Page, server: LiveServer, person_id: int) -> None:
    with server.rows() as session:
        cookie = browser_cookie(server.app, session.get_one(Person, person_id), url=server.url)
    page.context.add_cookies([cookie])


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("options", [{"viewport": PHONE}, {"color_scheme": "dark"}], ids=["phone", "dark"])
def test_the_pages_read_well_for_everybody(new_page, live_server, lived, axe, options):
    page = new_page(locale="nl-NL", **options)
    one = f"/admin/ranking/decisions/{lived.decision}"
    headings = {
        "/how-ranking-works": (None, "Hoe helpers worden gekozen"),
        f"/decisions/{lived.decision}/why": (
            lived.peer,
            re.compile(r"Waarom ik( niet)?\?"),
        ),  # chance draws who is invited
        "/admin/ranking": (lived.operator, "Beheer van Samen"),
        "/admin/ranking/compare": (lived.operator, "Twee versies vergelijken"),
        "/admin/ranking/decisions": (lived.operator, "Beslissingen"),
        one: (lived.operator, f"Beslissing {lived.decision}"),
        f"{one}/left-out?reason=other_language": (lived.operator, f"Beslissing {lived.decision}"),
        f"{one}/what-if?weight-{make.SILENT}=x": (lived.operator, f"Beslissing {lived.decision}"),
        f"{one}/compare": (lived.operator, f"Beslissing {lived.decision}"),
    }
    for path, (who, heading) in headings.items():
        if "color_scheme" in options and path not in ("/admin/ranking", f"{one}/what-if?weight-{make.SILENT}=x"):
            continue  # the colours of the others are on these
        if who is not None:
            enter(page, live_server, who)

        page.goto(path)

        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert fits(page), path
        axe(page)


def test_a_helper_reads_why_not_and_what_would_change_it(new_page, live_server, lived, axe):
    page = new_page(locale="en-GB")
    enter(page, live_server, lived.partner)
    page.goto(f"/q/{lived.question}")

    page.get_by_role("link", name="Why not me?").click()

    expect(page.get_by_text("The question was in a language that is not in your profile.")).to_be_visible()
    expect(page.get_by_text("Do you read it well? Then add the language to your profile.")).to_be_visible()
    axe(page)

    enter(page, live_server, lived.peer)
    page.goto(f"/decisions/{lived.decision}/why")
    expect(page.get_by_role("heading", name="What would have changed it")).to_be_visible()
    expect(page.get_by_text("Agent")).to_have_count(0)
    axe(page)


def test_an_operator_tries_weights_and_puts_a_version_in_force_and_back(new_page, live_server, lived, axe):
    page = new_page(locale="en-GB")
    enter(page, live_server, lived.operator)
    page.goto(f"/admin/ranking/decisions/{lived.decision}")
    page.get_by_role("link", name="Other weights").click()
    page.locator(f"[id='weight-{make.FIRST}']").fill("-5")
    page.get_by_role("button", name="Show the order").click()
    expect(page.get_by_role("alert")).to_contain_text("Write a number from 0 to 1000.")
    axe(page)
    page.locator(f"[id='weight-{make.FIRST}']").fill("0")
    page.get_by_role("button", name="Show the order").click()
    expect(page.get_by_role("heading", name="The order with these weights")).to_be_visible()
    axe(page)

    page.goto("/admin/ranking")
    page.get_by_role("button", name=f"Put in force: {lived.version}").click()
    expect(page.get_by_text(f"Version {lived.version} is in force from now on.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("put back by an operator")
