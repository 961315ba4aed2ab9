"""Pages for visitors are given again while nothing that visitors see has changed, and never to anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.changes import unseen_tables
from app.community.links import question_url, slug_of
from app.config import Config
from app.db import Base, db, transaction
from app.factory import create_app
from app.web import kept_pages
from app.web.kept_pages import Page, Shelf
from tests.cast import Cast, make_cast, sign_in, submit
from tests.community import make as community
from tests.knowledge import make as knowledge
from tests.marketplace import make as marketplace
from tests.support.databases import RunDatabase

KEPT = ["/", "/questions", "/c/{category}", "/tags", "/tags/{tag}", "/people", "/people/{handle}", "/organisations"]
KEPT += ["/organisations/{organisation}", "/help", "/keyboard", "/how-ranking-works", "/accessibility", "/search"]
KEPT += ["{question}", "/knowledge", "/knowledge/{article}", "/knowledge/translations", "/knowledge/glossary"]
KEPT += ["/services", "{service}", "/organisations/{organisation}/history"]
OF_ONE_PERSON = {"drafts", "readings"}  # the page of a question asks for the viewer's own, and visitors have none
TABLES = re.compile(r'\b(?:FROM|JOIN)\s+"?(\w+)')


@pytest.fixture(scope="module")
def keeping(test_config: Config, run_database: RunDatabase) -> Iterator[Flask]:
    """Return an application that keeps pages, on a database of its own that really commits."""
    url = run_database.fresh()
    made = create_app(replace(test_config, database_url=url, kept_pages_mb=1))
    yield made
    with made.app_context():
        db.engine.dispose()
    shelf_of(made)._marks.let_go()
    run_database.drop(url)


@pytest.fixture(scope="module")
def people(keeping: Flask) -> Cast:
    with keeping.app_context(), transaction() as session:
        cast = make_cast()
        session.flush()
        session.expunge_all()
    return cast


@pytest.fixture
def path(keeping: Flask, people: Cast) -> str:
    """Return the address of a new question."""
    with keeping.app_context(), transaction() as session:
        asker = session.merge(people.customer)
        question = community.question(asker, tags=(community.tag(),))
        return question_url(question.id, question.title)


@pytest.fixture
def visit(keeping: Flask):
    """Return a function that opens an address as a new visitor, who brings only these headers."""

    def opened(path: str, **headers: str) -> TestResponse:
        client = FlaskClient(keeping, keeping.response_class, use_cookies=False)
        return client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return opened


def shelf_of(app: Flask) -> kept_pages.KeptPages:
    found = app.wsgi_app
    while not isinstance(found, kept_pages.KeptPages):
        found = found.application
    return found


def statements(work) -> list[str]:
    ran: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        ran.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    return ran


def plain(answer: TestResponse) -> str:
    """Return the page without its nonce."""
    return re.sub(r'nonce="[^"]+"', "", answer.text)


def change(app: Flask, sql: str, **values: object) -> None:
    with app.app_context(), transaction() as session:
        session.execute(sa.text(sql), values)


def test_page_is_made_once_and_given_again_without_the_application(visit, path) -> None:
    first = visit(path)

    again: list[TestResponse] = []
    assert statements(lambda: again.append(visit(path))) == []
    assert again[0].status_code == first.status_code == 200
    assert plain(again[0]) == plain(first)
    same = set(first.headers.keys()) - {"X-Request-ID", "Content-Security-Policy"}
    assert {name: again[0].headers[name] for name in same} == {name: first.headers[name] for name in same}


def test_each_visitor_gets_a_nonce_and_a_request_id_of_her_own(visit, path) -> None:
    answers = [visit(path) for _turn in range(3)]

    nonces = [set(re.findall(r'nonce="([^"]+)"', answer.text)) for answer in answers]
    assert all(len(each) == 1 for each in nonces)
    assert len(set.union(*nonces)) == 3
    for answer, (nonce,) in zip(answers, nonces, strict=True):
        assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
    assert len({answer.headers["X-Request-ID"] for answer in answers}) == 3
    assert visit(path, X_Request_ID="my-own-id-1").headers["X-Request-ID"] == "my-own-id-1"


def test_everybody_sees_a_change_right_after_it(keeping, people, visit, path) -> None:
    visit(path), visit("/questions")
    browser = keeping.test_client()
    with keeping.app_context(), transaction() as session:
        sign_in(browser, session.merge(people.peer))

    answer = submit(browser, re.sub(r"(/q/\d+).*", r"\1/answers", path), body="Turn the *tap* first.")

    assert answer.status_code == 303
    assert "Turn the <em>tap</em> first." in visit(path).text
    assert "Turn the <em>tap</em> first." in visit(path).text


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE questions SET title = 'Another title' WHERE id = :id",
        "UPDATE people SET name = 'Another title' WHERE id = (SELECT asker_id FROM questions WHERE id = :id)",
        "UPDATE help_requests SET state = 'answered' WHERE id = :id",
    ],
)
def test_change_by_whomever_shows(keeping, visit, path, sql) -> None:
    before = visit(path)
    assert plain(visit(path)) == plain(before)

    change(keeping, sql, id=int(path.split("/")[2]))

    after = visit(path)
    assert after.status_code == 301 or plain(after) != plain(before)


def test_deleted_question_is_gone_at_once(keeping, visit, path) -> None:
    assert visit(path).status_code == 200

    change(keeping, "UPDATE help_requests SET audience = 'person:1' WHERE id = :id", id=int(path.split("/")[2]))
    change(keeping, "UPDATE questions SET audience = 'person:1' WHERE id = :id", id=int(path.split("/")[2]))

    assert visit(path).status_code == 404


def test_change_of_a_setting_shows_at_once(keeping, people, visit) -> None:
    name = "community.page_size"
    with keeping.app_context(), transaction() as session:
        asker = session.merge(people.customer)
        for _number in range(6):
            community.question(asker)
    visit("/questions")
    for size, shown in (("5", 5), ("6", 6)):
        change(keeping, "DELETE FROM settings WHERE name = :name", name=name)
        change(
            keeping,
            "INSERT INTO settings (name, value, changed_at) VALUES (:name, :size, CURRENT_TIMESTAMP)",
            name=name,
            size=size,
        )
        assert visit("/questions").text.count('class="question-row__title"') == shown
    change(keeping, "DELETE FROM settings WHERE name = :name", name=name)


def test_page_made_before_a_change_is_not_given_after_it(keeping, visit, path, monkeypatch) -> None:
    """While a page is made something changes: it was made from neither the old nor the new, and is given to nobody."""
    shelf = shelf_of(keeping)
    inner = shelf._inner

    def slow(environ, start_response):
        made = inner(environ, start_response)
        change(keeping, "UPDATE questions SET title = 'Changed meanwhile' WHERE id = :id", id=int(path.split("/")[2]))
        return made

    monkeypatch.setattr(shelf, "_inner", slow)
    visit(path)
    monkeypatch.undo()

    assert visit(path).status_code == 301


def test_page_is_made_anew_after_a_minute(visit, path, monkeypatch) -> None:
    visit(path)
    monkeypatch.setattr(kept_pages.time, "monotonic", lambda now=kept_pages.time.monotonic: now() + kept_pages.KEPT_S)

    assert statements(lambda: visit(path))


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "samen_language=nl"},
        {"Accept_Language": "nl"},
        {"Cookie": "samen_theme=dark"},
        {"Cookie": "samen=something"},
        {"HX_Request": "true"},
        {"Host": "127.0.0.1:5000"},
    ],
)
def test_what_the_page_depends_on_makes_another_page(visit, path, headers) -> None:
    plainly = visit(path)
    visit(path)

    assert statements(lambda: visit(path, **headers))
    assert plain(visit(path)) == plain(plainly)


def test_same_language_is_the_same_page(visit, path) -> None:
    dutch = visit(path, Accept_Language="nl-BE, en;q=0.5")

    assert statements(lambda: visit(path, Cookie="samen_language=nl")) == []
    assert 'lang="nl"' in dutch.text


def test_theme_that_is_asked_for_is_remembered(visit, path) -> None:
    visit(f"{path}?theme=dark")

    assert "samen_theme=dark" in visit(f"{path}?theme=dark").headers["Set-Cookie"]


def test_signed_in_people_neither_leave_nor_get_kept_pages(keeping, people, visit, path) -> None:
    browser = keeping.test_client()
    with keeping.app_context(), transaction() as session:
        sign_in(browser, session.merge(people.moderator))

    own = browser.get(path)
    assert "Mona Moderator" in own.text
    assert "ETag" not in own.headers
    assert own.headers["Cache-Control"] == "private, no-store"
    assert "Mona Moderator" not in visit(path).text
    assert "Mona Moderator" in browser.get(path).text


def test_who_has_the_page_is_told_so(keeping, visit, path) -> None:
    etag = visit(path).headers["ETag"]

    again = visit(path, If_None_Match=f'"other", {etag}')
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert "Content-Security-Policy" in again.headers
    assert visit(path, If_None_Match='"other"').status_code == 200

    change(keeping, "UPDATE questions SET score = 7 WHERE id = :id", id=int(path.split("/")[2]))
    assert visit(path, If_None_Match=etag).status_code == 200


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_only_reading_is_answered_from_the_shelf(keeping, visit, path, method) -> None:
    visit(path)
    client = FlaskClient(keeping, keeping.response_class, use_cookies=False)

    answer = client.open(path, method=method)
    assert "ETag" not in answer.headers
    assert answer.status_code == {"HEAD": 200, "OPTIONS": 200, "POST": 405}[method]


@pytest.mark.parametrize("address", ["/q/99999999/nothing", "/sign-in", "/ask", "/healthz"])
def test_what_is_no_page_for_all_is_not_kept(keeping, people, visit, address) -> None:
    shelf = shelf_of(keeping)._shelf
    before = len(shelf.pages)

    assert "ETag" not in visit(address).headers
    assert len(shelf.pages) == before


def test_visitor_who_votes_is_led_to_signing_in_and_back(keeping, visit, path) -> None:
    page = visit(path)
    assert "csrf_token" not in page.text
    assert "once_key" not in page.text
    action = re.search(r'action="(/q/\d+/vote)"', page.text)
    assert action is not None
    client = FlaskClient(keeping, keeping.response_class)

    answer = client.post(action[1], data={"value": "1"}, headers={"Referer": f"http://localhost{path}"})

    assert answer.status_code == 303
    assert urlsplit(answer.location).path == "/sign-in"
    assert path.replace("/", "%2F") in answer.location or path in answer.location


def test_signed_in_form_without_token_is_still_refused(keeping, people, path) -> None:
    browser = keeping.test_client()
    with keeping.app_context(), transaction() as session:
        sign_in(browser, session.merge(people.peer))

    assert browser.post(re.sub(r"(/q/\d+).*", r"\1/vote", path), data={"value": "1"}).status_code == 400


def test_kept_pages_are_made_from_what_changes_the_mark(keeping, people, visit, path) -> None:
    """A table that a kept page is made from may not be declared unseen."""
    with keeping.app_context(), transaction() as session:
        question = db.session.get(community.Question, int(path.split("/")[2]))
        offered = marketplace.service(session.merge(people.waterworks))
        names = {
            "question": path,
            "category": question.category.slug,
            "tag": question.tag_names[0],
            "handle": people.customer.handle,
            "organisation": people.waterworks.slug,
            "article": knowledge.article(session.merge(people.agent)).slug,
            "service": f"/services/{offered.id}/{slug_of(offered.title)}",
        }
    for address in [each.format(**names) for each in KEPT]:
        answers: list[TestResponse] = []
        ran = statements(lambda address=address: answers.append(visit(f"{address}?fresh=1")))  # noqa: B023
        assert answers[0].status_code == 200, address
        assert "ETag" in answers[0].headers, address
        assert "csrf_token" not in answers[0].text, address
        read = {name for statement in ran for name in TABLES.findall(statement)} & Base.metadata.tables.keys()
        assert not read & unseen_tables() - OF_ONE_PERSON, address


def test_every_kept_view_is_looked_at_here(keeping) -> None:
    views = {name for name, view in keeping.view_functions.items() if hasattr(view, kept_pages.KEPT)}
    adapter = keeping.url_map.bind("localhost")
    names = {"question": "/q/1/x", "category": "c", "tag": "t", "handle": "h", "organisation": "o", "article": "a"}
    names["service"] = "/services/1/x"

    assert {adapter.match(each.format(**names))[0] for each in KEPT} == views


def test_database_that_does_not_answer_is_the_applications_affair(keeping, visit, path, monkeypatch) -> None:
    visit(path)
    shelf = shelf_of(keeping)

    class Gone:
        def execute(self, _statement: str) -> None:
            raise RuntimeError("the connection is closed")

    monkeypatch.setattr(shelf._marks._mine, "cursor", Gone())

    assert visit(path).status_code == 200
    assert visit(path).headers["ETag"]  # a new connection


def test_shelf_lets_go_of_what_was_not_asked_for_longest() -> None:
    shelf = Shelf(room=250)
    page = Page("m", 100.0, b"x" * 100, [], b"", "", "")

    for name in "abc":
        shelf.put((name,), page)
        shelf.get(("a",), "m", 0.0)
    shelf.put(("c",), page)

    assert list(shelf.pages) == [("a",), ("c",)]
    assert shelf.taken == 200
    assert shelf.get(("a",), "m", 101.0) is None
    assert shelf.get(("a",), "other", 0.0) is None
