"""Two people: one reads, the other answers. The bell and the page say so by themselves, and nothing moves meanwhile."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from app.accounts.models import Person
from app.community.compose import compose
from app.community.models.posts import Question
from app.community.services import answering
from tests.accounts import make as accounts
from tests.cast import acting, browser_cookie
from tests.community import make
from tests.support.browser import PHONE
from tests.support.live import LiveServer


def answer(server: LiveServer, ids: dict[str, int], words: str) -> None:
    with server.rows() as session:
        helper, question = session.get_one(Person, ids["helper"]), session.get_one(Question, ids["question"])
        answering.post_answer(acting(helper), question, text=compose(words, prior="en"))


def enter(page: Page, server: LiveServer, person_id: int) -> None:
    with server.rows() as session:
        page.context.add_cookies([browser_cookie(server.app, session.get_one(Person, person_id), url=server.url)])


def test_news_arrives_while_one_reads(new_page, live_server, axe):
    with live_server.rows() as session:
        asker, helper = accounts.person("Vera"), accounts.person("Anna")
        question = make.question(asker, title="How do I close the main tap?")
        session.flush()
        ids = {"question": question.id, "asker": asker.id, "helper": helper.id}
    page = new_page(locale="nl-NL", viewport=PHONE)
    enter(page, live_server, ids["asker"])
    page.goto(f"/q/{ids['question']}")
    writing = page.get_by_role("textbox", name="Jouw antwoord")
    writing.fill("I found out myself that")
    before = writing.bounding_box()

    answer(live_server, ids, "Turn it a **quarter** to the left.")

    bar = page.get_by_role("link", name="1 nieuw antwoord – tonen")
    expect(bar).to_be_visible()
    assert writing.bounding_box() == before, "something moved under the reader"
    axe(page)
    bar.press("Enter")
    fresh = page.locator("article.post--answer")
    expect(fresh).to_contain_text("quarter")
    expect(fresh).to_be_focused()
    expect(bar).to_have_count(0)
    expect(writing).to_have_value("I found out myself that")

    page.goto("/")
    bell = page.get_by_role("link", name=re.compile("^Meldingen"))
    expect(bell).to_have_accessible_name("Meldingen")
    answer(live_server, ids, "And then back again.")
    expect(bell).to_have_accessible_name("Meldingen, één nieuwe")
    bell.click()
    expect(page.get_by_text("Anna heeft geantwoord")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Alles als gelezen markeren").click()
    expect(bell).to_have_accessible_name("Meldingen")
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(bell).to_have_accessible_name("Meldingen, één nieuwe")
    page.get_by_role("link", name="How do I close the main tap?").click()
    expect(bell).to_have_accessible_name("Meldingen")
