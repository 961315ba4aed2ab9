"""The main job, end to end, on a real community: asked, offered, answered, accepted, learned.

Reads ../shared and keeps nothing of it. In `./dev test` the newest 3,000 questions, with `--all` all of them.
"""

from __future__ import annotations

import json
import lzma
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app import clock
from app.accounts.models import Person
from app.community.models.posts import Answer, Question
from app.routing.models import Offer, RoutingDecision
from tests.accounts import make as accounts
from tests.support.live import LiveServer

PASSWORD = "a quiet harbour in winter"
HANDED_OVER = 3
TITLE = "Messages disappear from my inbox after I compact the folder"
BODY = "Since the last update the inbox is empty after compacting. The messages are still on the server. What can I do?"

pytestmark = pytest.mark.needs_shared


@pytest.mark.timeout(900)
@pytest.mark.parametrize("size", [3000, pytest.param(None, marks=pytest.mark.long)], ids=["newest 3000", "all"])
def test_the_network_decides_and_learns(new_page, start_server, shared_data, tmp_path, axe, size):
    with start_server() as server:
        run(
            server, "import", "archive", str(newest(shared_data / "thunderbird-support", tmp_path, size)), "--as-if-now"
        )
        helpers = most_active(server)
        page = new_page(server=server, locale="nl-NL")
        for handle, _name in helpers:
            take_over(page, server, handle)
        with server.rows() as session:
            asker = accounts.person("Vera Vraagt", handle="vera", interface_language="nl", languages=["en", "nl"])
            session.flush()
            asker_id = asker.id

        sign_in(page, server, "vera@example.org", accounts.PASSWORD)
        page.goto("/ask")
        page.get_by_label("Waar kun je hulp bij gebruiken?").fill(TITLE)
        page.get_by_label("Maak het duidelijk").fill(BODY)
        page.get_by_role("button", name="Verstuur je vraag").click()
        page.wait_for_url(re.compile(r"/q/\d+/messages-disappear"))
        address = page.url.partition("?")[0]
        expect(page.get_by_role("heading", name="Wie kan helpen")).to_be_visible()
        axe(page)

        first = first_ranked(server, asker_id)
        assert first in dict(helpers)
        sign_in(page, server, f"{first}@example.org", PASSWORD)
        page.goto("/for-you")
        expect(page.get_by_role("link", name=TITLE).first).to_be_visible()
        axe(page)
        page.goto(address)
        page.get_by_role("textbox", name="Jouw antwoord").fill("Turn compacting off, then repair the folder.")
        page.get_by_role("button", name="Plaats je antwoord").click()
        page.wait_for_url(re.compile(r"#a\d+$"))

        sign_in(page, server, "vera@example.org", accounts.PASSWORD)
        page.goto(address)
        page.get_by_role("button", name="Dit was de oplossing").click()
        expect(page.locator("article.post--accepted")).to_be_visible()
        server.until(lambda session: session.scalar(select(Offer.id).where(Offer.state == "answered")))
        run(server, "routing", "refit")

        before, after = parts_of(server, asker_id, first)
        assert before != after, "the helper's stored parts have not changed"
        page.goto(address)
        page.get_by_role("link", name=re.compile("Waarom")).first.click()
        page.wait_for_url(re.compile(r"/decisions/\d+/why"))
        expect(page.get_by_text("Wat sindsdien geleerd is").first).to_be_visible()
        assert page.locator("html").get_attribute("lang") == "nl"
        axe(page)


def newest(archive: Path, folder: Path, size: int | None) -> Path:
    """Return the archive, or a copy of its newest questions with their answers."""
    if size is None:
        return archive
    cut = folder / archive.name
    cut.mkdir()
    with lzma.open(archive / "questions.jsonl.xz", "rt", encoding="utf-8") as file:
        questions = sorted((json.loads(line)["t"], line) for line in file)[-size:]
    kept = {json.loads(line)["id"] for _, line in questions}
    (cut / "questions.jsonl").write_text("".join(line for _, line in questions), encoding="utf-8")
    with lzma.open(archive / "answers.jsonl.xz", "rt", encoding="utf-8") as file:
        answers = [line for line in file if json.loads(line)["qid"] in kept]
    (cut / "answers.jsonl").write_text("".join(answers), encoding="utf-8")
    return cut


def run(server: LiveServer, *arguments: str) -> None:
    """Run a command of the application on the installation's database."""
    done = server.app.test_cli_runner().invoke(args=arguments)
    assert done.exit_code == 0, done.output


def most_active(server: LiveServer) -> list[tuple[str, str]]:
    """Return handle and name of who answered most questions in the last 30 days."""
    since = clock.now() - timedelta(days=30)
    with server.rows() as session:
        rows = session.execute(
            select(Person.handle, Person.name)
            .join(Answer, Answer.author_id == Person.id)
            .where(Answer.created_at >= since)
            .group_by(Person.id)
            .order_by(func.count().desc(), Person.id)
            .limit(HANDED_OVER)
        )
        return [(handle, name) for handle, name in rows]


def take_over(page: Page, server: LiveServer, handle: str) -> None:
    """Hand an imported person over, as an operator and then that person would."""
    run(server, "people", "hand-over", handle, f"{handle}@example.org", "--language", "nl")
    page.goto("about:blank")  # no late answer brings the cookie of whoever was here before
    page.context.clear_cookies()
    page.goto("/letters?lang=nl")
    letter = page.get_by_text(f"{handle}@example.org")
    for _try in range(50):  # the worker writes it
        if letter.count():
            break
        page.wait_for_timeout(200)
        page.reload()
    link = page.locator("article, li").filter(has_text=f"{handle}@example.org").locator("a[href*='/take-over']").first
    page.goto(link.get_attribute("href") or "")
    page.get_by_label("Wachtwoord").first.fill(PASSWORD)
    page.get_by_role("button", name="Neem over").click()
    page.wait_for_url(re.compile(r"/settings/profile"))


def sign_in(page: Page, server: LiveServer, email: str, password: str) -> None:
    """Sign in through the form, in Dutch."""
    page.goto("about:blank")  # no late answer brings the cookie of whoever was here before
    page.context.clear_cookies()
    page.goto("/sign-in?lang=nl")
    page.get_by_label("Mailadres").fill(email)
    page.get_by_label("Wachtwoord").first.fill(password)
    page.locator("main").get_by_role("button", name="Inloggen").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def first_ranked(server: LiveServer, asker_id: int) -> str:
    """Return the handle of who stands first in the decision about the asker's question."""
    with server.rows() as session:
        decision = session.scalars(
            select(RoutingDecision)
            .join(Question, Question.id == RoutingDecision.help_request_id)
            .where(Question.asker_id == asker_id)
        ).one()
        offer = session.scalars(
            select(Offer).where(Offer.decision_id == decision.id).order_by(Offer.place, Offer.id)
        ).first()
        assert offer is not None
        assert offer.provider.person is not None
        return offer.provider.person.handle


def parts_of(server: LiveServer, asker_id: int, handle: str) -> tuple[list[float], list[float]]:
    """Return the helper's stored parts in the first and in the latest decision about the asker's question."""
    with server.rows() as session:
        decisions = session.scalars(
            select(RoutingDecision)
            .join(Question, Question.id == RoutingDecision.help_request_id)
            .where(Question.asker_id == asker_id)
            .order_by(RoutingDecision.id)
        ).all()
        provider_id = session.scalar(
            select(Offer.provider_id)
            .where(Offer.decision_id == decisions[0].id)
            .order_by(Offer.place, Offer.id)
            .limit(1)
        )
        found = [
            next(row["parts"] for row in decision.candidates["rows"] if row["provider"] == provider_id)
            for decision in (decisions[0], decisions[-1])
        ]
        return found[0], found[1]
