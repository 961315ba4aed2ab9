"""Promises of the Stack Exchange importer: every row arrives as it was, or is kept with the reason."""

from __future__ import annotations

import io
import lzma
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.models.shelves import Tag
from app.community.models.votes import Vote, VoteTally
from app.importers.models import AuthorAddress, ImportLeftover, ImportRun
from app.importers.progress import Progress
from app.importers.rows import ArchiveRefused
from app.importers.running import Report, look_at, run_import
from app.importers.sources import Source, stack_exchange_source
from app.importers.stackexchange.dump import Dump
from app.outbox.models import Delivery, DomainEvent
from tests.importers.dumps import answer, comment, dump, link, question, user, vote
from tests.importers.test_archive import answer_of, count, everything, found, killed_after_every_batch

SOURCE = Source("lamps", "Lamps", link="https://lamps.example.org/q/{id}")


def run(folder: Path, **more: Any) -> Report:
    scratch = folder.parent / "scratch"
    return run_import(Dump(folder, scratch), SOURCE, **{"progress": Progress(io.StringIO()), **more})


def sums(report: Report) -> dict[str, tuple[int, int]]:
    """Return, by kind of row, how many there are in the files, and how many were imported or left out."""
    words = ("new", "changed", "same", "counted", "left_out")
    return {kind: (size, sum(report.counts[f"{kind}_{word}"] for word in words)) for kind, size in report.sizes.items()}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Write a dump with a bit of everything."""
    return dump(
        tmp_path / "lamps",
        Users=[
            user(-1, "Community"),
            user(7, "Ida", AboutMe="<p>I like <i>lamps</i>.</p>", EmailHash="0bc83cb571cd1c50ba6f3e8a78ef1346"),
            user(8, "Ida"),
            user(9, "Quiet reader"),
        ],
        Posts=[
            question(1, 7, AcceptedAnswerId=3, Score=2, LastEditDate="2024-03-01T10:00:00.000"),
            question(
                2,
                None,
                OwnerDisplayName="user2",
                Tags="|lamps|",
                Score=-1,
                ContentLicense="CC BY-SA 3.0",
                ClosedDate="2024-02-07T10:00:00.000",
            ),
            answer(3, 1, 8, Score=1),
            answer(4, 2, 7, "2024-02-05T10:00:00.000", CommunityOwnedDate="2024-02-08T10:00:00.000"),
            {"Id": 5, "PostTypeId": 5, "CreationDate": "2024-02-01T10:00:00.000", "Body": "<p>All about lamps</p>"},
            answer(6, 99, 7),
        ],
        Votes=[
            vote(1, 1, 2),
            vote(2, 1, 2),
            vote(3, 1, 3, "2024-02-03"),
            vote(4, 1, 2, "2024-02-03"),
            vote(5, 3, 2),
            vote(6, 3, 1, "2024-02-04"),
            vote(7, 2, 3),
            vote(8, 1, 5, UserId=8),
            vote(9, 5, 16),
            vote(10, 404, 2),
        ],
        Comments=[comment(1, 1, 8, Score=4), comment(2, 3, None, UserDisplayName="user2"), comment(3, 404, 7)],
        PostLinks=[link(1, 2, 1), link(2, 1, 2, kind=1)],
        Tags=[{"Id": 1, "TagName": "lamps", "Count": 2}, {"Id": 2, "TagName": "unlit", "Count": 0}],
        Badges=[{"Id": 1, "UserId": 7, "Name": "Bright", "Date": "2024-02-01T00:00:00", "Class": 3}],
    )


def test_posts_arrive_as_they_were(database: Session, small: Path) -> None:
    run(small)

    first, second = found(database, "1"), found(database, "2")
    assert first.body_html == "<p>The lamp of shed 1 stays <b>dark</b>. What can I do?</p>"
    assert (first.score, first.source_format, first.tag_names) == (2, "html", ["lamps", "sheds"])
    assert first.created_at == datetime(2024, 2, 1, 10, tzinfo=UTC)
    assert (second.score, second.tag_names) == (-1, ["lamps"])
    assert answer_of(database, "3").question_id == first.id


def test_acceptance_has_the_day_of_its_vote(database: Session, small: Path) -> None:
    run(small)

    assert found(database, "1").accepted_answer_id == answer_of(database, "3").id
    assert found(database, "1").accepted_at == datetime(2024, 2, 4, tzinfo=UTC)


def test_authors_are_told_apart_by_their_number(database: Session, small: Path) -> None:
    run(small)

    people = {person.source_key: person for person in database.scalars(sa.select(Person))}
    assert set(people) == {"7", "8", "name:user2"}
    assert (people["7"].name, people["7"].bio, people["8"].name) == ("Ida", "I like lamps.", "Ida")
    assert people["7"].created_at == datetime(2024, 1, 1, 8, tzinfo=UTC)
    assert people["name:user2"].name == "user2"
    assert not any(person.can_sign_in for person in people.values())
    assert database.scalars(sa.select(AuthorAddress.person_id)).all() == [people["7"].id]


def test_votes_without_a_voter_are_tallies_with_a_date(database: Session, small: Path) -> None:
    run(small)

    rows = database.execute(
        sa.select(VoteTally.question_id, VoteTally.answer_id, VoteTally.cast_on, VoteTally.ups, VoteTally.downs)
    )
    assert set(map(tuple, rows)) == {
        (found(database, "1").id, None, date(2024, 2, 2), 2, 0),
        (found(database, "1").id, None, date(2024, 2, 3), 1, 1),
        (found(database, "2").id, None, date(2024, 2, 2), 0, 1),
        (None, answer_of(database, "3").id, date(2024, 2, 2), 1, 0),
    }
    assert count(database, Vote) == 0
    facts = database.scalars(sa.select(DomainEvent.happened_at).where(DomainEvent.kind == "votes_tallied"))
    assert min(facts) == datetime(2024, 2, 2, tzinfo=UTC)
    assert count(database, Delivery) == 0


def test_comments_stand_where_they_stood(database: Session, small: Path) -> None:
    run(small)

    first, second = database.scalars(sa.select(Comment).order_by(Comment.id))
    assert (first.question_id, first.answer_id, first.score) == (found(database, "1").id, None, 4)
    assert first.body_html.strip() == "<p>Is bulb 1 the <code>new</code> one?</p>"
    assert first.created_at == datetime(2024, 2, 1, 12, tzinfo=UTC)
    assert (first.author.source_key, second.author.source_key) == ("8", "name:user2")
    assert second.answer_id == answer_of(database, "3").id


def test_every_row_is_imported_or_kept_with_its_reason(database: Session, small: Path) -> None:
    report = run(small)

    assert {kind: size for kind, (size, _) in sums(report).items()} == {
        "questions": 2,
        "answers": 3,
        "other posts": 1,
        "people": 4,
        "votes": 10,
        "comments": 3,
        "links": 2,
        "tags": 2,
        "badges": 1,
    }
    assert all(size == met for size, met in sums(report).values())
    kept = {(row.file, row.line): row.reason for row in database.scalars(sa.select(ImportLeftover))}
    assert kept["Posts.xml", 7] == "the description of a tag, which is not used"
    assert kept["Posts.xml", 8] == "its question is not in the archive, or was left out"
    assert kept["Users.xml", 6] == "somebody who wrote nothing that is here"
    assert kept["Comments.xml", 5] == "a comment on a post that is not here"
    assert kept["Votes.xml", 10] == "it keeps a question as a bookmark, which is not used"
    assert kept["Votes.xml", 12] == "a vote for a post that is not here"
    assert kept["PostLinks.xml", 4] == "names a related question, which is not used"
    assert kept["Badges.xml", 3] == "a badge, which is not used"
    assert len(kept) == sum(number for kind, number in report.counts.items() if kind.endswith("left_out"))


def test_unused_tags_are_there(database: Session, small: Path) -> None:
    run(small)

    assert dict(database.execute(sa.select(Tag.name, Tag.questions_count)).all())["unlit"] == 0


def test_second_run_changes_nothing(database: Session, small: Path) -> None:
    run(small)
    before = everything(database)

    report = run(small)

    assert everything(database) == before
    assert not report.is_changed


def test_updated_dump_updates(database: Session, small: Path) -> None:
    run(small)

    dump(
        small,
        Users=[user(7, "Ida Lumen"), user(8, "Ida"), user(9, "No longer quiet")],
        Posts=[
            question(1, 7, AcceptedAnswerId=3, Score=3, Title="A better title for this"),
            question(2, None, OwnerDisplayName="user2", Tags="|lamps|", Score=-1),
            answer(3, 1, 8, Score=1),
            answer(4, 2, 7, "2024-02-05T10:00:00.000"),
            answer(6, 2, 9),
        ],
        Comments=[comment(1, 1, 8, Text="I found it.")],
        Votes=[vote(1, 1, 2), vote(2, 1, 2), vote(4, 1, 2, "2024-02-03"), vote(7, 2, 3), vote(11, 3, 2, "2024-03-01")],
    )
    report = run(small)
    database.expire_all()

    assert (found(database, "1").title, found(database, "1").score) == ("A better title for this", 3)
    assert answer_of(database, "6").author.name == "No longer quiet"
    assert {name for (name,) in database.execute(sa.select(Person.name))} >= {"Ida Lumen", "Ida"}
    days = database.execute(
        sa.select(VoteTally.cast_on, VoteTally.ups, VoteTally.downs).where(
            VoteTally.answer_id == answer_of(database, "3").id
        )
    )
    assert list(map(tuple, days)) == [(date(2024, 3, 1), 1, 0)]
    assert report.counts["tallies_changed"] == 2
    assert database.scalars(sa.select(Comment.body).order_by(Comment.id)).first() == "I found it."


def test_run_that_is_killed_again_and_again_goes_on_where_it_stopped(database: Session, small: Path) -> None:
    reports: list[Report] = []
    kills = killed_after_every_batch(
        database, lambda progress: reports.append(run(small, progress=progress, batch_size=2)), surveyed=30
    )

    (report,) = reports
    assert kills > 15
    assert [run.state for run in database.scalars(sa.select(ImportRun))] == ["done"]
    assert (count(database, Question), count(database, Answer), count(database, Person)) == (2, 2, 3)
    assert (count(database, VoteTally), count(database, Comment), count(database, DomainEvent)) == (4, 2, 13)
    assert all(size == met for size, met in sums(report).values())
    assert not (small.parent / "scratch").exists()


def test_compressed_files_are_the_same_dump(database: Session, small: Path) -> None:
    run(small)
    before = everything(database)
    posts = small / "Posts.xml"
    (small / "Posts.xml.xz").write_bytes(lzma.compress(posts.read_bytes()))
    posts.unlink()

    assert not run(small).is_changed
    assert everything(database) == before


@pytest.mark.parametrize("name", ["Posts.xml", "Users.xml", "Badges.xml"])
def test_torn_dump_is_refused_before_anything_is_written(database: Session, small: Path, name: str) -> None:
    (small / name).write_bytes((small / name).read_bytes()[:-12])
    before = everything(database)

    with pytest.raises(ArchiveRefused) as refused:
        run(small)

    assert (refused.value.file, refused.value.code) == (name, "torn")
    assert everything(database) == before
    assert count(database, ImportRun) == 0


def test_folder_without_posts_is_refused(database: Session, small: Path) -> None:
    (small / "Posts.xml").unlink()

    with pytest.raises(ArchiveRefused):
        run(small)

    assert count(database, ImportRun) == 0


def test_bad_rows_are_left_out_with_their_line(database: Session, tmp_path: Path) -> None:
    folder = dump(
        tmp_path / "lamps",
        Users=[user(7, "Ida")],
        Posts=[
            question(1, 7),
            '  <row Id="2" PostTypeId="1" Title="&broken;" />',
            question(3, 7, Score="many"),
            question(4, 7, Title=" "),
            question(1, 7),
            question(5, 7, CreationDate="yesterday"),
            answer(6, 1, 7),
        ],
    )

    report = run(folder)

    kept = {row.line: row.reason for row in database.scalars(sa.select(ImportLeftover))}
    assert kept == {
        4: "not well-formed XML (undefined entity)",
        5: "Score is not a whole number",
        6: "it has no title",
        7: "another row has this id",
        8: "CreationDate is not a time",
    }
    assert count(database, Question) == count(database, Answer) == 1
    assert all(size == met for size, met in sums(report).values())


def test_imported_html_is_safe(database: Session, tmp_path: Path) -> None:
    body = "<p onclick='x()'>Hello<script>alert(1)</script> <img src='https://example.org/a.png' alt='A lamp'></p>"
    run(dump(tmp_path / "lamps", Users=[user(7, "Ida")], Posts=[question(1, 7, Body=body)]))

    html = found(database, "1").body_html
    assert not any(part in html for part in ("script", "onclick", "<img"))
    assert "A lamp" in html


def test_looking_says_what_would_happen_and_writes_nothing(database: Session, small: Path, tmp_path: Path) -> None:
    before = everything(database)

    report = look_at(Dump(small, tmp_path / "look"), SOURCE, Progress(io.StringIO()))

    assert (report.counts["questions_new"], report.counts["answers_new"], report.counts["people_new"]) == (2, 2, 2)
    assert report.counts["votes_left_out"] == 3
    assert everything(database) == before


def test_command_imports_and_says_what_it_did(app: Flask, database: Session, small: Path) -> None:
    done = app.test_cli_runner().invoke(args=["import", "stackexchange", str(small), "--title", "Our lamps"])

    assert done.exit_code == 0, done.output
    assert "Our lamps (CC BY-SA 3.0 / CC BY-SA 4.0)" in done.output
    assert "Posts.xml line 8: its question is not in the archive, or was left out" in done.output
    assert database.scalars(sa.select(ImportRun)).one().licence == "CC BY-SA 3.0 / CC BY-SA 4.0"
    assert count(database, Question) == 2


@pytest.mark.parametrize(
    "folder, title, link",
    [
        ("cardano-stackexchange", "Cardano Stack Exchange", "https://cardano.stackexchange.com/q/{id}"),
        ("diy.stackexchange.com", "Diy Stack Exchange", "https://diy.stackexchange.com/q/{id}"),
        ("superuser.com", "superuser.com", "https://superuser.com/q/{id}"),
        ("my dump", "my dump", ""),
    ],
)
def test_source_is_known_by_the_name_of_its_folder(tmp_path: Path, folder: str, title: str, link: str) -> None:
    source = stack_exchange_source(tmp_path / folder)

    assert (source.title, source.link) == (title, link)
