"""Promises of the archive importer: everything arrives once, as it was, and nobody is told."""

from __future__ import annotations

import fcntl
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Login, Person
from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.models.shelves import Category, Tag
from app.config import Config
from app.db import db
from app.errors import Conflict
from app.importers import running
from app.importers.archive import import_archive, look_at_archive
from app.importers.models import ImportLeftover, ImportRun
from app.importers.progress import Progress
from app.importers.rows import ArchiveRefused
from app.importers.running import Report
from app.importers.sources import Source
from app.outbox.models import Delivery, DomainEvent
from app.privacy.rights import erase_person
from app.providers.models import Provider
from app.requests.models import HelpRequest
from app.routing.models import StoredState
from app.search.engine import search_engine
from tests.accounts import make as accounts
from tests.cast import Cast, sign_in
from tests.importers.make import answer, archive, question
from tests.support.databases import create_app

SOURCE = Source("things", "Things community", "CC BY-SA 4.0", link="https://example.org/q/{id}")


def run(folder: Path, **more: Any) -> Report:
    return import_archive(folder, SOURCE, progress=Progress(io.StringIO()), **more)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def found(session: Session, key: str) -> Question:
    """Return the imported question with this id at its source."""
    return session.scalars(
        sa.select(Question).join(HelpRequest, HelpRequest.id == Question.id).where(HelpRequest.source_key == key)
    ).one()


def answer_of(session: Session, key: str) -> Answer:
    return session.scalars(sa.select(Answer).where(Answer.source_key == key)).one()


def count(session: Session, model: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def everything(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables that an import may change, but the log of runs."""
    tables = [table for table in db.metadata.sorted_tables if table.name not in {"import_runs", "import_leftovers"}]
    return {table.name: sorted(map(tuple, session.execute(sa.select(table))), key=repr) for table in tables}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Write an archive of three questions: solved, answered, open."""
    return archive(
        tmp_path / "things",
        [
            question("1", "2025-05-01T10:00:00Z", accepted="11", tags=["things", "Big Things"]),
            question("2", "2025-05-02T10:00:00Z", user="second", category=None, score=-1),
            question("3", "2025-05-03T10:00:00Z", tags=[]),
        ],
        [
            answer("11", "1", "2025-05-01T10:30:00Z", accepted=True),
            answer("12", "1", "2025-05-01T12:00:00Z", user="second", format="markdown", body="Or **turn** it."),
            answer("21", "2", "2025-05-02T11:00:00Z"),
        ],
    )


def test_questions_arrive_as_they_were(database: Session, small: Path) -> None:
    run(small)

    first = found(database, "1")
    assert first.title == "How do I reset thing 1?"
    assert first.body.startswith("I pressed the *small* button")
    assert (first.score, first.answers_count, first.source_format) == (2, 2, "plain")
    assert first.created_at == at("2025-05-01T10:00")
    assert first.last_activity_at == at("2025-05-01T12:00")
    assert first.tag_names == ["things", "big-things"]
    assert first.category.slug == "daily-things"
    assert first.request.language == "en"
    assert first.request.channel == "import"
    assert found(database, "2").category.slug == "other"


@pytest.mark.only_postgresql
def test_postgresql_knows_what_came(database: Session, small: Path) -> None:
    """Else its plans are for empty tables until its own turn comes, and pages take four times as long."""
    run(small)

    assert database.scalar(sa.text("SELECT count(*) FROM pg_stats WHERE tablename = 'questions'"))


def test_bodies_are_rendered_once_by_their_format(database: Session, small: Path) -> None:
    run(small)

    assert "*small*" in found(database, "1").body_html
    assert "<strong>turn</strong>" in answer_of(database, "12").body_html


def test_states_and_acceptances_are_kept(database: Session, small: Path) -> None:
    run(small)

    states = dict(database.execute(sa.select(HelpRequest.source_key, HelpRequest.state)).all())
    accepted = answer_of(database, "11")
    assert states == {"1": "solved", "2": "answered", "3": "open"}
    assert found(database, "1").accepted_answer_id == accepted.id
    assert found(database, "1").accepted_at == accepted.accepted_at == accepted.created_at


def test_time_of_acceptance_is_taken_from_where_it_is_known(database: Session, tmp_path: Path) -> None:
    folder = archive(
        tmp_path / "things",
        [
            question("1", accepted="11", accepted_t="2025-05-04T08:00:00Z"),
            question("2", accepted="21"),
        ],
        [answer("11", "1", accepted=True), answer("21", "2", accepted=True)],
        votes="post,type,date\n21,1,2025-05-06\n21,2,2025-05-07\n",
    )

    run(folder)

    assert found(database, "1").accepted_at == at("2025-05-04T08:00")
    assert found(database, "2").accepted_at == at("2025-05-06T00:00")


def test_authors_become_people_without_a_log_in(database: Session, small: Path) -> None:
    run(small)

    people = {person.source_key: person for person in database.scalars(sa.select(Person))}
    assert set(people) == {"asker", "second", "helper"}
    assert not any(person.can_sign_in for person in people.values())
    assert count(database, Login) == 0
    assert people["second"].created_at == at("2025-05-01T12:00")
    assert people["helper"].languages == ["en"]
    assert set(database.scalars(sa.select(Provider.person_id))) == {people["helper"].id, people["second"].id}


def test_author_whose_handle_is_taken_gets_another(database: Session, small: Path) -> None:
    here = accounts.person("Helper", handle="helper")

    run(small)

    imported = database.scalars(sa.select(Person).where(Person.source_key == "helper")).one()
    assert imported.id != here.id
    assert imported.handle == "helper-things"


def test_handle_of_an_author_has_single_hyphens(database: Session, tmp_path: Path) -> None:
    names = {"1": "Marek M. - Stakes", "2": "-- Ana_B --", "3": "Zoë  de   Wit", "4": "李"}

    run(archive(tmp_path / "things", [question(key, user=name) for key, name in names.items()], []))

    assert {key: found(database, key).asker.handle for key in names} == {
        "1": "Marek-M.-Stakes",
        "2": "Ana_B",
        "3": "Zoe-de-Wit",
        "4": "someone",
    }


def test_text_without_author_belongs_to_someone(database: Session, tmp_path: Path) -> None:
    folder = archive(tmp_path / "things", [question("1", user=None)], [answer("11", "1", user=None)])

    run(folder)

    assert found(database, "1").asker.handle == "someone"
    assert answer_of(database, "11").author_id == found(database, "1").asker_id


def test_facts_have_their_original_time_and_nobody_is_notified(database: Session, small: Path) -> None:
    run(small)

    facts = [
        (fact.kind, fact.happened_at, fact.recorded_at)
        for fact in database.scalars(sa.select(DomainEvent).where(DomainEvent.source == "things"))
    ]
    assert sorted(facts) == [
        ("answer_accepted", at("2025-05-01T10:30"), clock.now()),
        ("answer_posted", at("2025-05-01T10:30"), clock.now()),
        ("answer_posted", at("2025-05-01T12:00"), clock.now()),
        ("answer_posted", at("2025-05-02T11:00"), clock.now()),
        ("question_asked", at("2025-05-01T10:00"), clock.now()),
        ("question_asked", at("2025-05-02T10:00"), clock.now()),
        ("question_asked", at("2025-05-03T10:00"), clock.now()),
    ]
    assert count(database, Delivery) == 0


def test_tags_are_counted(database: Session, small: Path) -> None:
    run(small)

    assert dict(database.execute(sa.select(Tag.name, Tag.questions_count)).all()) == {"things": 2, "big-things": 1}


def test_answer_before_its_question_keeps_its_time(database: Session, tmp_path: Path) -> None:
    folder = archive(tmp_path / "things", [question("1")], [answer("11", "1", "2025-04-30T09:00:00Z")])

    run(folder)

    assert answer_of(database, "11").created_at == at("2025-04-30T09:00")
    assert found(database, "1").last_activity_at == found(database, "1").created_at


def test_second_run_changes_nothing(database: Session, small: Path) -> None:
    run(small)
    before = everything(database)

    report = run(small)

    assert everything(database) == before
    assert not report.is_changed
    assert (report.counts["questions_same"], report.counts["answers_same"]) == (3, 3)


def test_compressed_archive_is_the_same_archive(database: Session, small: Path, tmp_path: Path) -> None:
    run(small)
    before = everything(database)
    rows = [(small / name).read_text().splitlines() for name in ("questions.jsonl", "answers.jsonl")]

    report = run(archive(tmp_path / "compressed", *rows, is_compressed=True))  # type: ignore[arg-type]

    assert not report.is_changed
    assert everything(database) == before


def test_updated_archive_updates(database: Session, small: Path) -> None:
    run(small)
    first_id = found(database, "1").id

    report = run(
        archive(
            small,
            [
                question("1", "2025-05-01T10:00:00Z", accepted="12", title="A better title for this", tags=["new"]),
                question("2", "2025-05-02T10:00:00Z", user="second", category=None, score=5),
                question("3", "2025-05-03T10:00:00Z", tags=[]),
                question("4", "2025-05-04T10:00:00Z"),
            ],
            [
                answer("11", "1", "2025-05-01T10:30:00Z", body="A better answer."),
                answer("12", "1", "2025-05-01T12:00:00Z", user="second", format="markdown", accepted=True),
                answer("21", "2", "2025-05-02T11:00:00Z"),
                answer("31", "3", "2025-05-05T11:00:00Z"),
            ],
        )
    )
    database.expire_all()

    first = found(database, "1")
    assert (first.id, first.title, first.tag_names) == (first_id, "A better title for this", ["new"])
    assert first.accepted_answer_id == answer_of(database, "12").id
    assert answer_of(database, "11").accepted_at is None
    assert answer_of(database, "11").body == "A better answer."
    assert found(database, "2").score == 5
    assert found(database, "3").request.state == "answered"
    assert (report.counts["questions_new"], report.counts["questions_changed"], report.counts["questions_same"]) == (
        1,
        2,
        1,
    )
    assert (report.counts["answers_new"], report.counts["answers_changed"], report.counts["answers_same"]) == (1, 2, 1)
    assert dict(database.execute(sa.select(Tag.name, Tag.questions_count)).all())["big-things"] == 0


def test_acceptance_that_was_taken_back_is_taken_back(database: Session, small: Path) -> None:
    run(small)

    archive(
        small,
        [question("1", "2025-05-01T10:00:00Z", tags=["things", "Big Things"])],
        [answer("11", "1", "2025-05-01T10:30:00Z")],
    )
    run(small)
    database.expire_all()

    assert found(database, "1").accepted_answer_id is None
    assert found(database, "1").request.state == "answered"
    assert answer_of(database, "11").accepted_at is None


def test_words_that_somebody_changed_here_stay(database: Session, small: Path) -> None:
    run(small)
    mine = found(database, "3")
    mine.title, mine.edited_at = "What we made of it here", clock.now()
    database.flush()

    archive(small, [question("3", "2025-05-03T10:00:00Z", tags=[], title="Something else entirely", score=9)], [])
    run(small)
    database.expire_all()

    assert found(database, "3").title == "What we made of it here"
    assert found(database, "3").score == 9


def test_author_who_was_erased_here_is_not_made_anew(database: Session, small: Path) -> None:
    run(small)
    gone = database.scalars(sa.select(Person).where(Person.source_key == "helper")).one()
    erase_person(Actor(kind="system"), gone.id)
    changed = archive(small, [question("1")], [answer("11", "1", body="Said again."), answer("99", "1")])

    run(changed)
    database.expire_all()

    assert [person.name for person in database.scalars(sa.select(Person).where(Person.handle_key == "helper"))] == []
    assert answer_of(database, "99").author_id == gone.id
    assert (gone.name, gone.source_key) == ("–", None)


BAD = [
    ("questions", "this is no JSON", "not a JSON object"),
    ("questions", question("1"), "another row has this id"),
    ("questions", question("9", title="   "), "it has no title"),
    ("questions", question("9", title="long " * 100), "its title is longer than 300 characters"),
    ("questions", question("9", body="long " * 10_000), "its text is longer than 30000 characters"),
    ("questions", question("9", "2199-01-01T00:00:00Z"), "its time is before 1970 or in the future"),
    ("questions", question("9", "yesterday"), "t is not a time"),
    ("questions", question("9", body="nul \0 here"), "body contains a NUL character"),
    ("questions", question("k" * 180), "its id is longer than 160 characters"),
    ("answers", answer("9", "none"), "its question is not in the archive, or was left out"),
    ("answers", answer("11", "1"), "another row has this id"),
]


@pytest.mark.parametrize("file, row, reason", BAD, ids=[f"{file}: {reason}" for file, _, reason in BAD])
def test_bad_row_is_left_out_and_kept_with_its_reason(
    database: Session, tmp_path: Path, file: str, row: Any, reason: str
) -> None:
    rows: dict[str, list[Any]] = {
        "questions": [question("1"), question("2")],
        "answers": [answer("11", "1"), answer("12", "1")],
    }
    rows[file].insert(1, row)

    report = run(archive(tmp_path / "things", rows["questions"], rows["answers"]))

    kept = database.scalars(sa.select(ImportLeftover)).one()
    assert (kept.file, kept.line, kept.reason) == (f"{file}.jsonl", 2, reason)
    assert [(row.line, row.reason) for row in report.left_out.first] == [(kept.line, reason)]
    assert kept.content
    assert count(database, Question) + count(database, Answer) + 1 == report.sizes.total()


def test_row_that_was_mended_is_taken_by_the_next_run(database: Session, tmp_path: Path) -> None:
    folder = archive(tmp_path / "things", [question("1"), question("2", title="")], [answer("21", "2")])
    run(folder)
    assert count(database, ImportLeftover) == 2

    archive(folder, [question("1"), question("2")], [answer("21", "2")])
    run(folder)

    assert count(database, ImportLeftover) == 0
    assert count(database, Question) == 2
    assert found(database, "2").answers_count == 1


def test_torn_archive_is_refused_before_anything_is_written(database: Session, tmp_path: Path) -> None:
    folder = archive(tmp_path / "things", [question("1")], [answer("11", "1")], is_compressed=True)
    answers = folder / "answers.jsonl.xz"
    answers.write_bytes(answers.read_bytes()[:-10])
    before = everything(database)

    with pytest.raises(ArchiveRefused):
        run(folder)

    assert everything(database) == before
    assert count(database, ImportRun) == 0


def test_foreign_folder_is_refused_before_anything_is_written(database: Session, tmp_path: Path) -> None:
    folder = archive(tmp_path / "things", ['{"name": "something else"}'], ['{"name": "again"}'])

    with pytest.raises(ArchiveRefused):
        run(folder)

    assert count(database, ImportRun) == 0


def test_imported_questions_can_be_found(database: Session, small: Path) -> None:
    run(small)

    indexed = search_engine().versions("question")
    assert indexed == {row.id: row.row_version for row in database.scalars(sa.select(Question))}


def test_imported_answers_count_for_the_ranking(database: Session, small: Path) -> None:
    run(small)

    assert database.scalars(sa.select(StoredState.events)).one() > count(database, Answer)


class PulledPlug(Progress):
    """Ends the import after so many rows, as a power cut would.

    Not while the ranking reads: the cursor that stays open there would end with its process, and a test's does not.
    """

    def __init__(self, rows: int) -> None:
        super().__init__(io.StringIO())
        self._left: float = rows

    def phase(self, label: str, *, weight: float = 1.0) -> None:
        super().phase(label, weight=weight)
        if label == "who can help":
            self._left = float("inf")

    def advance(self, rows: int = 1) -> None:
        self._left -= rows
        if self._left < 0:
            raise KeyboardInterrupt


def killed_after_every_batch(session: Session, attempt: Callable[[Progress], Any], *, surveyed: int) -> int:
    """Import, pulling the plug after each batch that was committed, and where none is left, at each later row; return
    how often that was. The survey of so many rows comes first, once.
    """
    kills, rows, stood = 0, surveyed, None
    while True:
        try:
            attempt(PulledPlug(rows))
        except KeyboardInterrupt:
            kills += 1
            session.expire_all()
            stands = session.scalars(sa.select(ImportRun.read)).one_or_none()
            rows = 0 if stands != stood else rows + 1
            stood = stands
        else:
            return kills


def test_run_that_is_killed_again_and_again_goes_on_where_it_stopped(database: Session, small: Path) -> None:
    kills = killed_after_every_batch(
        database, lambda progress: import_archive(small, SOURCE, progress=progress, batch_size=1), surveyed=6
    )
    report = run(small)
    assert kills > 10

    assert [run.state for run in database.scalars(sa.select(ImportRun))] == ["done", "done"]
    assert (count(database, Question), count(database, Answer), count(database, Person)) == (3, 3, 3)
    assert (report.counts["questions_same"], report.counts["answers_same"]) == (3, 3)
    assert count(database, DomainEvent) == 7
    assert found(database, "1").answers_count == 2
    assert found(database, "1").request.state == "solved"


def test_database_looks_at_its_tables_while_they_grow(
    database: Session, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(
        running, "know_what_is_in_tables", lambda: seen.append((count(database, Question), count(database, Answer)))
    )

    run(small, batch_size=1)

    after_1_and_2_of_a_kind_and_at_the_end = [(0, 0), (1, 0), (2, 0), (3, 1), (3, 2), (3, 3)]
    assert list(dict.fromkeys(seen)) == after_1_and_2_of_a_kind_and_at_the_end


def test_only_one_import_of_a_source_runs_at_a_time(app: Flask, database: Session, small: Path) -> None:
    config = app.extensions["samen.config"]
    with (config.instance / "import-things.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        with pytest.raises(Conflict):
            run(small)


def test_as_if_now_moves_all_times_alike(database: Session, small: Path) -> None:
    run(small, as_if_now=True)

    newest = found(database, "3").created_at
    assert newest == clock.now()
    assert newest - found(database, "1").created_at == timedelta(days=2)
    assert database.scalars(sa.select(ImportRun)).one().is_shifted
    assert database.scalar(sa.select(sa.func.max(DomainEvent.happened_at))) == clock.now()


def test_later_runs_move_times_as_the_first_did(database: Session, small: Path, clock: Any) -> None:
    run(small, as_if_now=True)
    before = everything(database)

    clock.shift(3600)
    report = run(small)

    assert not report.is_changed
    assert everything(database) == before


def test_source_with_original_times_cannot_be_moved_later(database: Session, small: Path) -> None:
    run(small)

    with pytest.raises(Conflict):
        run(small, as_if_now=True)


def test_looking_says_what_would_happen_and_writes_nothing(database: Session, small: Path) -> None:
    before = everything(database)

    report = look_at_archive(small, SOURCE, Progress(io.StringIO()))

    assert (report.counts["questions_new"], report.counts["answers_new"]) == (3, 3)
    assert everything(database) == before
    assert count(database, Category) == 0


def page_of(client: FlaskClient, question: Question) -> str:
    """Return the question's page, at the address that its permalink leads to."""
    return client.get(client.get(f"/q/{question.id}").location).text


def test_imported_page_names_source_licence_and_address(
    client: FlaskClient, database: Session, cast: Cast, small: Path
) -> None:
    run(small)
    sign_in(client, cast.outsider)

    page = page_of(client, found(database, "1"))

    assert 'href="https://example.org/q/1"' in page
    assert "Things community" in page
    assert "CC BY-SA 4.0" in page
    assert "dates were moved" not in page


def test_source_is_told_once(app: Flask, client: FlaskClient, database: Session, cast: Cast, tmp_path: Path) -> None:
    """A later run needs no options to show what it adds as the first did."""
    folder = archive(tmp_path / "things", [question("1"), question("2", title="")], [])
    told = ["--title", "Our things", "--licence", "CC BY-SA 3.0", "--licence-link", "https://example.org/by-sa"]
    imports = ["import", "archive", str(folder)]
    app.test_cli_runner().invoke(args=[*imports, *told, "--link", "https://example.org/q/{id}"])
    archive(folder, [question("1"), question("2")], [])
    sign_in(client, cast.outsider)

    dry = app.test_cli_runner().invoke(args=[*imports, "--dry-run"])
    wet = app.test_cli_runner().invoke(args=imports)

    page = page_of(client, found(database, "2"))
    assert all("Our things (CC BY-SA 3.0)" in done.output and "(was " not in done.output for done in (dry, wet))
    assert "Our things" in page
    assert "CC BY-SA 3.0" in page
    assert 'href="https://example.org/by-sa"' in page
    assert 'href="https://example.org/q/2"' in page


def test_what_is_told_anew_holds_for_all_pages(
    app: Flask, client: FlaskClient, database: Session, cast: Cast, tmp_path: Path
) -> None:
    imports = ["import", "archive", str(archive(tmp_path / "things", [question("1")], []))]
    app.test_cli_runner().invoke(args=[*imports, "--title", "Our things", "--licence", "CC BY 3.0"])
    sign_in(client, cast.outsider)

    done = app.test_cli_runner().invoke(args=[*imports, "--licence", "CC BY-SA 4.0"])

    page = page_of(client, found(database, "1"))
    assert "licence on all its pages: CC BY-SA 4.0 (was CC BY 3.0)" in done.output
    assert "Our things" in page
    assert "CC BY-SA 4.0" in page
    assert "CC BY 3.0" not in page


def test_run_that_goes_on_takes_what_is_told_now(database: Session, small: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        import_archive(small, replace(SOURCE, licence=""), progress=PulledPlug(8), batch_size=1)

    run(small)

    assert [each.licence for each in database.scalars(sa.select(ImportRun))] == ["CC BY-SA 4.0"]


def test_page_with_moved_dates_says_so(client: FlaskClient, database: Session, cast: Cast, small: Path) -> None:
    run(small, as_if_now=True)
    sign_in(client, cast.outsider)

    page = page_of(client, found(database, "1"))

    assert "all dates were moved forward by 303 days" in page


def test_command_imports_and_says_what_it_did(app: Flask, database: Session, tmp_path: Path) -> None:
    folder = archive(tmp_path / "things", [question("1"), "no JSON", question("3")], [answer("11", "1")])
    runner = app.test_cli_runner()

    dry = runner.invoke(args=["import", "archive", str(folder), "--dry-run"])
    wet = runner.invoke(args=["import", "archive", str(folder), "--title", "Our things"])

    assert dry.exit_code == wet.exit_code == 0, wet.output
    assert "Nothing was written." in dry.output
    assert "questions.jsonl line 2: not a JSON object" in wet.output
    assert count(database, Question) == 2
    assert database.scalars(sa.select(ImportRun)).one().title == "Our things"


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_command_says_that_there_are_no_answers(
    app: Flask, database: Session, tmp_path: Path, options: list[str]
) -> None:
    folder = archive(tmp_path / "things", [question("1")], [])

    done = app.test_cli_runner().invoke(args=["import", "archive", str(folder), *options])

    assert (done.exit_code, "There are no answers in it." in done.output) == (0, True), done.output


def test_command_makes_the_tables_of_a_new_installation(test_config: Config, tmp_path: Path) -> None:
    folder = archive(tmp_path / "things", [question("1")], [])
    new = create_app(replace(test_config, database_url=f"sqlite:///{tmp_path / 'new.db'}", search_index=tmp_path / "i"))

    done = new.test_cli_runner().invoke(args=["import", "archive", str(folder)])

    assert done.exit_code == 0, done.output
    with new.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Question.id))) == 1
        db.session.remove()
        db.engine.dispose()


def test_command_refuses_what_is_no_archive_in_one_line(app: Flask, database: Session, tmp_path: Path) -> None:
    done = app.test_cli_runner().invoke(args=["import", "archive", str(tmp_path)])

    assert done.exit_code == 1
    assert done.output.startswith("Error: Nothing was written. questions.jsonl")
