"""Articles as files: what goes out comes in the same, and nothing is written over unseen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from app.accounts.models import Person
from app.db import db
from app.errors import Invalid
from app.knowledge import personal_data
from app.knowledge.folder import FileArticle, NotAnArticle, read, written
from app.knowledge.models.articles import Article, ArticleAddress
from app.knowledge.models.versions import ArticleRevision
from app.knowledge.queries.versions import version_of
from app.knowledge.services import exchanging
from app.knowledge.services.publishing import publish
from app.organisations.identify import actor_of
from app.privacy.audiences import organisation_audience
from tests.cast import Cast
from tests.community import make as community
from tests.knowledge import make

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40)
BODIES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")).map(lambda text: text.rstrip("\n"))


@settings(max_examples=30, deadline=None)
@given(st.builds(FileArticle, WORDS, WORDS, WORDS, WORDS, tags=st.lists(WORDS, max_size=3).map(tuple), body=BODIES))
def test_what_is_written_is_read_the_same(article: FileArticle) -> None:
    assert read(written(article)) == article


@pytest.mark.parametrize("ending", ["", "\n", "\n\n", "\r\n"])
def test_how_lines_end_is_all_the_same(ending: str) -> None:
    article = FileArticle("Mending a tap", "What to do", "en", "tap", body="Turn it off.\n\nThen wait.")

    text = written(article).rstrip("\n").replace("\n", "\r\n" if ending == "\r\n" else "\n") + ending

    assert read(text) == article


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
        "---\ntitle: x\nsummary: y\nlanguage: en\nslug: x\ntags: water\n---\n",
    ],
)
def test_what_is_no_article_is_refused(text: str) -> None:
    with pytest.raises(NotAnArticle):
        read(text)


@pytest.mark.parametrize(
    "line, most", [("summary", 500), ("product", 80), ("product_version", 40), ("title", 200), ("tags", 60)]
)
def test_a_part_that_is_too_long_is_named_with_its_line(line: str, most: int) -> None:
    values = {"title": "x", "summary": "y", "language": "en", "slug": "x"}
    values[line] = f"[{'z' * (most + 1)}]" if line == "tags" else "z" * (most + 1)
    number = list(values).index(line) + 2

    with pytest.raises(NotAnArticle, match=f"^line {number}: {line} is longer than {most} characters$"):
        read("\n".join(["---", *(f"{name}: {value}" for name, value in values.items()), "---", "Text."]))


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
    make.article(cast.peer, slug="for-reviewers", state="in_review")
    make.article(cast.peer, slug="put-away-now", state="archived")
    changed = make.article(cast.peer, slug="changed-since", body="What readers see.\n")
    for revision in db.session.scalars(select(ArticleRevision)):
        revision.category_id, revision.product, revision.product_version = (
            revision.article.category_id,
            revision.article.product,
            revision.article.product_version,
        )
    changed.head_number = changed.review_number = 2
    changed.review_asked_at = changed.created_at
    make.revision(changed, number=2, body="What nobody has reviewed.", published_at=None)
    make.kept(ArticleAddress(slug="taps-of-old", article_id=first.id, given_up_at=first.created_at))
    return first


def imported(folder: Path, app: Flask, person: Person) -> Result:
    return app.test_cli_runner().invoke(
        args=["knowledge", "import", str(folder), "--as", person.handle], catch_exceptions=False
    )


@pytest.mark.commits
def test_a_folder_goes_round_to_the_same_bytes(app: Flask, database: Any, cast: Cast, tmp_path: Path) -> None:
    some_articles(cast)
    db.session.commit()
    before = exported(tmp_path / "one", app)
    for table in (*personal_data._PARTS, ArticleAddress):
        db.session.execute(delete(table))
    for article in db.session.scalars(select(Article).order_by(Article.translation_of_id.is_(None))):
        db.session.delete(article)
        db.session.flush()
    db.session.commit()

    told = imported(tmp_path / "one", app, cast.agent)

    assert told.output == "7 added\n"
    assert len(before) == 7
    assert b"What nobody has reviewed." not in b"".join(before.values())
    assert exported(tmp_path / "two", app) == before
    assert imported(tmp_path / "one", app, cast.agent).output == "7 same\n"
    for path in (tmp_path / "two").rglob("*.md"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert imported(tmp_path / "two", app, cast.agent).output == "7 same\n"
    assert exported(tmp_path / "three", app) == before
    assert db.session.scalar(select(func.count()).select_from(ArticleRevision)) == 7
    waiting = db.session.scalars(select(Article).where(Article.review_number.is_not(None))).one()
    assert (waiting.slug, waiting.state) == ("for-reviewers", "in_review")


@pytest.mark.commits
def test_a_file_under_a_former_address_is_that_article(app: Flask, database: Any, cast: Cast, tmp_path: Path) -> None:
    first = some_articles(cast)
    db.session.commit()
    old, old_translation = tmp_path / "en/taps-of-old.md", tmp_path / "nl/kranen-maken.md"
    files = exported(tmp_path, app)
    old.write_bytes(files["en/mending-taps.md"].replace(b"mending-taps", b"taps-of-old"))
    old_translation.write_bytes(files["nl/kranen-maken.md"].replace(b"mending-taps", b"taps-of-old"))

    again = [imported(tmp_path, app, cast.agent).output for _ in range(2)]

    assert again == ["8 same\n", "8 same\n"]
    assert db.session.scalar(select(func.count()).select_from(Article)) == 7
    told = app.test_cli_runner().invoke(args=["knowledge", "export", str(tmp_path)]).output
    assert "en/taps-of-old.md removed: it is en/mending-taps.md now" in told
    assert not old.exists()
    old.write_bytes(files["en/mending-taps.md"].replace(b"Turn it off.", b"Turn it on."))
    told = app.test_cli_runner().invoke(args=["knowledge", "export", str(tmp_path)]).output
    assert "en/taps-of-old.md left, because it was changed: it is en/mending-taps.md now" in told
    assert old.exists()
    assert first.slug == "mending-taps"


@pytest.mark.commits
def test_every_file_below_the_folder_is_read_and_one_that_is_refused_stops_no_other(
    app: Flask, database: Any, cast: Cast, tmp_path: Path
) -> None:
    db.session.commit()
    head = "---\ntitle: Mending a dripping tap\nsummary: What to do about it\nlanguage: en\nslug: {}\n{}---\n"
    files = {
        "README.md": "# Our articles",
        "top.md": head.format("at-the-top", "") + "Turn it off.",
        "en/deep/down.md": head.format("deep-down", "") + "Turn it off.",
        ".git/x.md": head.format("not-ours", "") + "Turn it off.",
        "en/hand.md": head.format('"Hand One"', "") + "Turn it off.",
        "en/long.md": head.format("too-long", f"product: {'x' * 81}\n") + "Turn it off.",
        "en/short.md": head.format("too-short", "") + "Off.",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    told = imported(tmp_path, app, cast.peer)

    assert told.exit_code == 1
    assert "2 added, 1 ignored, 3 refused\n" in told.output
    assert "README.md: ignored, the file does not begin with front matter between two lines of ---" in told.output
    assert "en/hand.md: refused, “Hand One” cannot be an address; “hand-one” can" in told.output
    assert "en/long.md: refused, line 6: product is longer than 80 characters" in told.output
    assert "en/short.md: refused, Write at least a sentence" in told.output
    assert sorted(db.session.scalars(select(Article.slug))) == ["at-the-top", "deep-down"]
    again = imported(tmp_path, app, cast.peer)
    assert "1 ignored, 3 refused, 2 same\n" in again.output


def told_of(article: Article) -> FileArticle:
    return {file.slug: file for file in exchanging.articles_as_files()}[article.slug]


def take_in(person: Person, file: FileArticle) -> exchanging.Taken:
    return exchanging.take_in(actor_of(person), file, exchanging.compose_file(file))


def test_a_changed_file_waits_for_a_review_and_a_stale_one_is_left_alone(app: Flask, database: Any, cast: Cast) -> None:
    article = make.article(cast.peer, slug="mending-taps", title="Mending taps, all of them")
    file = told_of(article)
    changed = replace(file, body="Turn it off now.")

    outcomes = [take_in(cast.curator, each).outcome for each in (file, changed, changed)]

    assert outcomes == ["same", "changed", "same"]
    assert (article.head_number, article.live_number, article.body) == (2, 1, "Turn it off.")
    assert (article.review_number, article.review_asked_by_id) == (2, cast.curator.id)
    assert (told_of(article), article.state) == (file, "published")
    assert take_in(cast.curator, replace(file, body="Turn it off at once.")).outcome == "changed"
    assert (article.head_number, article.review_number) == (3, 3)
    publish(actor_of(cast.moderator), article, version_of(article, 3), approved_by_id=cast.moderator.id)
    assert take_in(cast.curator, changed).outcome == "conflict"
    assert take_in(cast.curator, replace(file, body="Turn it off at once.")).outcome == "same"


def test_what_somebody_wrote_here_and_nobody_published_is_not_written_over(
    app: Flask, database: Any, cast: Cast
) -> None:
    article = make.article(cast.peer)
    file = told_of(article)
    make.revision(article, number=2, body="Turn it off, then wait.")
    article.head_number = 2
    db.session.flush()

    taken = take_in(cast.curator, replace(file, body="Hit it, hard."))

    assert taken == exchanging.Taken("conflict", "somebody changed it here, and that is not published yet")
    assert article.head_number == 2


@pytest.mark.parametrize(
    "part, value",
    [("audience", "waterworks"), ("state", "archived"), ("owner", "rita-rival"), ("language", "nl")],
)
@pytest.mark.parametrize("body", ["Turn it off.", "Turn it off now."])
def test_what_is_settled_does_not_change_by_import_and_the_file_hears_so(
    app: Flask, database: Any, cast: Cast, part: str, value: str, body: str
) -> None:
    article = make.article(cast.peer)
    file = told_of(article)

    with pytest.raises(Invalid) as refused:
        take_in(cast.curator, replace(file, body=body, **{part: value}))

    here = getattr(file, part)
    assert f"{part} is {here} here and {value} in the file" in refused.value.sentence()
    assert (article.head_number, told_of(article)) == (1, file)


@pytest.mark.parametrize(
    "part, value, why",
    [
        ("category", "nowhere", "there is no category nowhere here"),
        ("organisation", "nobody-inc", "there is no organisation nobody-inc here"),
        ("audience", "nobody-inc", "there is no organisation nobody-inc here"),
        ("owner", "nobody", "there is no person nobody here"),
        ("translation_of", "no-such-thing", "there is no article no-such-thing, which it translates"),
        ("translation_of", "kranen-maken", "kranen-maken is a translation itself"),
        ("translation_of", "mending-taps", "mending-taps is there in en already"),
        ("translation_of", "of-our-own", "a translation has the same audience"),
        ("state", "sent", "there is no state sent"),
        ("language", "xx", "there is no language xx"),
        ("slug", "work", "“work” cannot be an address"),
        ("slug", "../etc", "“../etc” cannot be an address"),
        ("title", "A tap \x00 of another kind", "characters that cannot be stored"),
    ],
)
def test_a_file_that_names_what_is_not_here_is_refused_by_that_name(
    app: Flask, database: Any, cast: Cast, part: str, value: str, why: str
) -> None:
    some_articles(cast)
    file = FileArticle("Mending another tap", "What to do about it", "en", "another-tap", body="Turn it off.")
    if value == "of-our-own":
        file = replace(file, language="nl")

    with pytest.raises(Invalid) as refused:
        take_in(cast.curator, replace(file, **{part: value}))

    assert why in refused.value.sentence()
    assert db.session.scalar(select(func.count()).select_from(Article)) == 7


def test_an_article_that_is_put_away_is_not_changed_by_a_file(app: Flask, database: Any, cast: Cast) -> None:
    file = told_of(make.article(cast.peer, state="archived"))

    with pytest.raises(Invalid, match="archived"):
        take_in(cast.curator, replace(file, body="Turn it off now."))


def test_a_file_by_hand_is_taken_in_once_and_changes_nothing_without_saying_of_which_words(
    app: Flask, database: Any, cast: Cast
) -> None:
    file = FileArticle("Mending  another tap", "What to do about it", "en", "another-tap", body="Turn it off.")

    outcomes = [take_in(cast.curator, each) for each in (file, file, replace(file, body="Turn it off now."))]

    assert [each.outcome for each in outcomes] == ["added", "same", "conflict"]
    assert "based_on" in outcomes[2].why
