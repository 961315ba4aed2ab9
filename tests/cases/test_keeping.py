"""What becomes of a promise, by known answers and by random histories held against what is kept in its row."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.cases.keeping import Step, standing_of
from app.cases.models.promises import CasePoint, Promise
from app.cases.services import promising
from app.db import db
from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.outbox.models import DomainEvent
from tests.cases import make
from tests.cases.make_promises import promise as make_promise
from tests.cast import acting

HOUR = timedelta(hours=1)
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
STEPS = {
    "promise_made": "made",
    "promise_moved": "moved",
    "promise_moved_alone": "moved_alone",
    "promise_kept": "kept",
    "promise_released": "released",
}


@pytest.mark.parametrize(
    "story, state",
    [
        ("made@4", "open"),
        ("made@4 kept:4", "kept"),
        ("made@4 kept:5", "late"),
        ("made@4 wait:4", "open"),
        ("made@4 wait:5", "broken"),
        ("made@4 moved@8:3 wait:7", "open"),
        ("made@4 moved@8:3 kept:8", "kept"),
        ("made@4 moved@8:3 kept:9", "late"),
        ("made@4 moved@8:5 kept:6", "late"),
        ("made@4 moved_alone@8:3", "broken"),
        ("made@4 moved_alone@8:3 kept:4", "broken"),
        ("made@4 moved_alone@2:1 kept:1", "broken"),
        ("made@4 moved_alone@8:3 moved@9:4 kept:9", "broken"),
        ("made@4 released:3 wait:9", "released"),
        ("made@4 released:5", "broken"),
        ("made@4 kept:3 moved_alone@9:4 wait:20", "kept"),
    ],
)
def test_known_answers(story, state):
    """`moved@8:3` is moved to the eighth hour, in the third."""
    steps, now = [], START
    for word in story.split():
        what, _, at = word.partition(":")
        what, _, due = what.partition("@")
        now = START + int(at or 0) * HOUR
        if what != "wait":
            steps.append(Step(what, now, START + int(due) * HOUR if due else None))

    assert standing_of(steps, now=now).state == state


def test_what_was_never_made_stands_nowhere():
    for steps in ([], [Step("kept", START)]):
        with pytest.raises(ValueError, match="made"):
            standing_of(steps, now=START)


def replayed(promise_id: int, now: datetime):
    """Return where the facts alone say that a promise stands: a second reading of the same history."""
    steps = [
        Step(
            STEPS[row.kind],
            row.happened_at,
            row.payload.get("due_at") and datetime.fromisoformat(row.payload["due_at"]),
        )
        for row in db.session.scalars(select(DomainEvent).order_by(DomainEvent.id))
        if row.kind in STEPS and row.payload["promise_id"] == promise_id
    ]
    return standing_of(steps, now=now)


def one_history(chance: random.Random, cast, clock) -> None:
    agent, customer = acting(cast.agent, for_organisation=cast.waterworks), acting(cast.customer)
    case = make.case(cast.customer, cast.waterworks, person=cast.agent)

    def any_date() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=chance.randrange(1, 6000))

    made = [
        promising.make_promise(agent, case, kind="call", words="I call you.", due_at=any_date())
        for _n in range(chance.randrange(1, 3))
    ]
    for _turn in range(8):
        clock.shift(chance.randrange(0, 150_000))
        promise = chance.choice(made)
        waiting = db.session.scalars(
            select(CasePoint).where(CasePoint.promise_id == promise.id, CasePoint.answer.is_(None))
        ).first()
        acts = [
            lambda p=promise: promising.propose_date(agent, case, p.id, due_at=any_date(), reason="The part is late."),
            lambda p=promise: promising.move_alone(agent, case, p.id, due_at=any_date(), reason="No time."),
            lambda p=promise: promising.keep_promise(agent, case, p.id),
            lambda p=promise: promising.release_promise(customer, case, p.id),
            lambda p=promise: promising.break_if_due(case.id, p.id),
            lambda p=promise: promising.break_if_due(case.id, p.id),
        ]
        if waiting is not None:
            acts += 3 * [lambda w=waiting: promising.answer_date(customer, case, w.id, is_agreed=chance.random() < 0.7)]
        try:
            chance.choice(acts)()
        except Conflict:
            assert promise.done_at is not None or promise.state == "released"
    for promise in made:
        promising.break_if_due(case.id, promise.id)
        row = db.session.get_one(Promise, promise.id, populate_existing=True)
        told = replayed(row.id, datetime.now(UTC))
        assert (row.state, row.due_at, row.renegotiated, row.is_moved_alone, row.broken_at, row.done_at) == (
            told.state,
            told.due_at,
            told.renegotiated,
            told.is_moved_alone,
            told.broken_at,
            told.done_at,
        )
        if row.is_moved_alone:
            assert row.state == "broken"


def test_random_histories_recomputed_from_facts_equal_the_rows(cast, clock):
    chance = random.Random(61)
    for _history in range(30):
        one_history(chance, cast, clock)


@pytest.mark.long
def test_random_histories_recomputed_from_facts_equal_the_rows_at_length(cast, clock):
    chance = random.Random(62)
    for _history in range(1000):
        one_history(chance, cast, clock)


def test_date_moves_with_her_yes_only(cast, clock):
    agent, customer = acting(cast.agent, for_organisation=cast.waterworks), acting(cast.customer)
    case = make.case(cast.customer, cast.waterworks, person=cast.agent)
    made = make_promise(case, cast.agent)
    was = made.due_at

    asked = promising.propose_date(agent, case, made.id, due_at=was + HOUR, reason="The part is late.")
    assert (made.due_at, made.state) == (was, "open")
    promising.answer_date(customer, case, asked.id, is_agreed=False)
    assert (made.due_at, made.renegotiated) == (was, 0)
    again = promising.propose_date(agent, case, made.id, due_at=was + HOUR, reason="The part is late.")
    promising.answer_date(customer, case, again.id, is_agreed=True)

    assert (made.due_at, made.renegotiated, made.state) == (was + HOUR, 1, "open")
    with pytest.raises(NotAllowed):
        promising.answer_date(customer, case, again.id, is_agreed=True)
    promising.move_alone(agent, case, made.id, due_at=was + 9 * HOUR, reason="No time.")
    assert made.state == "broken"


def test_nobody_else_promises_answers_or_releases(cast):
    case = make.case(cast.customer, cast.waterworks, person=cast.agent)
    made = make_promise(case, cast.agent)
    agent = acting(cast.agent, for_organisation=cast.waterworks)
    asked = promising.propose_date(agent, case, made.id, due_at=made.due_at + HOUR, reason="The part is late.")
    later = {"due_at": made.due_at + HOUR, "reason": "Because."}
    for actor in (acting(cast.customer), acting(cast.outsider), acting(cast.rival, for_organisation=cast.energy)):
        with pytest.raises(NotAllowed):
            promising.make_promise(actor, case, kind="call", words="I call.", due_at=made.due_at)
        with pytest.raises(NotAllowed):
            promising.propose_date(actor, case, made.id, **later)
        with pytest.raises(NotAllowed):
            promising.move_alone(actor, case, made.id, **later)
        with pytest.raises(NotAllowed):
            promising.keep_promise(actor, case, made.id)
    for actor in (agent, acting(cast.outsider), acting(cast.rival, for_organisation=cast.energy)):
        with pytest.raises(NotAllowed):
            promising.answer_date(actor, case, asked.id, is_agreed=True)
        with pytest.raises(NotAllowed):
            promising.release_promise(actor, case, made.id)
    assert (made.state, asked.answer) == ("open", None)


def test_promises_that_say_nothing_or_stand_elsewhere_are_refused(cast):
    agent = acting(cast.agent, for_organisation=cast.waterworks)
    case, other = (make.case(cast.customer, cast.waterworks, person=cast.agent) for _n in range(2))
    elsewhere = make_promise(other, cast.agent)
    now = datetime.now(UTC)
    good = {"kind": "call", "words": "I call.", "due_at": now + HOUR}
    for wrong, field in (
        ({"kind": "dance"}, "kind"),
        ({"words": " "}, "words"),
        ({"words": "x" * 201}, "words"),
        ({"due_at": now}, "due_at"),
        ({"due_at": now + timedelta(days=731)}, "due_at"),
    ):
        with pytest.raises(Invalid) as refused:
            promising.make_promise(agent, case, **{**good, **wrong})
        assert refused.value.field == field
    with pytest.raises(NotFound):
        promising.keep_promise(agent, case, elsewhere.id)
