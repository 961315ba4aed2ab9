"""Articles as files: what goes out comes in the same, and nothing is written over unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.db import db
from app.knowledge import personal_data
from app.knowledge.folder import FileArticle, NotAnArticle, read, written
from app.knowledge.models.articles import Article
from app.knowledge.models.versions import ArticleRevision
from app.knowledge.services import exchanging
from app.organisations.identify import actor_of
from app.privacy.audiences import organisation_audience
from tests.cast import Cast
from tests.community import make as community
from tests.knowledge import make

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40)


@settings(max_examples=30, deadline=None)
@given(st.builds(FileArticle, WORDS, WORDS, WORDS, WORDS, tags=st.lists(WORDS, max_size=3).map(tuple), body=st.text()))
def test_what_is_written_is_read_the_same(article: FileArticle) -> None:
    assert read(written(article)) == article


def test_front_matter_may_be_written_by_hand() -> None:
    head = "---\ntitle: Mending a tap\nsummary: 'What to do'\nlanguage: en\nslug: tap\ntags: [taps, water]\n---\n"

    found = read(f"{head}Turn it off.")

    assert (found.title, found.summary, found.tags) == ("Mending a tap", "What to do", ("taps", "water"))
    assert found.body == "Turn it off."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# A tap",
        "---\ntitle: x\n---\n",
        "---\ncolour: red\n---\n",
        "---\ntitle: [x]\nsummary: y\nlanguage: en\nslug: x\n---\n",
    ],
)
def test_what_is_no_article_is_refused(text: str) -> None:
    with pytest.raises(NotAnArticle):
        read(text)


def exported(folder: Path, app: Flask) -> dict[str, bytes]:
    app.test_cli_runner().invoke(args=["knowledge", "export", str(folder)], catch_exceptions=False)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.md"))}


def some_articles(cast: Cast) -> Article:
    shelf = community.category("Taps", slug="taps")
    first = make.article(
        cast.peer,
        body="## First\n\nTurn it off.\n",
        slug="mending-taps",
        title="Mending taps, all of them",
        category=shelf,
        tags=("taps",),
        product="Tap",
        product_version="2",
    )
    make.article(
        cast.curator,
        body="Draai hem dicht.",
        language="nl",
        translation_of_id=first.id,
        translation_state="current",
        translated_number=1,
        slug="kranen-maken",
    )
    make.article(cast.agent, slug="of-our-own", audience=organisation_audience(cast.waterworks.id))
    make.article(cast.peer, slug="not-ready", state="draft")
    make.article(cast.peer, slug="put-away-now", state="archived")
    for revision in db.session.scalars(select(ArticleRevision)):
        revision.category_id, revision.product, revision.product_version = (
            revision.article.category_id,
            revision.article.product,
            revision.article.product_version,
        )
    db.session.flush()
    return first


@pytest.mark.commits
def test_a_folder_goes_round_to_the_same_bytes(app: Flask, database: Any, cast: Cast, tmp_path: Path) -> None:
    some_articles(cast)
    db.session.commit()
    before = exported(tmp_path / "one", app)
    for table in (*personal_data._PARTS,):
        db.session.execute(delete(table))
    for article in db.session.scalars(select(Article).order_by(Article.translation_of_id.is_(None))):
        db.session.delete(article)
        db.session.flush()
    db.session.commit()

    told = app.test_cli_runner().invoke(
        args=["knowledge", "import", str(tmp_path / "one"), "--as", cast.agent.handle], catch_exceptions=False
    )

    assert "5 added" in told.output
    assert len(before) == 5
    assert exported(tmp_path / "two", app) == before


def test_a_changed_file_is_a_version_and_a_stale_one_is_left_alone(app: Flask, database: Any, cast: Cast) -> None:
    first = make.article(cast.peer, slug="mending-taps", title="Mending taps, all of them")
    here = {file.slug: file for file in exchanging.articles_as_files()}
    file = here["mending-taps"]
    changed = read(written(file).replace("Turn it off.", "Turn it off now."))
    curator = actor_of(cast.curator)

    taken = exchanging.take_in(curator, changed, exchanging.compose_file(changed), here)
    again = exchanging.take_in(curator, file, exchanging.compose_file(file), {"mending-taps": file})
    newer = {each.slug: each for each in exchanging.articles_as_files()}
    stale = exchanging.take_in(curator, changed, exchanging.compose_file(changed), newer)

    assert (taken.outcome, again.outcome, stale.outcome) == ("changed", "same", "same")
    other = read(written(file).replace("Turn it off.", "Hit it."))
    assert exchanging.take_in(curator, other, exchanging.compose_file(other), newer).outcome == "conflict"
    assert (first.head_number, first.live_number, first.body) == (2, 1, "Turn it off.")
