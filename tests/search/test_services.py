"""The index follows the database: every acknowledged change arrives, whatever is killed in between."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.community.compose import compose
from app.community.services import answering, asking, editing, judging
from app.db import db, transaction
from app.search import jobs, services
from app.search.backend import IndexBusy
from app.search.models import StaleDocument
from app.search.sealed import locked
from tests.cast import acting
from tests.community import make
from tests.search.make import fill, request
from tests.support.indexes import lose_index
from tests.support.processes import killed_at_each_step


def found(index, text):
    return [hit.key.id for hit in index.search(request(text, limit=200)).hits]


def waiting():
    return db.session.scalar(sa.select(sa.func.count()).select_from(StaleDocument))


def ask(cast, title="Where is the main stopcock?", body="I want to turn the water off."):
    return asking.ask_question(
        acting(cast.customer), title=title, text=compose(body), category_id=make.category().id, tag_names=["water"]
    )


class TestMarks:
    def test_every_change_to_a_question_marks_it(self, app, cast, index):
        question = ask(cast)
        answer = answering.post_answer(acting(cast.peer), question, text=compose("Beside the meter."))
        jobs.keep_index()
        assert waiting() == 0

        for change in (
            lambda: judging.vote(acting(cast.agent), answer, 1),
            lambda: judging.vote(acting(cast.agent), question, 1),
            lambda: judging.accept(acting(cast.customer), question, answer),
            lambda: judging.unaccept(acting(cast.customer), question),
            lambda: answering.post_answer(acting(cast.agent), question, text=compose("In the cellar.")),
            lambda: editing.edit_answer(
                acting(cast.peer),
                answer,
                text=compose("Under the stairs."),
                reason="",
                seen_version=answer.text_version,
            ),
        ):
            change()
            db.session.commit()
            db.session.expire_all()
            assert waiting() == 1
            jobs.keep_index()
            assert waiting() == 0

        assert found(index, "stairs") == found(index, "stopcock") == found(index, "tag:water") == [question.id]

    def test_a_change_that_is_rolled_back_marks_nothing(self, app, cast, index):
        nested = db.session.begin_nested()
        ask(cast)
        nested.rollback()

        assert waiting() == 0

    def test_everything_can_be_marked_by_who_wrote_past_the_services(self, app, cast, index):
        question = make.question(cast.customer, title="Written by hand")
        services.mark_everything()
        db.session.commit()
        jobs.keep_index()

        assert found(index, "hand") == [question.id]

    def test_many_marks_at_once_are_counted(self, app, database, index):
        services.mark_stale("question", range(1, 1201))
        services.mark_stale("question", [7])

        assert waiting() == 1200
        assert db.session.get_one(StaleDocument, ("question", 7)).marks == 2


class TestIndexing:
    def test_what_is_gone_leaves_the_index(self, app, cast, index):
        question = make.question(cast.customer, title="Soon gone")
        fill()
        assert found(index, "soon gone") == [question.id]

        db.session.delete(question)
        services.mark_stale("question", [question.id])
        db.session.commit()
        jobs.keep_index()

        assert found(index, "soon gone") == []
        assert waiting() == 0

    def test_a_question_changed_while_it_is_put_in_stays_marked(self, app, cast, index, monkeypatch):
        question = make.question(cast.customer, title="Changed in between")
        services.mark_stale("question", [question.id])
        db.session.commit()
        apply = index.apply

        def apply_and_change(upserts, deletes):
            apply(upserts, deletes)
            services.mark_stale("question", [question.id])
            db.session.commit()

        monkeypatch.setattr(index, "apply", apply_and_change)
        services.index_stale()

        assert waiting() == 1

    def test_more_than_one_batch_is_put_in_at_once(self, app, cast, index, monkeypatch):
        monkeypatch.setattr(services, "BATCH", 2)
        monkeypatch.setattr("app.search.services.index_stale.__kwdefaults__", {"most": 2})
        shelf = make.category()
        ids = [make.question(cast.customer, category=shelf, title=f"Question {n}").id for n in range(5)]
        services.mark_stale("question", ids)
        db.session.commit()

        jobs.keep_index()

        assert waiting() == 0
        assert index.versions("question") == dict.fromkeys(ids, 1)

    def test_another_writer_is_left_alone(self, app, cast, files_index, tmp_path):
        services.mark_stale("question", [make.question(cast.customer).id])
        db.session.commit()

        with locked(tmp_path / "index"):
            jobs.keep_index()
            with pytest.raises(IndexBusy):
                services.index_stale()
        assert waiting() == 1
        jobs.keep_index()
        assert waiting() == 0

    @pytest.mark.commits
    @pytest.mark.timeout(120)
    def test_killed_at_any_step_nothing_is_lost_or_doubled(self, app, cast, index, make_engine):
        """R1 of the security plan, for the index. A worker that starts afterwards puts in what is missing."""
        shelf = make.category()
        db.session.commit()
        asked = []

        def work():
            jobs.keep_index()

        with transaction():
            asked.append(make.question(cast.customer, category=shelf, title="Steady water").id)
            services.mark_stale("question", asked)
        for _step in killed_at_each_step(app, work):
            app.extensions["samen.search"] = fresh = make_engine()
            jobs.keep_index()
            db.session.rollback()
            assert waiting() == 0
            assert sorted(found(fresh, "steady water")) == sorted(asked)
            fresh.check()
            with transaction():
                asked.append(make.question(cast.customer, category=shelf, title="Steady water").id)
                services.mark_stale("question", asked[-1:])


class TestMending:
    def test_a_missing_index_is_made_by_the_worker(self, app, cast, index, tmp_path):
        question = make.question(cast.customer, title="Still there")
        db.session.commit()
        lose_index(tmp_path)

        jobs.keep_index()

        assert found(index, "still there") == [question.id]

    def test_each_damaged_file_is_noticed_within_one_round(self, app, cast, files_index, tmp_path):
        question = make.question(cast.customer, title="Still there")
        fill()
        names = [path.name for path in (tmp_path / "index").rglob("*") if path.is_file() and path.stat().st_size]
        for number in range(len(names)):
            jobs.keep_index()
            files = [p for p in sorted((tmp_path / "index").rglob("*")) if p.is_file() and p.stat().st_size]
            path = files[number % len(files)]
            if path.name != "lock":
                path.write_bytes(b"\xff" * path.stat().st_size)

            jobs.keep_index()

            assert found(files_index, "still there") == [question.id]
            files_index.check()

    def test_rows_written_past_the_services_are_found_by_the_check(self, app, cast, index):
        question = make.question(cast.customer, title="Quietly written")
        db.session.commit()
        assert found(index, "quietly") == []

        jobs.check_index()
        jobs.keep_index()

        assert found(index, "quietly") == [question.id]
        assert services.reconcile() == 0

    def test_prepare_makes_what_is_missing_and_says_so(self, app, cast, index, tmp_path, capsys):
        make.question(cast.customer)
        db.session.commit()
        lose_index(tmp_path)

        jobs.build_missing_index()
        assert "1" in capsys.readouterr().out
        jobs.build_missing_index()
        assert capsys.readouterr().out == ""


class TestCommands:
    def test_rebuild_and_status(self, app, cast, index):
        make.question(cast.customer)
        db.session.commit()
        runner = app.test_cli_runner()

        rebuilt = runner.invoke(args=["search", "rebuild"])
        status = runner.invoke(args=["search", "status"])

        assert rebuilt.exit_code == status.exit_code == 0
        # The question, and who can sign in.
        assert rebuilt.output.startswith("10 documents in")
        assert "documents    10" in status.output

    def test_they_say_what_is_wrong(self, app, files_index, tmp_path):
        runner = app.test_cli_runner()
        with locked(tmp_path / "index"):
            assert "Another process" in runner.invoke(args=["search", "rebuild"]).output
        lose_index(tmp_path)

        status = runner.invoke(args=["search", "status"])

        assert status.exit_code == 1
        assert "cannot be used: there is no index" in status.output
