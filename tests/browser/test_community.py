"""Ask, answer, vote, accept and edit as people do it: in a browser, in both languages, with and without JavaScript."""

from __future__ import annotations

import itertools
import re

import pytest
from playwright.sync_api import Page, expect

from tests.accounts import make as accounts
from tests.cast import browser_cookie
from tests.community import make
from tests.organisations import make as organisations
from tests.providers import make as providers
from tests.support.browser import PHONE
from tests.support.live import LiveServer

_numbers = itertools.count(1)

DUTCH = {
    "ask": "Verstuur je vraag",
    "title": "Waar kun je hulp bij gebruiken?",
    "body": "Maak het duidelijk",
    "answer": "Plaats je antwoord",
    "your_answer": "Jouw antwoord",
    "solved": "Dit was de oplossing",
    "useful": "Dit is nuttig",
    "accepted": "zegt: dit was de oplossing",
}
ENGLISH = {
    "ask": "Send your question",
    "title": "What do you need help with?",
    "body": "Make it clear",
    "answer": "Post your answer",
    "your_answer": "Your answer",
    "solved": "This solved it",
    "useful": "This is useful",
    "accepted": "says: this solved it",
}


def enter(page: Page, server: LiveServer, person_id: int) -> None:
    """Make the browser this person's."""
    with server.rows() as session:
        cookie = browser_cookie(server.app, session.get_one(accounts.Person, person_id), url=server.url)
    page.goto("about:blank")  # no answer to whoever was here before comes late, with her cookie
    page.context.clear_cookies()
    page.context.add_cookies([cookie])


@pytest.fixture
def people(live_server) -> dict[str, int]:
    """Make an asker and an agent who works for an organisation; return their ids."""
    number = next(_numbers)
    with live_server.rows() as session:
        asker, agent = accounts.person(f"Vera {number}"), accounts.person(f"Anna {number}")
        works = organisations.organisation(f"Waterworks {number}")
        organisations.membership(agent, works)
        providers.provider(agent, works)
        make.category(f"Water {number}")
        session.flush()
        return {"asker": asker.id, "agent": agent.id, "organisation": works.id}


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("locale, words", [("nl-NL", DUTCH), ("en-GB", ENGLISH)], ids=["nl", "en"])
def test_a_question_is_asked_answered_voted_on_and_solved(
    new_page, live_server, people, axe, locale, words, has_scripts
):
    page = new_page(locale=locale, java_script_enabled=has_scripts, viewport=PHONE if has_scripts else None)
    check = axe if has_scripts else (lambda _page: None)  # axe itself is a script

    enter(page, live_server, people["asker"])
    page.goto("/ask")
    page.get_by_label(words["title"]).fill("How do I read my new water meter?")
    page.get_by_label(words["body"]).fill("It shows **two** numbers.\n\n- one is black\n- one is red")
    check(page)
    page.get_by_role("button", name=words["ask"]).click()
    page.wait_for_url(re.compile(r"/q/\d+/how-do-i-read-my-new-water-meter"))
    address = page.url.partition("?")[0]
    expect(page.get_by_role("heading", level=1)).to_have_text("How do I read my new water meter?")
    expect(page.locator(".post--question strong")).to_have_text("two")
    check(page)

    enter(page, live_server, people["agent"])
    page.goto(address)
    page.get_by_role("textbox", name=words["your_answer"]).fill("Read the *black* one.")
    page.get_by_role("button", name=words["answer"]).click()
    page.wait_for_url(re.compile(r"#a\d+$"))

    enter(page, live_server, people["asker"])
    page.goto(address)
    answer = page.locator("article.post--answer")
    expect(answer.locator("em")).to_have_text("black")
    answer.get_by_role("button", name=words["useful"]).click()
    expect(answer.locator(".vote__score")).to_contain_text("1")
    expect(answer.get_by_role("button", name=words["useful"])).to_have_attribute("aria-pressed", "true")
    answer.get_by_role("button", name=words["solved"]).click()
    expect(page.locator("article.post--accepted")).to_contain_text(words["accepted"])
    check(page)


def test_an_empty_question_says_what_is_missing_and_takes_the_focus_there(new_page, live_server, people, axe):
    page = new_page(locale="nl-NL")
    enter(page, live_server, people["asker"])
    page.goto("/ask")

    page.get_by_role("button", name="Verstuur je vraag").click()

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Dit mag niet leeg zijn")
    expect(summary).to_be_focused()
    assert page.title().startswith("Fout:")
    axe(page)


@pytest.mark.parametrize("path", ["/", "/questions", "/questions?order=unanswered", "/tags"])
def test_lists_read_well_for_everybody(new_page, live_server, people, axe, path):
    page = new_page(locale="nl-NL")

    page.goto(path)

    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        axe(page)


def test_nothing_sticks_out_at_320_pixels(new_page, live_server, people):
    with live_server.rows() as session:
        asker = session.get_one(accounts.Person, people["asker"])
        made = make.question(
            asker, title="Waarom" + "heel" * 40, body="`" + "x" * 300 + "`\n\n|a|b|\n|-|-|\n|" + "y" * 200 + "|z|"
        )
        question_id = made.id
    page = new_page(viewport={"width": 320, "height": 700})

    for path in ("/", "/questions", f"/q/{question_id}"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
