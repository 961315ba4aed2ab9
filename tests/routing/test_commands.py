"""`flask routing …`, and that an import leaves a state behind."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from app.db import db
from app.importers.archive import import_archive
from app.importers.archive_format import read_answers, read_questions
from app.importers.progress import Progress
from app.importers.sources import source_of
from app.ranking.features import features
from app.ranking.model import default_model
from app.ranking.need import need_of
from app.ranking.state import State
from app.routing import evaluation, livestate, modelqueries, modelstore
from tests.importers import make as archives
from tests.routing import make


@pytest.fixture
def folder(tmp_path):
    """Forty questions by ten askers, answered by two helpers with a subject each."""
    questions, answers = [], []
    for number in range(40):
        hour, subject = f"2025-05-{1 + number // 2:02}T{10 + number % 2 * 3}", ("gas", "water")[number % 2]
        questions.append(
            archives.question(
                f"q{number}",
                at=f"{hour}:00:00Z",
                user=f"asker{number % 10}",
                title=f"How does the {subject} meter work?",
                tags=[subject],
                accepted=f"a{number}",
            )
        )
        answers.append(
            archives.answer(f"a{number}", f"q{number}", at=f"{hour}:20:00Z", user=f"{subject}-helper", accepted=True)
        )
    return archives.archive(tmp_path / "meters", questions, answers)


def run(app, *args: str):
    return app.test_cli_runner().invoke(args=["routing", *args])


def test_evaluate_prints_the_table_and_writes_the_figures(app, database, folder, tmp_path):
    file = tmp_path / "figures.json"

    answer = run(app, "evaluate", str(folder), "--json", str(file))

    assert answer.exit_code == 0, answer.output
    assert "candidate voting (BM25)" in answer.output
    figures = json.loads(file.read_text())
    assert {
        "model",
        "n",
        "A",
        "B",
        "C",
        "calibration",
        "minutes_saved",
        "ms_per_question",
        "candidates",
        "cold",
    } <= set(figures)
    assert figures["A"]["mrr"] > 0.9
    assert figures["baselines"]["random"]["A"]["n"] == 8


def test_evaluate_refuses_what_is_no_archive(app, database, tmp_path):
    answer = run(app, "evaluate", str(tmp_path))

    assert answer.exit_code == 1
    assert "questions.jsonl" in answer.output


def test_evaluate_refuses_a_split_that_leaves_nothing(app, database, folder):
    assert run(app, "evaluate", str(folder), "--test-from", "1.5").exit_code == 1


def test_an_import_leaves_a_state_behind(app, database, folder):
    import_archive(folder, source_of(folder), progress=Progress())

    state = livestate.up_to_date(db.session()).state

    assert len(state.requests) == 40
    assert len(state.providers) >= 2


def test_the_live_state_has_the_factors_that_evaluation_measures(app, database, folder):
    import_archive(folder, source_of(folder), progress=Progress())
    live = livestate.up_to_date(db.session()).state
    records = evaluation.records(
        [row for _line, row in read_questions(folder)], [row for _line, row in read_answers(folder)], []
    )
    measured = State()
    measured.apply_all(records.events)
    last = max(event.at for event in records.events)

    factors = []
    for state in (live, measured):
        topic = state.topics["id"][state.topics_of(0)[0]]
        need = need_of(state, at=last, asker=-1, title="The gas meter is stuck", topics=(int(topic),))
        found = features(state, need)
        factors.append(sorted(row.round(9).tolist() for row in found[state.providers["answers"] > 0]))

    np.testing.assert_allclose(factors[0], factors[1], rtol=1e-6)


def test_explain_prints_every_part_and_every_exclusion(app, cast, database):
    make.past(cast, cast.peer, answers=4, accepted=2)
    cast.partner.languages = ["fr"]
    make.learn_history()
    question = make.ask(cast)
    db.session.commit()

    answer = run(app, "explain", str(question.id))

    assert answer.exit_code == 0
    for words in ("Pete Peer", "similar_answered", "solving", "propensity", "other_language", f"model {make.SHIPPED}"):
        assert words in answer.output


def test_explain_says_when_there_is_nothing(app, database):
    answer = run(app, "explain", "999999")

    assert answer.exit_code == 1
    assert "Nothing was decided" in answer.output


def test_refit_and_rebuild_say_what_they_did(app, cast, database):
    make.ask(cast)
    db.session.commit()

    refit, rebuild = run(app, "refit"), run(app, "rebuild")

    assert (refit.exit_code, rebuild.exit_code) == (0, 0), refit.output + rebuild.output
    assert "1 decisions" in refit.output
    assert "events" in rebuild.output


def test_models_lists_every_version_and_promote_puts_one_in_force(app, cast, database):
    make.ask(cast)
    modelstore.add(replace(default_model(), version="learned-2"), judged={"replay_after": 0.5, "against": ["too_few"]})
    db.session.commit()

    promote, models = run(app, "promote", "learned-2"), run(app, "models")
    back, again = run(app, "promote", make.SHIPPED), run(app, "promote", make.SHIPPED)

    assert promote.output == f"learned-2 is in force from now on, instead of {make.SHIPPED}.\n"
    assert "* learned-2" in models.output
    assert "replay_after 0.5" in models.output
    assert "not used: too_few" in models.output
    assert make.SHIPPED in models.output
    assert back.exit_code == 0
    assert again.exit_code == 1
    assert "in force already" in again.output
    assert [step.promotion.reason for step in modelqueries.history()] == ["rolled_back", "chosen", "shipped"]
    assert {step.by for step in modelqueries.history()} == {""}


def test_promote_refuses_what_is_not_there(app, database):
    answer = run(app, "promote", "learned-99")

    assert answer.exit_code == 1
    assert "There is no version learned-99" in answer.output


def test_without_any_decision_there_are_no_versions(app, database):
    assert "Nothing was routed yet" in run(app, "models").output
