"""W1, W2: communities from elsewhere whose every text is an attack, brought in by each importer and really opened.

Titles, texts, comments, names, biographies, topics and categories of the dumps are payloads. The pages that show them
are opened with the content security policy off; as the control the same texts are kept as they came, without the
sanitiser, and must run; and with the policy on they must not, even so.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.importers.archive import import_archive
from app.importers.discourse.forum import Forum
from app.importers.progress import Progress
from app.importers.running import Report, run_import
from app.importers.sources import Source
from app.importers.stackexchange.dump import Dump
from app.prose import rendering
from app.prose.parser import strict_commonmark
from tests.attacks.sizes import SEED, drawn, hold, is_full, must_fail, of_size
from tests.attacks.test_pages_with_payloads import SHARP, window
from tests.importers import dumps, make
from tests.importers.test_discourse import forum, post, topic
from tests.prose.attacks import mutations, payloads
from tests.prose.test_dangers import FORMATS, judge, originals, survivors  # noqa: F401 (fixtures)

pytestmark = [pytest.mark.needs_shared, pytest.mark.timeout(7200)]
SOURCE = Source("elsewhere", "<img src=x onerror=alert(0)>", link="https://elsewhere.example.org/q/{id}")
ANSWERS_EACH = 40
XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what no XML file can hold


def batches(texts: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the texts in bunches, each with a number from which ids are made."""
    for start in range(0, len(texts), ANSWERS_EACH):
        yield start + 1, list(texts[start : start + ANSWERS_EACH])


def from_archive(folder: Path, texts: Sequence[str]) -> Report:
    asked, answered = [], []
    for number, some in batches(texts):
        head = {"title": some[0], "body": some[-1], "user": some[0], "tags": some[:3], "category": some[0][:60]}
        asked.append(make.question(f"q{number}", **head))
        answered += [make.answer(f"a{number}-{n}", f"q{number}", body=one, user=one) for n, one in enumerate(some)]
    return import_archive(make.archive(folder, asked, answered), SOURCE, progress=Progress(io.StringIO()))


def from_stack_exchange(folder: Path, texts: Sequence[str]) -> Report:
    users, posts, comments = [], [], []
    for number, some in batches([XML.sub("", text) for text in texts]):
        key = number * 100
        posts.append(
            dumps.question(key, key, Title=some[0], Body=some[-1], Tags="".join(f"<{one}>" for one in some[:2]))
        )
        for n, one in enumerate(some):
            users.append(dumps.user(key + n, one, AboutMe=one))
            posts.append(dumps.answer(key + 1 + n, key, key + n, Body=one))
            comments.append(dumps.comment(key + n, key + (n % 3), key + n, Text=one))
    folder = dumps.dump(folder, Users=users, Posts=posts, Comments=comments)
    return run_import(Dump(folder, folder.parent / "scratch"), SOURCE, progress=Progress(io.StringIO()))


def from_discourse(folder: Path, texts: Sequence[str]) -> Report:
    topics = []
    for number, some in batches(texts):
        posts = [
            post(number * 100 + n, n + 1, by=number * 100 + n, cooked=one, name=one, username=f"u{number * 100 + n}")
            for n, one in enumerate(some)
        ]
        topics.append(topic(number, posts, title=some[0], tags=some[:2]))
    return run_import(Forum(forum(folder, *topics), address=SOURCE.link), SOURCE, progress=Progress(io.StringIO()))


IMPORTERS: dict[str, Callable[[Path, Sequence[str]], Report]] = {
    "archive": from_archive,
    "Stack Exchange": from_stack_exchange,
    "Discourse": from_discourse,
}


def imported_pages(session: Session) -> list[str]:
    """Return the pages on which what was imported is read: each question, the lists, some people."""
    ids = list(session.scalars(sa.select(Question.id).order_by(Question.id)))
    handles = session.execute(sa.text("SELECT handle FROM people ORDER BY id LIMIT 200")).scalars()
    lists = ["/questions", "/questions?order=newest", "/tags", "/people", "/"]
    return [*(f"/q/{each}" for each in ids), *lists, *(f"/people/{each}" for each in drawn(list(handles), 1))]


@pytest.mark.parametrize(
    "importer",
    ["Stack Exchange", *(pytest.param(each, marks=pytest.mark.long) for each in ("archive", "Discourse"))],
)
def test_nothing_imported_runs(
    app: Flask,
    browser: Browser,
    database: Session,
    shared_data: Path,
    tmp_path: Path,
    importer: str,
) -> None:
    known = [text for text in payloads(shared_data / "corpora" / "xss") if len(text) < 5_000]
    texts = SHARP + (known + list(mutations(known, 2_000, SEED)) if is_full() else drawn(known, 24))

    report = IMPORTERS[importer](tmp_path / "dump", texts)
    kept = sum(count for kind, count in report.counts.items() if kind.endswith("_new"))
    with window(browser, app, with_policy=False) as opened:
        seen = opened.open(drawn(imported_pages(database), 3))

    assert kept > len(texts) // 2, report.counts
    what = f"{importer} with {len(texts):,} payloads in each kind of text, {seen.pages:,} pages opened, policy off"
    hold("W2", f"{what}: ran", len(seen.ran), "0", held=not seen.ran, details=seen.ran)
    hold("W1", f"{what}: could run", len(seen.dangers), "0", held=not seen.dangers, details=seen.dangers)
    assert not seen.broken(), seen.broken()[:10]
    assert not seen.interrupted, seen.interrupted
    assert seen.landed == seen.pages


@pytest.mark.long
@pytest.mark.usefixtures("index")
def test_without_the_sanitiser_payloads_run_and_the_policy_stops_them(
    app: Flask, browser: Browser, database: Session, shared_data: Path, tmp_path: Path
) -> None:
    """The control, and the second wall: no script of anybody's runs with the policy on."""
    known = [text for text in payloads(shared_data / "corpora" / "xss") if len(text) < 5_000]
    texts = SHARP + (known if is_full() else drawn(known, 12))
    from_stack_exchange(tmp_path / "dump", texts)
    for model in (Question, Answer, Comment):
        database.execute(sa.update(model).values(body_html=model.body, row_version=model.row_version + 1))
    database.commit()
    where = [path for path in imported_pages(database) if path.startswith("/q/")][: of_size(2, 10**6)]

    def ran(*, with_policy: bool) -> tuple[int, list[str]]:
        with window(browser, app, with_policy=with_policy) as opened:
            seen = opened.open(where)
            return seen.pages, seen.ran

    pages, bare = ran(with_policy=False)
    _pages, guarded = ran(with_policy=True)
    must_fail("W2", f"sanitiser off, policy off, {pages} pages: ran", len(bare), fails=len(bare) > pages)
    what = f"sanitiser off, policy on, {pages} pages: ran"
    hold("W2", what, len(guarded), "0", held=not guarded, details=guarded)


@pytest.mark.long
@pytest.mark.parametrize("source_format, allowed", FORMATS)
def test_ten_thousand_unseen_payloads_survive_no_rendering(
    judge: Any,  # noqa: F811
    originals: list[str],  # noqa: F811
    source_format: str,
    allowed: dict[str, Any],
) -> None:
    """W1 at its full size; tests/prose/test_dangers.py asks half as many in each run."""
    unseen = list(mutations(originals, 10_000, SEED))

    found = survivors(judge, [*originals, *unseen], source_format, allowed)

    what = f"{source_format}: {len(originals):,} payloads and {len(unseen):,} mutations parsed by Chromium, dangerous"
    hold("W1", what, len(found), "0", held=not found, details=found)


@pytest.mark.long
def test_ten_thousand_unseen_payloads_survive_where_nothing_is_cleaned(
    judge: Any,  # noqa: F811
    originals: list[str],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rendering, "clean_imported", lambda html: html)
    monkeypatch.setattr(rendering, "imported_to_html", lambda html: html)

    found = survivors(judge, originals, "html", FORMATS[2][1])

    must_fail("W1", "HTML without the sanitiser, dangerous", len(found), fails=len(found) > 4_000)
    written = [strict_commonmark(each) for each in originals]
    dangerous = [each for each in judge.dangers(written, FORMATS[0][1]) if each]
    must_fail("W1", "Markdown that lets HTML through, dangerous", len(dangerous), fails=len(dangerous) > 4_000)
