"""The clocks of a case: their parts add up to the time that passed, held against a slow second version."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.cases.ticking import NOTHING, Stretch, read, read_next_update
from app.providers.hours import Calendar, always_open

MINUTE = timedelta(minutes=1)
START = datetime(2026, 3, 27, 8, 0, tzinfo=UTC)  # a Friday; on Sunday the clock is set forward
OFFICE = Calendar("Europe/Amsterdam", (((540, 1020),),) * 5 + ((), ()), frozenset({datetime(2026, 3, 31).date()}))
NIGHTS = Calendar("America/New_York", (((0, 60), (1200, 1440)),) * 7)
CALENDARS = {1: OFFICE, 2: NIGHTS, 3: always_open("Europe/Amsterdam")}
STATES = ("received", "with_helper", "waiting", "solved", "closed")


def is_open_at(moment: datetime, calendar: Calendar) -> bool:
    local = moment.astimezone(ZoneInfo(calendar.time_zone))
    minute = local.hour * 60 + local.minute
    return any(opens <= minute < closes for opens, closes in calendar.hours_on(local.date()))


def minute_by_minute(kind, stretches, target, now):
    """The slow second version: each minute is used, closed, paused or over; and when the target was used up."""
    parts = dict.fromkeys(("used", "closed", "paused", "over"), 0)
    ran_out_at = None
    moment = stretches[0].begins
    while moment < now:
        here = [each for each in stretches if each.begins <= moment][-1]
        if here.state in {"solved", "closed"} or (kind == "first_response" and here.is_answered):
            part = "over"
        elif kind == "solution" and here.state == "waiting":
            part = "paused"
        else:
            part = "used" if is_open_at(moment, CALENDARS[here.organisation_id]) else "closed"
        if part == "used" and parts["used"] == target and ran_out_at is None:
            ran_out_at = moment
        parts[part] += 1
        moment += MINUTE
    return parts, ran_out_at


def any_history(chance: random.Random) -> list[Stretch]:
    moments = sorted({START + chance.randrange(8000) * MINUTE for _n in range(chance.randrange(1, 8))} | {START})
    made, organisation_id, answered = [], chance.choice((1, 2, 3)), False
    for begins, ends in zip(moments, [*moments[1:], None], strict=True):
        organisation_id = organisation_id if chance.random() < 0.7 else chance.choice((1, 2, 3))
        answered = answered or chance.random() < 0.3
        made.append(Stretch(begins, ends, chance.choice(STATES), organisation_id, answered))
    return made


@pytest.mark.parametrize("seed", range(12))
def test_parts_add_up_and_equal_the_slow_version(seed):
    chance = random.Random(seed)
    stretches = any_history(chance)
    now = stretches[-1].begins + chance.randrange(3000) * MINUTE
    for kind in ("first_response", "solution"):
        target = chance.randrange(1, 2000)

        reading = read(kind, stretches, target=target * MINUTE, calendars=CALENDARS, now=now)

        parts, ran_out_at = minute_by_minute(kind, stretches, target, now)
        assert reading.used + reading.closed + reading.paused + reading.over == now - START
        assert {name: getattr(reading, name) / MINUTE for name in parts} == parts
        assert (reading.breached_at is None) == (ran_out_at is None)
        if ran_out_at is not None:
            # Used up at the end of a minute; the first minute beyond may come much later, when it opens again.
            assert reading.breached_at <= ran_out_at


def test_clock_that_runs_is_due_when_the_rest_is_used_up():
    stretches = [Stretch(START, None, "with_helper", 1)]

    reading = read("solution", stretches, target=600 * MINUTE, calendars=CALENDARS, now=START)

    # Friday 9 to 17 (8 hours), Monday 9 to 11: the weekend does not count.
    assert reading.due_at == datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
    assert reading.left == 600 * MINUTE


def test_clock_that_stands_still_is_never_due():
    stretches = [
        Stretch(START, START + 60 * MINUTE, "with_helper", 3),
        Stretch(START + 60 * MINUTE, None, "waiting", 3),
    ]

    reading = read("solution", stretches, target=90 * MINUTE, calendars=CALENDARS, now=START + timedelta(days=99))

    assert (reading.phase, reading.due_at, reading.breached_at, reading.left) == ("paused", None, None, 30 * MINUTE)


def test_news_is_due_when_it_was_promised():
    due_at = START + timedelta(days=3)

    reading = read_next_update(since=START, due_at=due_at, calendar=OFFICE, is_open=True, now=due_at + MINUTE)

    assert (reading.due_at, reading.breached_at) == (due_at, due_at)
    assert reading.used + reading.closed == timedelta(days=3) + MINUTE
    over = read_next_update(since=START, due_at=None, calendar=OFFICE, is_open=False, now=START)
    assert (over.phase, over.due_at, over.over) == ("over", None, NOTHING)


def test_no_history_and_no_table_of_states_are_refused():
    with pytest.raises(ValueError, match="history"):
        read("solution", [], target=MINUTE, calendars=CALENDARS, now=START)
    with pytest.raises(ValueError, match="table"):
        read("next_update", any_history(random.Random(1)), target=MINUTE, calendars=CALENDARS, now=START)
