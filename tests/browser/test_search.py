"""Searching and as-you-type answers as people meet them: typed in a real browser, in both languages, also without
scripts."""

from __future__ import annotations

import itertools
import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app import clock
from app.db import db
from app.search import services
from app.search.models import Deflection, Searched, StaleDocument
from tests.accounts import make as accounts
from tests.cast import browser_cookie
from tests.community import make
from tests.support.browser import PHONE

_numbers = itertools.count(1)


@pytest.fixture
def word() -> str:
    """Return a word that only this test uses: the installation is shared."""
    return f"quagga{next(_numbers)}x"


@pytest.fixture
def answered(live_server, word) -> int:
    """A solved question that the worker has put into the index."""
    with live_server.rows():
        asker, helper = accounts.person(f"Vera {word}"), accounts.person(f"Pete {word}")
        question = make.question(asker, title=f"How do I calibrate the {word} valve?", body="It hisses.")
        make.accepted(make.answer(question, helper, body="Turn it a quarter to the left."))
        services.mark_stale("question", [question.id])
        question_id = question.id
    live_server.until(lambda session: not session.scalar(sa.select(sa.func.count()).select_from(StaleDocument)))
    return question_id


def deflections(live_server, question_id) -> list[str]:
    with live_server.rows() as session:
        return list(session.scalars(sa.select(Deflection.typed).where(Deflection.help_request_id == question_id)))


def enter(page: Page, live_server) -> None:
    with live_server.rows():
        person = accounts.person(f"Olga {next(_numbers)}")
        db.session.flush()
        page.context.add_cookies([browser_cookie(live_server.app, person, url=live_server.url)])


@pytest.mark.parametrize("locale, button", [("en-GB", "This answers it"), ("nl-NL", "Dit is mijn antwoord")])
def test_while_typing_an_answer_appears_and_ends_the_asking(
    live_server, new_page, axe, answered, word, locale, button
) -> None:
    page = new_page(locale=locale)
    enter(page, live_server)
    page.goto("/ask")

    page.locator("[data-similar]").first.press_sequentially(f"calibrate my {word} val", delay=15)
    box = page.locator("[data-similar-box]:visible")
    expect(box.get_by_role("link", name=f"How do I calibrate the {word} valve?")).to_be_visible()
    axe(page)
    box.get_by_role("button", name=button).first.click()

    expect(page).to_have_url(f"{live_server.url}/q/{answered}/how-do-i-calibrate-the-{word}-valve")
    assert deflections(live_server, answered) == [f"calibrate my {word} val"]


def test_on_the_home_page_of_a_visitor_too(live_server, page, answered, word) -> None:
    page.goto("/")

    page.locator("main [data-similar]").press_sequentially(f"calibrate the {word}", delay=15)
    box = page.locator("[data-similar-box]:visible")
    box.get_by_role("button", name="This answers it").first.click()

    expect(page).to_have_url(f"{live_server.url}/q/{answered}/how-do-i-calibrate-the-{word}-valve")
    assert len(deflections(live_server, answered)) == 1


def test_without_scripts_there_is_a_step_between_that_keeps_what_was_written(
    live_server, new_page, axe, answered, word
) -> None:
    page = new_page(java_script_enabled=False)
    enter(page, live_server)
    page.goto("/ask")
    page.get_by_label("What do you need help with?").fill(f"My {word} valve needs calibrating")
    page.get_by_label("Make it clear").fill("It hisses all day & <night>.")

    page.get_by_role("button", name="Check for similar questions").click()
    expect(page.get_by_role("link", name=f"How do I calibrate the {word} valve?")).to_be_visible()
    page.get_by_role("button", name="None of these: send my question").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(f"My {word} valve needs calibrating")
    expect(page.locator("main")).to_contain_text("It hisses all day & <night>.")
    assert deflections(live_server, answered) == []


@pytest.mark.both_databases
def test_searching_with_filters_on_desk_and_phone(live_server, new_page, axe, answered, word) -> None:
    for options in ({}, {"viewport": PHONE, "color_scheme": "dark"}, {"java_script_enabled": False}):
        page = new_page(**options)
        page.goto("/")
        page.goto(f"/search?q={word}")

        expect(page.locator("mark").first).to_have_text(word)
        if "java_script_enabled" not in options:
            axe(page)
        if "viewport" in options:
            expect(page.get_by_label("State")).to_be_hidden()
            page.get_by_text("Filters and order").click()
        page.get_by_label("State").select_option("accepted")
        page.get_by_role("button", name="Apply").click()
        expect(page).to_have_url(re.compile(rf"q={word}&.*state=accepted"))
        expect(page.get_by_role("heading", name="1 result", exact=True)).to_be_visible()


def test_nothing_found_leads_to_asking_with_the_words(live_server, page, axe) -> None:
    page.goto("/search?q=zzyzx+unheard-of")

    axe(page)
    expect(page.locator("main").get_by_role("link", name="Ask a question")).to_have_attribute(
        "href", "/ask?title=zzyzx+unheard-of"
    )


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_question_leads_to_others_like_it(live_server, new_page, axe, answered, word, has_scripts) -> None:
    with live_server.rows():
        like_it = make.question(accounts.person(f"Olga {word}"), title=f"My {word} valve hisses")
        services.mark_stale("question", [like_it.id])
    live_server.until(lambda session: not session.scalar(sa.select(sa.func.count()).select_from(StaleDocument)))
    page = new_page(locale="nl-NL", viewport=PHONE, java_script_enabled=has_scripts)

    page.goto(f"/q/{answered}")
    section = page.get_by_role("region", name="Vragen die hierop lijken")
    if has_scripts:
        section.scroll_into_view_if_needed()
    else:
        section.get_by_role("link").click()
    found = page.get_by_role("link", name=f"My {word} valve hisses")
    expect(found).to_be_visible()
    if has_scripts:
        axe(page)
    found.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"My {word} valve hisses")


def test_a_long_word_that_was_looked_for_stays_on_a_phone(new_page, live_server):
    with live_server.rows() as session:
        counted = {"times": 1, "found": 0, "took_us": 1}
        row = {"day": clock.now().date(), "place": "search", "language": "en", "text": "q" * 190, **counted}
        session.add(Searched(**row))
        curator = accounts.person("Cora Curator", is_curator=True)
        session.flush()
        cookie = browser_cookie(live_server.app, curator, url=live_server.url)
    page = new_page(viewport=PHONE)
    page.context.add_cookies([cookie])

    page.goto("/search/sought")

    expect(page.get_by_role("link", name="q" * 190)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
