"""Talking about a question: comments in their place, the fold, "I have this too", following; also without scripts."""

from __future__ import annotations

import itertools
import re

import pytest
from playwright.sync_api import Page, expect

from tests.accounts import make as accounts
from tests.cast import browser_cookie
from tests.community import make
from tests.support.browser import PHONE

_numbers = itertools.count(1)


@pytest.fixture
def thread(live_server) -> dict[str, int]:
    """Make a question with an answer that has eight comments; return the ids of what the tests need."""
    number = next(_numbers)
    with live_server.rows() as session:
        asker, helper = accounts.person(f"Mila {number}"), accounts.person(f"Omar {number}")
        question = make.question(asker, title=f"Why does my meter blink {number}?")
        answer = make.answer(question, helper)
        made = [make.comment(question, asker, answer_id=answer.id, body=f"Remark {each}.") for each in range(8)]
        session.flush()
        return {"asker": asker.id, "helper": helper.id, "question": question.id, "last": made[-1].id}


def enter(page: Page, server, person_id: int) -> None:
    """Make the browser this person's."""
    with server.rows() as session:
        cookie = browser_cookie(server.app, session.get_one(accounts.Person, person_id), url=server.url)
    page.goto("about:blank")  # no late answer brings the cookie of whoever was here before
    page.context.clear_cookies()
    page.context.add_cookies([cookie])


def test_everything_is_said_without_leaving_ones_place(new_page, live_server, thread, axe):
    page = new_page(locale="nl-NL", viewport=PHONE)
    enter(page, live_server, thread["helper"])
    page.goto(f"/q/{thread['question']}")

    for name in ("Ik heb dit ook", "Volgen"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_role("button", name=name)).to_be_focused()
    expect(page.locator("#affected")).to_contain_text("1 in de afgelopen week")

    page.locator(".post--answer").get_by_role("link", name="Reageren").click()
    box = page.get_by_role("textbox", name="Je reactie")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    page.locator(".post--answer").get_by_role("link", name="Reageren").click()
    box = page.get_by_role("textbox", name="Je reactie")
    box.press_sequentially("@mil")
    option = page.get_by_role("option").first
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    axe(page)
    box.press("Enter")
    expect(box).to_have_value(re.compile(r"^@mila\S* $"))
    expect(option).to_have_count(0)
    box.press_sequentially("het lampje is **rood**.")
    page.get_by_role("button", name="Plaats je reactie").click()
    page.wait_for_url(re.compile(r"#c\d+$"))
    expect(page.locator(".post--answer .comment:target strong")).to_have_text("rood")


def test_a_permalink_opens_the_fold(new_page, thread, axe):
    page = new_page()
    page.goto(f"/q/{thread['question']}")
    last = page.locator(f"#c{thread['last']}")
    expect(last).to_be_hidden()
    page.get_by_text("4 more comments").click()
    expect(last).to_be_visible()
    axe(page)

    page.goto("/")
    page.goto(f"/comments/{thread['last']}")

    expect(last).to_be_visible()


def test_without_scripts_there_are_pages_for_it(new_page, live_server, thread):
    page = new_page(java_script_enabled=False)
    enter(page, live_server, thread["helper"])
    page.goto(f"/q/{thread['question']}")
    page.get_by_role("button", name="I have this too").click()
    expect(page.get_by_role("button", name="I have this too")).to_have_attribute("aria-pressed", "true")

    page.locator(".post--question").get_by_role("link", name="Comment").click()
    page.get_by_role("textbox", name="Your comment").fill("Which colour is it?")
    page.get_by_role("button", name="Post your comment").click()
    page.wait_for_url(re.compile(r"#c\d+$"))
    page.locator(".comment:target").get_by_role("link", name="Reply").click()
    page.get_by_role("textbox", name="Your comment").fill("Red.")
    page.get_by_role("button", name="Post your reply").click()
    expect(page.locator(".comment .comment:target")).to_contain_text("Red.")

    page.goto("/following")
    expect(page.get_by_text("because you commented")).to_be_visible()
    page.get_by_role("button", name="Unfollow").click()
    expect(page.get_by_role("heading", name="You follow nothing yet")).to_be_visible()
