"""The evaluation protocol: what is visible when, who counts, and worlds whose figures are known beforehand."""

from __future__ import annotations

import json

import numpy as np
import pytest

from app.ranking.evaluate import candidates_for, evaluate, replay
from app.ranking.events import Accepted, Answered, Asked, Voted
from app.ranking.metrics import Judged, interval, ndcg, ranks_among, summary
from app.ranking.model import default_model
from app.ranking.protocol import AnswerRecord, QuestionRecord, VoteRecord, plain, timeline
from tests.ranking.make import DAY, HOUR, MONDAY


def question(number: int, *, at: float, user: str | None = "asker", topics=("t",), **more) -> QuestionRecord:
    accepted = more.get("accepted")
    return QuestionRecord(
        f"q{number}", at, user, more.get("title", "printer"), "", topics, accepted, True, more.get("accepted_on")
    )


def answer(number: int, *, to: int, at: float, user: str | None = "helper", score: int = 0) -> AnswerRecord:
    return AnswerRecord(f"a{number}", f"q{to}", at, user, score)


def test_votes_and_acceptances_become_visible_late():
    made = timeline([question(1, at=MONDAY, accepted="a1")], [answer(1, to=1, at=MONDAY + HOUR, score=3)])

    kinds = [(type(event).__name__, (event.at - MONDAY) / DAY) for event in made.events]
    assert kinds == [
        ("Asked", 0),
        ("Answered", pytest.approx(1 / 24)),
        ("Accepted", pytest.approx(14 + 1 / 24)),
        ("Voted", pytest.approx(30 + 1 / 24)),
    ]
    assert made.events[3].change == 3


def test_dated_votes_become_visible_when_their_day_is_over():
    made = timeline(
        [question(1, at=MONDAY, accepted="a1")],
        [answer(1, to=1, at=MONDAY + HOUR, score=1)],
        [
            VoteRecord("a1", "up", MONDAY + 2 * DAY),
            VoteRecord("a1", "accepted", MONDAY),
            VoteRecord("q1", "up", MONDAY),
        ],
    )

    assert [(type(event), (event.at - MONDAY) / DAY) for event in made.events[2:]] == [(Accepted, 1), (Voted, 3)]


def test_a_recorded_moment_of_acceptance_is_used():
    made = timeline(
        [question(1, at=MONDAY, accepted="a1", accepted_on=MONDAY + 4 * DAY)], [answer(1, to=1, at=MONDAY + HOUR)]
    )

    assert made.events[-1] == Accepted(MONDAY + 5 * DAY, 0)


def test_an_answer_before_its_question_counts_at_the_questions_time():
    made = timeline([question(1, at=MONDAY)], [answer(1, to=1, at=MONDAY - HOUR)])

    assert made.events[1] == Answered(MONDAY, 0, 0, 1, 1)
    assert made.helpers[0][1].wait_minutes == 0


def test_nobody_and_the_asker_are_no_helpers():
    made = timeline(
        [question(1, at=MONDAY), question(2, at=MONDAY, user=None)],
        [
            answer(1, to=1, at=MONDAY, user="asker"),
            answer(2, to=1, at=MONDAY, user=None),
            answer(3, to=404, at=MONDAY),
            answer(4, to=2, at=MONDAY, user="asker"),
        ],
    )

    assert list(made.helpers) == [1]


def test_a_person_answering_twice_counts_once_with_the_best_of_both():
    made = timeline(
        [question(1, at=MONDAY, accepted="a2")],
        [answer(1, to=1, at=MONDAY + HOUR, score=2), answer(2, to=1, at=MONDAY + 2 * HOUR, score=1)],
    )

    (helped,) = made.helpers[0].values()
    assert (helped.wait_minutes, helped.score, helped.accepted) == (60, 2, True)


def test_an_id_that_occurs_twice_is_refused():
    with pytest.raises(ValueError):
        timeline([question(1, at=MONDAY), question(1, at=MONDAY)], [])


def test_html_loses_its_tags_only_when_it_is_html():
    assert plain("<p>a &amp; b</p>", "html").split() == ["a", "&", "b"]
    assert plain("if a <b> c", "plain") == "if a <b> c"


def test_only_the_strict_past_is_seen():
    events = [
        Asked(MONDAY, 1, 50, "printer", ""),
        Answered(MONDAY + HOUR, 1, 1, 7, 7),
        Asked(MONDAY + HOUR, 2, 51, "printer", ""),
        Asked(MONDAY + HOUR + 1, 3, 7, "printer", ""),
        Asked(MONDAY + HOUR + 2, 4, 51, "printer", ""),
    ]

    seen = {asked.request: candidates_for(state, asked)[1].ids.tolist() for asked, state in replay(events)}

    # 2: at the same second; 3: the helper himself asks.
    assert seen == {1: [], 2: [], 3: [], 4: [7]}


def specialists(questions: int) -> tuple[list[QuestionRecord], list[AnswerRecord]]:
    """Return a world where of ten helpers, each with a topic of his own, always that one answers, and is accepted."""
    asked, answered = [], []
    rng = np.random.default_rng(1)
    for number in range(questions):
        topic, at = int(rng.integers(0, 10)), MONDAY + number * 3 * HOUR
        asked.append(question(number, at=at, topics=(f"t{topic}",), title=f"about w{topic}", accepted=f"a{number}"))
        answered.append(answer(number, to=number, at=at + 600, user=f"helper{topic}", score=1))
    return asked, answered


def test_specialists_are_found():
    made = timeline(*specialists(800))

    found = evaluate(made.events, made.helpers, model=default_model())

    assert found["n"] == 160
    for kind in "ABC":
        assert found[kind]["n"] == 160
        assert found[kind]["mrr"] > 0.95
        assert found[kind]["mrr_ci"][0] <= found[kind]["mrr"] <= found[kind]["mrr_ci"][1]
    assert found["baselines"]["random"]["A"]["mrr"] < 0.45
    assert found["candidates"] == 10
    assert found["cold"] == {"A": 0, "B": 0, "C": 0}
    assert found["minutes_saved"]["first_reply"]["wait"] == pytest.approx(10)
    assert found["minutes_saved"]["first_reply"]["saved_against"]["random"]["minutes"] > 300


def test_capacity_takes_work_from_the_one_who_does_it_all():
    asked, answered = [], []
    rng = np.random.default_rng(2)
    for number in range(900):
        at = MONDAY + number * 900
        asked.append(question(number, at=at))
        who = "star" if rng.random() < 0.7 else f"other{rng.integers(0, 12)}"
        answered.append(answer(number, to=number, at=at + 600, user=who))
    made = timeline(asked, answered)

    found = evaluate(made.events, made.helpers, model=default_model())

    assert found["C"]["hit1"] > 0.6
    assert found["after_capacity_fairness_exploration"]["C"]["hit1"] < found["C"]["hit1"] - 0.2


def test_newcomers_who_solve_are_reported_as_cold():
    asked, answered = specialists(100)
    answered[90] = answered[90]._replace(user="new")
    made = timeline(asked, answered)

    found = evaluate(made.events, made.helpers, model=default_model())

    assert found["cold"]["A"] == pytest.approx(1 / 20)
    assert found["A"]["n"] == 19


def test_the_report_is_json_and_names_every_split():
    made = timeline(*specialists(120))

    found = json.loads(json.dumps(evaluate(made.events, made.helpers, model=default_model(), test_from=0.75)))

    assert set(found["splits"]) == {"0.6", "0.7", "0.75", "0.8"}
    assert found["n"] == 30
    assert {"brier", "ece", "constant", "bins", "n"} <= set(found["calibration"]["answers_24h"])
    assert len(found["baselines"]) == 8


def test_playing_twice_gives_the_same_figures():
    made = timeline(*specialists(150))

    one, other = (evaluate(made.events, made.helpers, model=default_model(), clock=lambda: 0.0) for _ in range(2))

    assert one == other


@pytest.mark.parametrize("more", [{"train_from": 0.7}, {"test_from": 1.0}, {"events": []}])
def test_impossible_splits_are_refused(more):
    made = timeline(*specialists(20))

    with pytest.raises(ValueError):
        evaluate(more.pop("events", made.events), made.helpers, model=default_model(), **more)


def test_known_gains():
    case = Judged(np.array([1.0, 3.0]), np.array([1.0, 2.0]))

    expected = (1 / np.log2(2) + 2 / np.log2(4)) / (2 / np.log2(2) + 1 / np.log2(3))
    assert ndcg(case, 10) == pytest.approx(expected)
    assert ndcg(Judged(np.array([11.0]), np.array([1.0])), 10) == 0


def test_known_summary():
    found = summary(
        [
            Judged(np.array([2.0]), np.ones(1)),
            Judged(np.array([8.0, 1.0]), np.ones(2)),
            Judged(np.zeros(0), np.zeros(0)),
        ]
    )

    assert (found["n"], found["mrr"], found["hit1"], found["hit5"]) == (2, 0.75, 0.5, 1.0)
    assert summary([]) == {"n": 0}


def test_ties_share_the_middle_rank():
    assert ranks_among(np.array([5.0, 7.0, 5.0, 1.0]), np.arange(4)).tolist() == [2.5, 1.0, 2.5, 4.0]


def test_the_interval_of_a_constant_is_that_constant():
    assert interval(np.full(50, 0.3)) == pytest.approx([0.3, 0.3])
