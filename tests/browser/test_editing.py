"""Edit, suggest, take over, bring back, and two who edit at once: as people do it, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.community.compose import compose
from app.community.models.posts import Answer
from app.community.services import editing
from tests.accounts import make as accounts
from tests.browser.test_community import enter
from tests.cast import acting
from tests.community import make
from tests.support.browser import PHONE
from tests.support.live import LiveServer

FIRST, SECOND, THIRD = "Read the upper number.", "Read the lower number.", "Read the lower number twice."
THEIRS, MINE = "Read the left number.", "Read the lower number by day."
WORDS = {
    "nl-NL": {
        "text": "Het antwoord",
        "why": "Waarom je het wijzigt",
        "save": "Opslaan",
        "suggest": "Verstuur je voorstel",
        "take": "Neem over",
        "why back": "Waarom je deze terugzet",
        "back": "Zet terug",
        "at once": "Iemand bewaarde iets terwijl je schreef",
        "on top": "Bewaar over die van de ander heen",
        "draft": "Dit is je concept.",
    },
    "en-GB": {
        "text": "The answer",
        "why": "Why you change it",
        "save": "Save",
        "suggest": "Send the suggestion",
        "take": "Take it over",
        "why back": "Why you bring it back",
        "back": "Bring it back",
        "at once": "Somebody saved while you were writing",
        "on top": "Save on top of theirs",
        "draft": "This is your draft.",
    },
}


def edited_meanwhile(server: LiveServer, ids: dict[str, int]) -> None:
    """Let a moderator save an edit while somebody writes."""
    with server.rows() as session:
        answer, moderator = session.get_one(Answer, ids["answer"]), session.get_one(accounts.Person, ids["moderator"])
        seen = answer.text_version
        editing.edit_answer(
            acting(moderator), answer, text=compose(THEIRS), reason="It is on the left", seen_version=seen
        )


def change(page: Page, words: dict[str, str], text: str, button: str) -> None:
    page.get_by_label(words["text"], exact=True).fill(text)
    page.get_by_label(words["why"]).fill("It was wrong")
    page.get_by_role("button", name=words[button], exact=True).click()


@pytest.mark.parametrize(
    "locale, has_scripts", [("nl-NL", True), ("en-GB", False)], ids=["nl with scripts", "en without"]
)
def test_words_are_edited_suggested_taken_over_brought_back_and_never_lost(
    new_page, live_server, axe, locale, has_scripts
):
    words = WORDS[locale]
    with live_server.rows() as session:
        author, other = accounts.person("Omar"), accounts.person("Mila")
        moderator = accounts.person("Mo", is_moderator=True)
        answer = make.answer(make.question(other, title="Which number do I read?"), author, body=FIRST)
        session.flush()
        ids = {"author": author.id, "other": other.id, "moderator": moderator.id, "answer": answer.id}
    page = new_page(locale=locale, java_script_enabled=has_scripts, viewport=PHONE if has_scripts else None)
    check = axe if has_scripts else (lambda _page: None)  # axe itself is a script
    post, text = f"/answers/{ids['answer']}", page.get_by_label(words["text"], exact=True)
    shown = page.locator(f"#a{ids['answer']} .prose").first

    enter(page, live_server, ids["author"])
    if has_scripts:
        page.clock.install()
    page.goto(f"{post}/edit")
    if has_scripts:
        text.fill("Read the")
        page.clock.run_for(2100)
        expect(page.locator("[data-draft-status]")).to_contain_text("Bewaard")
        page.reload()
        expect(page.get_by_text(words["draft"])).to_be_visible()
        expect(text).to_have_value("Read the")
        check(page)
    change(page, words, SECOND, "save")
    expect(shown).to_have_text(SECOND)
    page.goto(f"{post}/history")
    expect(page.locator("#v2 ins")).to_contain_text("lower")
    check(page)

    enter(page, live_server, ids["other"])
    page.goto(f"{post}/suggest")
    change(page, words, THIRD, "suggest")
    expect(shown).to_have_text(SECOND)

    enter(page, live_server, ids["author"])
    page.goto(f"/a/{ids['answer']}")
    page.get_by_role("link", name="Mila").filter(has_text="Omar").click()
    expect(page.locator("ins").first).to_contain_text("twice")
    check(page)
    page.get_by_role("button", name=words["take"]).click()
    expect(shown).to_have_text(THIRD)
    page.goto(f"{post}/history")
    expect(page.locator("#v3")).to_contain_text("Mila")

    page.goto(f"{post}/history/2")
    page.get_by_label(words["why back"]).fill("Once is enough")
    page.get_by_role("button", name=words["back"]).click()
    expect(shown).to_have_text(SECOND)

    page.goto(f"{post}/edit")
    edited_meanwhile(live_server, ids)
    change(page, words, MINE, "save")
    expect(page.get_by_role("heading", name=words["at once"])).to_be_visible()
    expect(text).to_have_value(MINE)
    expect(page.locator("ins").first).to_contain_text("left")
    check(page)
    if has_scripts:
        page.clock.run_for(2100)
        expect(page.locator("[data-draft-status]")).to_contain_text("Bewaard")
        page.goto(f"{post}/edit")
        expect(text).to_have_value(MINE)
        change(page, words, MINE, "save")
    else:
        page.get_by_role("button", name=words["on top"]).click()
    expect(shown).to_have_text(MINE)
    page.goto(f"{post}/history")
    expect(page.locator("#v5 ins")).to_contain_text("left")
    expect(page.locator("#v6 ins").first).to_contain_text("lower")


def read_a_question(page: Page, server: LiveServer) -> str:
    """Enter as somebody who reads another's question; return its address."""
    with server.rows() as session:
        question, reader = make.question(accounts.person("Omar")), accounts.person("Mila")
        session.flush()
        address, reader_id = f"/q/{question.id}", reader.id
    enter(page, server, reader_id)
    return address


def test_nothing_moves_when_the_scripts_come_late(new_page, live_server):
    page = new_page(viewport=PHONE)
    address = read_a_question(page, live_server)
    page.route("**/*.js*", lambda route: None)  # it waits
    page.goto(address, wait_until="commit")
    writing = page.get_by_role("textbox", name="Your answer")
    expect(writing).to_be_attached()
    page.wait_for_function("() => [...document.querySelectorAll('link[rel=stylesheet]')].every((link) => link.sheet)")
    writing.fill("It is the lower one.")
    before, bold = writing.bounding_box(), page.get_by_role("button", name="Bold (Ctrl+B)")
    expect(bold).to_be_hidden()

    page.unroute("**/*.js*")  # and goes on

    expect(bold).to_be_visible()
    assert writing.bounding_box() == before


def test_without_scripts_there_is_no_place_for_what_they_would_show(new_page, live_server):
    page = new_page(java_script_enabled=False)
    page.goto(read_a_question(page, live_server))

    assert page.locator(".editor__bar").bounding_box() is None
