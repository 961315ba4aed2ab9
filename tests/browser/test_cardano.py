"""A real Stack Exchange community, imported: nothing of it is lost, people use it, machines read it.

Reads ../shared and keeps nothing of it, so texts are found by what they are, never by their words.
"""

from __future__ import annotations

import io
import json
import lzma
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from app.community.models.closings import Closing
from app.community.models.posts import Answer, Question
from app.community.models.votes import VoteTally
from app.importers.models import ImportLeftover
from app.importers.progress import Progress
from app.importers.running import Report, run_import
from app.importers.sources import stack_exchange_source
from app.importers.stackexchange.dump import Dump
from app.requests.models import HelpRequest
from tests.accounts import make as accounts
from tests.browser.test_community import enter
from tests.feeds.pages import page_of
from tests.feeds.schema_org import complaints
from tests.importers.test_stackexchange import sums
from tests.support.browser import PHONE, NewPage
from tests.support.live import LiveServer, StartServer

pytestmark = pytest.mark.needs_shared

DUTCH = {
    "comment": "Reageren",
    "your_comment": "Je reactie",
    "post_comment": "Plaats je reactie",
    "title": "Titel",
    "save": "Opslaan",
    "more": "Meer",
    "close_it": "Sluiten…",
    "other": "De andere vraag",
    "close": "Sluiten",
    "merge": "Samenvoegen",
}
ENGLISH = {
    "comment": "Comment",
    "your_comment": "Your comment",
    "post_comment": "Post your comment",
    "title": "Title",
    "save": "Save",
    "more": "More",
    "close_it": "Close…",
    "other": "The other question",
    "close": "Close",
    "merge": "Merge",
}


@dataclass(frozen=True)
class Cardano:
    """The community in an installation of its own, and what its import said."""

    server: LiveServer
    folder: Path
    report: Report

    def ask(self, statement: sa.Select[tuple[int]]) -> list[int]:
        """Return the numbers that a statement finds."""
        with self.server.rows() as session:
            return list(session.scalars(statement))


@pytest.fixture(scope="module")
def cardano(start_server: StartServer, shared_data: Path) -> Iterator[Cardano]:
    """Import the whole community, once for all tests here."""
    folder = shared_data / "cardano-stackexchange"
    with start_server() as server:
        dump, quiet = Dump(folder, server.config.instance / "scratch"), Progress(io.StringIO())
        with server.app.app_context():
            report = run_import(dump, stack_exchange_source(folder), progress=quiet)
        yield Cardano(server, folder, report)


def test_everything_arrives_once_or_is_kept(cardano: Cardano) -> None:
    report = cardano.report

    assert all(size == met for size, met in sums(report).values())
    assert report.sizes.total() == 2630 + 3988 + 9147 + 1829 + 104 + 224 + 4467
    with cardano.server.rows() as session:
        left_out = session.scalar(sa.select(sa.func.count()).select_from(ImportLeftover))
        states = Counter(session.scalars(sa.select(HelpRequest.state)))
        score = session.scalar(sa.select(sa.func.sum(Question.score)))
        wikis = session.scalar(sa.select(sa.func.count()).where(Answer.wiki_at.is_not(None)))
        wrong = [_wrong_scores(session, text) for text in (Question, Answer)]
    assert left_out == sum(number for kind, number in report.counts.items() if kind.endswith("left_out"))
    assert (states["duplicate"], states["closed"], report.counts["links_counted"], wikis) == (5, 32, 5, 1)
    with lzma.open(cardano.folder / "Posts.xml.xz") as file:
        posts = [row.attrib for _, row in ElementTree.iterparse(file) if row.tag == "row"]
    assert score == sum(int(row["Score"]) for row in posts if row["PostTypeId"] == "1")
    assert wrong == [0, 0]


def _wrong_scores(session: Session, text: type[Question] | type[Answer]) -> int:
    """Return how many texts have another score than their votes add up to."""
    subject = VoteTally.question_id if text is Question else VoteTally.answer_id
    tallied = sa.select(sa.func.sum(VoteTally.ups - VoteTally.downs)).where(subject == text.id).scalar_subquery()
    wrong = sa.select(sa.func.count()).select_from(text).where(text.score != sa.func.coalesce(tallied, 0))
    return session.scalar(wrong) or 0


@pytest.mark.parametrize("locale, words", [("nl-NL", DUTCH), ("en-GB", ENGLISH)], ids=["nl", "en"])
def test_it_is_browsed_searched_commented_edited_closed_and_merged(
    cardano: Cardano, new_page: NewPage, axe: Callable[[Page], None], locale: str, words: dict[str, str]
) -> None:
    place = 0 if locale == "nl-NL" else 2
    question_id, other_id = cardano.ask(
        sa.select(Question.id)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .where(HelpRequest.state == "solved", Question.answers_count > 1, Question.body_html.contains("<code>"))
        .order_by(Question.score.desc(), Question.id)
        .offset(place)
        .limit(2)
    )
    with cardano.server.rows() as session:
        moderator = accounts.person("Mo", is_moderator=True).id
        title = session.get_one(Question, question_id).title
    page = new_page(server=cardano.server, locale=locale, **({"viewport": PHONE} if place == 0 else {}))
    check = axe if place == 0 else (lambda _page: None)  # once: in the smaller window
    enter(page, cardano.server, moderator)

    _browse(page, check)
    _search(page, check, title, question_id)
    check(page)
    page.get_by_role("link", name=words["comment"], exact=True).first.click()
    page.get_by_role("textbox", name=words["your_comment"]).fill("This still **holds**.")
    page.get_by_role("button", name=words["post_comment"]).click()
    expect(page.locator(".comment:target strong")).to_have_text("holds")

    page.locator("[data-hotkey-go=edit]").first.click()
    check(page)
    page.get_by_label(words["title"]).fill(f"{title} (tidied)")
    page.locator("#reason").fill("Clearer")
    page.get_by_role("button", name=words["save"], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("(tidied)")

    page.get_by_text(words["more"], exact=True).first.click()
    page.get_by_role("link", name=words["close_it"]).click()
    page.get_by_label(words["other"]).fill(str(other_id))
    page.get_by_role("button", name=words["close"], exact=True).click()
    expect(page.locator("#closing").get_by_role("link").first).to_have_attribute("href", re.compile(f"/q/{other_id}/"))
    check(page)

    page.goto(f"/q/{question_id}/merge?into={other_id}")
    page.get_by_role("button", name=words["merge"], exact=True).click()
    page.goto(f"/q/{question_id}")
    page.wait_for_url(re.compile(f"/q/{other_id}/"))
    expect(page.get_by_text("(tidied)").first).to_be_attached()
    check(page)


def _browse(page: Page, axe: Callable[[Page], None]) -> None:
    """Go from the list of questions to one that was closed at its source, and on to the one it repeats."""
    page.goto("/questions?order=active")
    expect(page.locator(".question-list > li").first).to_be_visible()
    axe(page)
    page.goto("/questions/duplicated")
    page.locator("main").get_by_role("link").first.click()
    page.locator("#duplicates-title").click()
    page.locator("[aria-labelledby=duplicates-title]").get_by_role("link").first.click()
    expect(page.locator("#closing")).to_be_visible()
    axe(page)


def _search(page: Page, axe: Callable[[Page], None], title: str, question_id: int) -> None:
    page.goto("/search")
    page.get_by_role("searchbox").last.fill(title)
    page.keyboard.press("Enter")
    found = page.locator(f".question-list a[href*='/q/{question_id}/']").first
    expect(found).to_be_visible()
    axe(page)
    found.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


SAMPLE = 12
LISTS = ["/", "/questions", "/questions?order=active", "/questions/duplicated", "/tags", "/search?q=wallet"]


@pytest.fixture(scope="module")
def pages(cardano: Cardano) -> dict[str, str]:
    """Return lists and questions as a visitor gets them: the longest, the most discussed, and some of every kind."""
    longest = sa.select(Question.id).order_by(sa.func.length(Question.body_html).desc()).limit(2)
    discussed = sa.select(Question.id).order_by(Question.answers_count.desc(), Question.id).limit(2)
    closed = sa.select(Closing.question_id).order_by(Closing.target_id, Closing.id).limit(2)
    wiki = sa.select(Answer.question_id).where(Answer.wiki_at.is_not(None)).limit(1)
    some = sa.select(Question.id).where(Question.id % 97 == 0).order_by(Question.id).limit(SAMPLE)
    chosen = dict.fromkeys(key for kind in (longest, discussed, closed, wiki, some) for key in cardano.ask(kind))
    client = cardano.server.app.test_client()
    return {path: page_of(client, path) for path in (*LISTS, *(f"/q/{key}" for key in list(chosen)[:SAMPLE]))}


def test_its_pages_are_valid_html5(pages: Mapping[str, str], html5: Callable[..., dict[str, list[str]]]) -> None:
    assert html5(pages) == {}


def test_its_questions_describe_themselves_by_schema_org(pages: Mapping[str, str]) -> None:
    described = 0
    for path, text in pages.items():
        for found in re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', text, re.DOTALL):
            described += 1
            assert list(complaints(json.loads(found))) == [], path
    assert described == len(pages) - len(LISTS)


@pytest.mark.parametrize("form, version", [("atom", "atom10"), ("rss", "rss20")])
def test_its_feeds_are_ones_a_parser_accepts(cardano: Cardano, form: str, version: str) -> None:
    client = cardano.server.app.test_client()
    (question_id, answers), *_ = _most_answered(cardano)

    newest = _feed(client, f"/feeds/questions.{form}")
    _feed(client, f"/feeds/c/other.{form}")
    of_one = _feed(client, f"/feeds/q/{question_id}.{form}")

    assert newest.version == of_one.version == version
    assert len(newest.entries) >= 20
    assert len({entry.id for entry in newest.entries}) == len(newest.entries)
    assert len(of_one.entries) == answers


def _most_answered(cardano: Cardano) -> list[tuple[int, int]]:
    with cardano.server.rows() as session:
        statement = sa.select(Question.id, Question.answers_count).order_by(Question.answers_count.desc(), Question.id)
        return [(row[0], row[1]) for row in session.execute(statement.limit(1))]


def _feed(client: FlaskClient, path: str) -> feedparser.FeedParserDict:
    answer = client.get(path)
    assert answer.status_code == 200, path
    found = feedparser.parse(answer.data, response_headers={"content-type": answer.content_type})
    assert not found.bozo, found.get("bozo_exception")
    return found
