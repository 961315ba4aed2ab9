"""Promises of the Discourse importer: topics become questions, posts answers, likes votes; the rest is kept."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.community.models.posts import Answer, Question
from app.community.models.votes import VoteTally
from app.importers.discourse.forum import Forum
from app.importers.models import ImportLeftover, ImportRun
from app.importers.progress import Progress
from app.importers.rows import ArchiveRefused
from app.importers.running import Report, look_at, run_import
from app.importers.sources import Source
from tests.importers.test_archive import answer_of, count, everything, found, killed_after_every_batch
from tests.importers.test_stackexchange import sums

SOURCE = Source("boats", "Boats", link="https://boats.example.org/t/{id}")


def post(key: int, number: int, by: int = 1, **more: Any) -> dict[str, Any]:
    """Return a post as Discourse serves it; say only what matters."""
    row = {
        "id": key,
        "name": f"Sailor {by}",
        "username": f"sailor{by}",
        "user_id": by,
        "created_at": f"2024-05-01T10:{number:02}:00.000Z",
        "cooked": f"<p>Pull the <em>red</em> rope of boat {key}.</p>",
        "post_number": number,
        "post_type": 1,
        "actions_summary": [],
    }
    return {**row, **more}


def topic(key: int, posts: Sequence[Any], **more: Any) -> dict[str, Any]:
    """Return a topic with these posts."""
    row = {"id": key, "title": f"Why does boat {key} turn left?", "tags": ["ropes"], "category_id": 5}
    return {**row, "archetype": "regular", "visible": True, "post_stream": {"posts": list(posts)}, **more}


def forum(folder: Path, *topics: dict[str, Any]) -> Path:
    """Write topics as files, and the names of categories. Returns the folder."""
    folder.mkdir(exist_ok=True)
    categories = [{"id": 4, "name": "Harbour", "subcategory_list": [{"id": 5, "name": "Small boats"}]}]
    (folder / "categories.json").write_text(json.dumps({"category_list": {"categories": categories}}))
    for each in topics:
        (folder / f"{each['id']}.json").write_text(json.dumps(each))
    return folder


def run(folder: Path, **more: Any) -> Report:
    origin = Forum(folder, address=SOURCE.link)
    return run_import(origin, SOURCE, **{"progress": Progress(io.StringIO()), **more})


def liked(times: int) -> list[dict[str, Any]]:
    return [{"id": 3}, {"id": 2, "count": times}]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Write a forum of two topics with a bit of everything."""
    return forum(
        tmp_path / "boats",
        topic(
            10,
            [
                post(1, 1, actions_summary=liked(3)),
                post(2, 2, by=2, actions_summary=liked(1), accepted_answer=True),
                post(3, 3, by=-1, username="system", post_type=3, cooked=""),
                post(4, 4, by=2, hidden=True),
            ],
            accepted_answer={"post_number": 2, "username": "sailor2"},
        ),
        topic(11, [post(5, 1, by=2, tags=[]), post(6, 2, cooked='<p>See <a href="/t/10">there</a></p>')], tags=[]),
        topic(12, [post(7, 1, polls=[{"name": "poll"}]), post(8, 2)]),
        topic(13, [post(9, 1)], archetype="private_message"),
    )


def test_topics_become_questions_and_posts_answers(database: Session, small: Path) -> None:
    run(small)

    asked, answered = found(database, "10"), answer_of(database, "p2")
    assert (asked.title, asked.tag_names, asked.category.slug) == (
        "Why does boat 10 turn left?",
        ["ropes"],
        "small-boats",
    )
    assert asked.created_at == datetime(2024, 5, 1, 10, 1, tzinfo=UTC)
    assert answered.body_html == "<p>Pull the <em>red</em> rope of boat 2.</p>"
    assert (asked.accepted_answer_id, asked.request.state) == (answered.id, "solved")
    assert {(one.source_key, one.name) for one in database.scalars(sa.select(Person))} == {
        ("1", "Sailor 1"),
        ("2", "Sailor 2"),
    }


def test_likes_are_votes(database: Session, small: Path) -> None:
    run(small)

    rows = database.execute(sa.select(VoteTally.question_id, VoteTally.answer_id, VoteTally.cast_on, VoteTally.ups))
    assert (found(database, "10").score, answer_of(database, "p2").score) == (3, 1)
    assert set(map(tuple, rows)) == {
        (found(database, "10").id, None, None, 3),
        (None, answer_of(database, "p2").id, None, 1),
    }


def test_links_within_the_forum_lead_there(database: Session, small: Path) -> None:
    run(small)

    assert 'href="https://boats.example.org/t/10"' in answer_of(database, "p6").body_html


def test_every_post_is_imported_or_kept_with_its_reason(database: Session, small: Path) -> None:
    report = run(small)

    assert all(size == met for size, met in sums(report).values())
    assert report.sizes.total() == 9
    kept = {(row.file, row.line): row.reason for row in database.scalars(sa.select(ImportLeftover))}
    assert kept == {
        ("10.json", 3): "a note of the site, of type 3",
        ("10.json", 4): "hidden or deleted at the source",
        ("12.json", 1): "it holds a poll",
        ("12.json", 2): "its question is not in the archive, or was left out",
        ("13.json", 1): "in a private message or a banner",
    }


def test_posts_of_a_long_topic_may_be_in_a_file_of_their_own(database: Session, small: Path) -> None:
    more = {"post_stream": {"posts": [post(20, 30, by=3, topic_id=11)]}, "id": 11}
    (small / "11-more.json").write_text(json.dumps(more))

    run(small)

    assert answer_of(database, "p20").question_id == found(database, "11").id


def test_second_run_changes_nothing_and_an_updated_one_updates(database: Session, small: Path) -> None:
    run(small)
    before = everything(database)
    assert not run(small).is_changed
    assert everything(database) == before

    forum(small, topic(11, [post(5, 1, by=2), post(6, 2, actions_summary=liked(4)), post(21, 3)]))
    report = run(small)
    database.expire_all()

    assert (report.counts["answers_new"], report.counts["answers_changed"]) == (1, 1)
    assert answer_of(database, "p6").score == 4


def test_run_that_is_killed_again_and_again_goes_on_where_it_stopped(database: Session, small: Path) -> None:
    assert killed_after_every_batch(database, lambda progress: run(small, progress=progress, batch_size=2), surveyed=11)

    assert (count(database, Question), count(database, Answer), count(database, VoteTally)) == (2, 2, 2)
    assert [run.state for run in database.scalars(sa.select(ImportRun))] == ["done"]


@pytest.mark.parametrize(
    "content, code",
    [('{"id": 9', "torn"), ("[1]", "foreign"), ('{"topic_list": {}}', "foreign"), ("[" * 100_000, "torn")],
)
def test_what_is_no_topic_is_refused_before_anything_is_written(
    database: Session, small: Path, content: str, code: str
) -> None:
    (small / "99.json").write_text(content)

    with pytest.raises(ArchiveRefused) as refused:
        run(small)

    assert (refused.value.file, refused.value.code) == ("99.json", code)
    assert count(database, ImportRun) == 0


@pytest.mark.parametrize(
    "wrong, reason",
    [
        ({"created_at": "soon"}, "created_at is not a time"),
        ({"cooked": None}, "cooked is missing"),
        ({"id": None}, "id is missing"),
        ({"actions_summary": [{"id": 2, "count": "many"}]}, "count is not a whole number"),
    ],
)
def test_bad_post_is_left_out_with_its_place(
    database: Session, tmp_path: Path, wrong: dict[str, Any], reason: str
) -> None:
    run(forum(tmp_path / "boats", topic(10, [post(1, 1), post(2, 2, **wrong), post(3, 3)])))

    kept = database.scalars(sa.select(ImportLeftover)).one()
    assert (kept.file, kept.line, kept.reason) == ("10.json", 2, reason)
    assert count(database, Answer) == 1


def test_looking_writes_nothing(database: Session, small: Path) -> None:
    before = everything(database)

    report = look_at(Forum(small), SOURCE, Progress(io.StringIO()))

    assert (report.counts["questions_new"], report.counts["answers_new"]) == (2, 2)
    assert everything(database) == before


def test_command_imports(app: Flask, database: Session, small: Path) -> None:
    done = app.test_cli_runner().invoke(args=["import", "discourse", str(small), "--title", "Our boats"])

    assert done.exit_code == 0, done.output
    assert "12.json line 1: it holds a poll" in done.output
    assert database.scalars(sa.select(ImportRun)).one().title == "Our boats"
