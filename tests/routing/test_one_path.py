"""`/ask` and `evaluate` are one path: a community that lived in the product and the same one played from an archive
have the same factors, the same values and the same order, question by question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import pytest

from app import clock as time
from app.accounts.models import Person
from app.community.compose import compose
from app.community.models.posts import Question
from app.community.services import answering, judging
from app.db import db
from app.outbox.deliver import deliver_due
from app.providers.models import Provider
from app.ranking import evaluate as evaluation
from app.ranking import features as ranking_features
from app.ranking import rank as ranking
from app.ranking.columns import DAY_S
from app.ranking.features import COLUMNS
from app.ranking.model import default_model
from app.ranking.need import Need
from app.ranking.protocol import AnswerRecord, QuestionRecord, timeline
from app.ranking.state import State
from app.routing import deciding, livestate, services, upkeep
from app.routing.services import latest_decision
from app.routing.settings import NOTICE_MINUTES
from tests.accounts import make as accounts
from tests.cast import acting
from tests.community import make as community
from tests.routing import make

SUBJECTS = ("gas pressure valve", "water meter number", "heating radiator noise")
EXTRA = ("since this morning in the kitchen", "after the storm of last week", "and the neighbours have it too")
TOLERANCE = 1e-6
QUESTIONS = 15


@dataclass
class Lived:
    """What happened, as an archive would tell it, and what the product decided: question → (decision's rows, pool)."""

    questions: list[QuestionRecord] = field(default_factory=list)
    answers: list[AnswerRecord] = field(default_factory=list)
    decided: list[deciding.Decided] = field(default_factory=list)
    people: dict[int, str] = field(default_factory=dict)  # provider → person's name


@pytest.fixture
def lived(database, clock, monkeypatch) -> Lived:
    """Live two weeks: a question every 25 hours, answered within hours by one or two, mostly accepted, all by services.

    Somebody answers twice, somebody votes, somebody adds to her own question, one asker is a helper herself.
    """
    seen: list[deciding.Decided] = []
    decide = deciding.decide
    monkeypatch.setattr("app.ranking.state.FIRST_BASIS", 4)  # words that go together are learned from the fourth on
    monkeypatch.setattr(services, "decide", lambda *given, **more: seen.append(decide(*given, **more)) or seen[-1])
    rng = np.random.default_rng(5)
    helpers = [accounts.person(f"Helper {n}") for n in range(4)]
    askers = [accounts.person(f"Asker {n}") for n in range(3)]
    shelf, tags = community.category("Meters"), ("gas", "water", "heating")
    told = Lived()
    for number in range(QUESTIONS):
        clock.shift(timedelta(hours=25))
        upkeep.rebuild() if number == 0 else the_daily_work()
        subject = number % 3
        asker = helpers[3] if number % 7 == 5 else askers[number % 3]
        title = f"{SUBJECTS[subject]} {EXTRA[number % len(EXTRA)]}?"
        question = services.ask(
            acting(asker),
            title=title,
            text=compose(f"My {SUBJECTS[subject]} is odd, number {number}.", title=title, prior="en"),
            category_id=shelf.id,
            tag_names=(tags[subject],),
        )
        told.questions.append(record_of(question, tags[subject]))
        answer_as_people_do(question, helpers, rng, clock, told, number=number)
    told.decided = seen
    told.people = {
        provider.id: person.name
        for provider, person in db.session.execute(
            db.select(Provider, Person).join(Person, Person.id == Provider.person_id)
        )
    }
    return told


def answer_as_people_do(question: Question, helpers, rng, clock, told: Lived, *, number: int) -> None:
    first = helpers[(number % 3 + int(rng.integers(0, 2))) % 3]
    second = helpers[int(rng.integers(0, 4))]
    givers = [first, first] if number % 5 == 0 else [first, second]
    if number % 4 == 0:
        givers.append(question.request.asker)  # adds to her own question
    made = []
    for giver in givers:
        clock.shift(timedelta(minutes=float(rng.integers(5, 90))))
        made.append(answering.post_answer(acting(giver), question, text=make.composed(f"Turn the valve, {number}.")))
    judging.vote(acting(helpers[3]), made[0], 1) if first is not helpers[3] else None
    accepts = number % 4 != 3 and first.id != question.asker_id
    if accepts:
        judging.accept(acting(question.request.asker), question, made[0])
    worker_catches_up()
    for each, giver in zip(made, givers, strict=True):
        told.answers.append(AnswerRecord(str(each.id), str(question.id), each.created_at.timestamp(), giver.name, 0))
    if accepts:
        # An archive tells the day of an acceptance, which counts once it is over: at the moment it was given here.
        known_at = time.now().timestamp() - DAY_S
        told.questions[-1] = told.questions[-1]._replace(accepted=str(made[0].id), accepted_on=known_at)


def the_daily_work() -> None:
    """Do what the worker does once a day, in the product and in the replay alike: upkeep, and storing the state."""
    mine = livestate.up_to_date(db.session())
    mine.state.upkeep(time.now().timestamp())
    upkeep.store(mine.state, mine.number)


def worker_catches_up() -> None:
    while deliver_due("test"):
        pass
    upkeep.number_changes()


def record_of(question: Question, tag: str) -> QuestionRecord:
    return QuestionRecord(
        id=str(question.id),
        at=question.created_at.timestamp(),
        user=question.request.asker.name,
        title=question.title,
        body=question.body,
        topics=(tag,),
        accepted=None,
        accepted_known=True,
        accepted_on=None,
    )


def replayed(told: Lived) -> list[dict[str, tuple[list[float], float]]]:
    """Play the archive as `evaluate` does; return per question, by person: the factors, and what she is worth."""
    names: dict[int, str] = {}
    for name in (person for each in (told.questions, told.answers) for person in (row.user for row in each)):
        names.setdefault(len(names), name) if name not in names.values() else None
    found = []
    for event, state in evaluation.replay(timeline(told.questions, told.answers).events):
        need, pool = evaluation.candidates_for(state, event)
        made = ranking.rank(
            need, pool, default_model(), rng=np.random.default_rng(1), k=max(1, len(pool)), notice=notice()
        )
        worth = dict(zip(pool.ids[made.positions].tolist(), made.values.tolist(), strict=True))
        found.append(
            {
                names[provider]: (row, worth[provider])
                for provider, row in zip(pool.ids.tolist(), pool.features.tolist(), strict=True)
            }
        )
    return found


def product(told: Lived) -> list[dict[str, tuple[list[float], float]]]:
    """Return the same of what the product decided, of those who had answered somebody."""
    found = []
    for decided in told.decided:
        pool, made = decided.pool, decided.ranking
        worth = dict(zip(pool.ids[made.positions].tolist(), made.values.tolist(), strict=True))
        found.append(
            {
                told.people[provider]: (row, worth[provider])
                for provider, row, answers in zip(
                    pool.ids.tolist(), pool.features.tolist(), pool.answers.tolist(), strict=True
                )
                if answers > 0
            }
        )
    return found


def notice() -> float:
    return float(NOTICE_MINUTES.value)


def differences(told: Lived) -> list[str]:
    """Return where the two disagree: who was a candidate, which factor, which value, which order."""
    found: list[str] = []
    for number, (live, played) in enumerate(zip(product(told), replayed(told), strict=True)):
        if live.keys() != played.keys():
            found.append(f"question {number}: candidates {sorted(live)} and {sorted(played)}")
            continue
        for name in live:
            apart = np.abs(np.array(live[name][0]) - np.array(played[name][0])) > TOLERANCE
            found += [f"question {number}: {COLUMNS[column]} of {name}" for column in np.flatnonzero(apart)]
            if abs(live[name][1] - played[name][1]) > TOLERANCE * max(1.0, abs(played[name][1])):
                found.append(f"question {number}: value of {name}")
        by_value = [sorted(each, key=lambda name: -each[name][1]) for each in (live, played)]
        if by_value[0] != by_value[1]:
            found.append(f"question {number}: order {by_value[0]} and {by_value[1]}")
    return found


def test_the_product_and_the_replay_have_the_same_factors_values_and_order(lived, monkeypatch):
    assert len(lived.decided) == len(lived.questions) == QUESTIONS
    assert max(len(each) for each in product(lived)) == 4

    assert differences(lived) == []
    for column, name in enumerate(COLUMNS):  # and a factor that differs in one of them is seen
        assert np.ptp([row[column] for each in product(lived) for row, _value in each.values()]) > 0, name
        with monkeypatch.context() as broken:
            broken.setattr("app.ranking.pool.features", off_by_a_little(column))
            assert f"{name} of" in " ".join(differences(lived))


def off_by_a_little(column: int) -> Callable[[State, Need], np.ndarray]:
    def features(state: State, need: Need) -> np.ndarray:
        table = ranking_features.features(state, need)
        table[:, column] += 1e-3
        return table

    return features


def test_both_call_the_same_functions():
    assert evaluation.rank is deciding.rank is ranking.rank
    assert evaluation.appraise is deciding.appraise is ranking.appraise
    assert evaluation.pool_of is deciding.pool_of
    assert evaluation.need_of is deciding.need_of
    assert latest_decision is services.latest_decision
