"""Translations: they lag when the original changes, and catch up when who writes one says so and it was reviewed."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import db
from app.errors import Invalid
from app.knowledge.models.articles import Article
from app.knowledge.models.care import KnowledgeTask
from app.knowledge.queries.translations import changed_for_readers
from app.knowledge.services import reviewing, translating, writing
from app.organisations.identify import actor_of
from tests.cast import Cast, sign_in, submit
from tests.knowledge import make
from tests.knowledge.make import SUMMARY, sent, text


def lagging(cast: Cast, clock: Any) -> tuple[Article, Article]:
    """Return an article that was changed, and the curator's published translation of what it said before."""
    original, curator, peer = make.article(cast.peer, body="Turn it off."), actor_of(cast.curator), actor_of(cast.peer)
    make.licence(cast.peer)
    dutch = translating.translate(curator, original, text("Een kraan maken", "Draai hem dicht."), language="nl")
    reviewing.ask_review(curator, dutch)
    reviewing.approve(peer, dutch, seen_number=1)
    clock.shift(60)
    newer = text(original.title, "Turn it off now.")
    writing.revise(peer, original, newer, significance="medium", change="now", seen_number=1)
    reviewing.ask_review(peer, original)
    reviewing.approve(curator, original, seen_number=2)
    clock.shift(60)
    db.session.flush()
    assert dutch.translation_state == "needs_update"
    return original, dutch


def write_over(cast: Cast, dutch: Article, body: str, *, follows: int | None = None) -> None:
    """Let the curator write the translation over and send it for review."""
    words = text("Een kraan maken", body)
    writing.revise(
        actor_of(cast.curator),
        dutch,
        words,
        significance="medium",
        change="!",
        seen_number=dutch.head_number,
        follows=follows,
    )
    reviewing.ask_review(actor_of(cast.curator), dutch)


def approve(cast: Cast, dutch: Article) -> None:
    reviewing.approve(actor_of(cast.peer), dutch, seen_number=dutch.head_number)
    db.session.flush()


def open_tasks() -> list[str]:
    return list(db.session.scalars(select(KnowledgeTask.kind).where(KnowledgeTask.closed_at.is_(None))))


@pytest.mark.parametrize(
    "significance, state", [("typo", "current"), ("medium", "needs_update"), ("major", "out_of_date")]
)
def test_significance_says_what_becomes_of_a_translation(
    app: Any, database: Any, cast: Cast, significance: str, state: str
) -> None:
    original = make.article(cast.peer, body="Turn it off.", summary=SUMMARY)
    dutch = translating.translate(
        actor_of(cast.curator), original, text("Een kraan maken", "Draai hem dicht."), language="nl"
    )
    peer = actor_of(cast.peer)
    writing.revise(
        peer, original, text(original.title, "Turn it off!"), significance=significance, change="!", seen_number=1
    )
    reviewing.ask_review(peer, original)
    reviewing.approve(actor_of(cast.curator), original, seen_number=2)
    db.session.flush()

    assert dutch.translation_state == state
    tasks = db.session.scalars(select(KnowledgeTask.kind)).all()
    assert tasks == ([] if state == "current" else ["translation"])


def test_an_article_is_told_once_in_a_language(app: Any, database: Any, cast: Cast) -> None:
    original = make.article(cast.peer)

    with pytest.raises(Invalid, match="translated_already"):
        translating.translate(actor_of(cast.peer), original, text(), language="en")


def test_an_edit_that_translates_nothing_leaves_it_lagging(app: Any, database: Any, cast: Cast, clock: Any) -> None:
    original, dutch = lagging(cast, clock)

    write_over(cast, dutch, "Draai hem dicht. Door ons.")
    approve(cast, dutch)

    assert (dutch.translation_state, dutch.translated_number) == ("needs_update", 1)
    assert open_tasks() == ["translation"]
    assert changed_for_readers(dutch, original) is not None


def test_who_says_that_it_follows_makes_it_current_once_it_was_reviewed(
    app: Any, database: Any, cast: Cast, clock: Any
) -> None:
    original, dutch = lagging(cast, clock)

    write_over(cast, dutch, "Draai hem nu dicht.", follows=2)
    while_waiting = changed_for_readers(dutch, original)
    before = dutch.translation_state
    approve(cast, dutch)

    assert before == "needs_update"
    assert while_waiting is not None
    assert not while_waiting.are_none
    assert (dutch.translation_state, dutch.translated_number, open_tasks()) == ("current", 2, [])


def test_an_original_that_changed_again_meanwhile_is_not_what_it_follows(
    app: Any, database: Any, cast: Cast, clock: Any
) -> None:
    original, dutch = lagging(cast, clock)
    write_over(cast, dutch, "Draai hem nu dicht.", follows=2)
    newest = text(original.title, "Turn it off now, or call us.")
    writing.revise(actor_of(cast.peer), original, newest, significance="major", change="call", seen_number=2)
    reviewing.ask_review(actor_of(cast.peer), original)
    reviewing.approve(actor_of(cast.curator), original, seen_number=3)

    approve(cast, dutch)

    assert (dutch.translation_state, dutch.translated_number) == ("out_of_date", 2)


def test_what_a_reviewer_sent_back_follows_no_more_than_before(app: Any, database: Any, cast: Cast, clock: Any) -> None:
    _original, dutch = lagging(cast, clock)
    write_over(cast, dutch, "Draai hem dicht. Door ons.", follows=2)
    reviewing.send_back(actor_of(cast.peer), dutch, seen_number=2, note="You did not translate it.")

    write_over(cast, dutch, "Draai hem dicht. Door ons!")
    approve(cast, dutch)

    assert (dutch.translation_state, dutch.translated_number) == ("needs_update", 1)


def test_an_older_version_that_comes_back_lags_again(app: Any, database: Any, cast: Cast, clock: Any) -> None:
    _original, dutch = lagging(cast, clock)
    write_over(cast, dutch, "Draai hem nu dicht.", follows=2)
    approve(cast, dutch)
    older = text("Een kraan maken", "Draai hem dicht.")
    curator = actor_of(cast.curator)
    writing.revise(curator, dutch, older, significance="major", change="!", seen_number=2, restored_number=1)
    reviewing.ask_review(curator, dutch)

    approve(cast, dutch)

    assert (dutch.translation_state, dutch.translated_number) == ("needs_update", 1)


def test_the_page_of_a_lagging_translation_shows_what_changed_and_asks_whether_it_follows(
    client: FlaskClient, cast: Cast, clock: Any
) -> None:
    original, dutch = lagging(cast, clock)
    sign_in(client, cast.curator)
    path = f"/knowledge/{dutch.slug}/edit"
    form = sent(title="Een kraan maken", body="Draai hem nu dicht.", version=1, significance="medium", change="nu")

    page = client.get(path).text
    invented = submit(client, path, **form, follows="y", original_version=7)
    submit(client, path, **form, follows="y", original_version=2)

    assert "What changed in the original since" in page
    assert "<ins>" in page
    assert "This now says what version 2 of the original says" in page
    assert 'name="follows" type="checkbox" value="y">' in page
    assert invented.status_code == 422
    db.session.refresh(dutch)
    assert dutch.translated_number == 2
    assert 'name="follows"' not in client.get(path).text
    assert 'name="follows"' not in client.get(f"/knowledge/{original.slug}/edit").text
