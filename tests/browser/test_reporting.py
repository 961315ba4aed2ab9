"""Somebody reports a comment; a moderator hears of it, decides, and whoever reported reads why."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from app.notifications.models import NoticeItem
from tests.accounts import make as accounts
from tests.browser.test_community import enter
from tests.community import make
from tests.support.browser import PHONE

DUTCH = {
    "report": "Melden",
    "reason": "Wat is er mis mee",
    "words": "Wat moet een moderator weten?",
    "send": "Verstuur je melding",
    "thanks": "Dank je. Een moderator kijkt ernaar",
    "news": "Hier is iets aan moderatoren gemeld",
    "why": "Waarom het blijft staan",
    "leave": "Zo laten",
    "decided": "Een moderator heeft besloten over wat je meldde",
}
ENGLISH = {
    "report": "Report",
    "reason": "What is wrong with it",
    "words": "What should a moderator know?",
    "send": "Send the report",
    "thanks": "Thank you. A moderator looks at it",
    "news": "Something here was reported to moderators",
    "why": "Why it stays",
    "leave": "Leave it",
    "decided": "A moderator decided about what you reported",
}


@pytest.mark.parametrize(
    "locale, says, has_scripts",
    [("nl-NL", DUTCH, True), ("en-GB", ENGLISH, False)],
    ids=["nl with scripts", "en without"],
)
def test_a_comment_is_reported_left_and_explained(new_page, live_server, axe, locale, says, has_scripts):
    check = axe if has_scripts else (lambda _page: None)  # axe itself is a script
    with live_server.rows() as session:
        asker, reader = accounts.person("Vera"), accounts.person("Anna")
        moderator = accounts.person("Mona", is_moderator=True)
        question = make.question(asker, title=f"How do I bleed a radiator? {locale}")
        make.comment(question, accounts.person("Omar"), body="My shop sells the best keys for it.")
        session.flush()
        ids = {"reader": reader.id, "moderator": moderator.id, "question": question.id}
    page = new_page(locale=locale, java_script_enabled=has_scripts, viewport=PHONE if has_scripts else None)

    enter(page, live_server, ids["reader"])
    page.goto(f"/q/{ids['question']}")
    page.locator(".comment").get_by_role("link", name=says["report"]).click()
    expect(page.locator("blockquote")).to_have_text("My shop sells the best keys for it.")
    page.get_by_label(says["reason"]).select_option("spam")
    page.get_by_label(says["words"]).fill("He says so everywhere.")
    check(page)
    page.get_by_role("button", name=says["send"]).click()
    expect(page.get_by_text(says["thanks"])).to_be_visible()

    enter(page, live_server, ids["moderator"])
    show_news(page, live_server, ids["moderator"], "reported", says["news"])
    check(page)
    page.get_by_role("main").get_by_role("link", name=f"How do I bleed a radiator? {locale}").click()
    expect(page).to_have_url(re.compile("/moderation$"))
    report = page.locator(".act", has_text=f"How do I bleed a radiator? {locale}")
    expect(report).to_contain_text("He says so everywhere.")
    check(page)
    report.get_by_label(says["why"]).fill("Once is a tip, not advertising.")
    report.get_by_role("button", name=says["leave"]).click()
    expect(report).to_have_count(0)

    enter(page, live_server, ids["reader"])
    show_news(page, live_server, ids["reader"], "report_settled", says["decided"])
    page.goto("/reports")
    expect(page.get_by_role("main")).to_contain_text("Once is a tip, not advertising.")
    check(page)


def show_news(page, server, person_id: int, kind: str, words: str) -> None:
    """Wait until the worker has told her, and open the list of notices."""
    told = sa.select(NoticeItem.id).where(NoticeItem.person_id == person_id, NoticeItem.kind == kind)
    server.until(lambda session: session.scalar(told))
    page.goto("/notifications")
    expect(page.get_by_text(words)).to_be_visible()
