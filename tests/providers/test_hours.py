"""Business hours: known answers, and a slow plain second version that asks the wall clock about each minute."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.providers.hours import Calendar, after, always_open, business_minutes, business_time, is_open, opens_at

NINE_TO_FIVE = ((540, 1020),)
KINGS_DAY = date(2026, 4, 27)
OFFICE = Calendar("Europe/Amsterdam", (NINE_TO_FIVE,) * 5 + ((), ()), frozenset({KINGS_DAY}))
MINUTE = timedelta(minutes=1)
# The week before a turn of the clock somewhere: by an hour, by half an hour, at midnight, by a whole day left out.
TURNS = (
    ("Europe/Amsterdam", datetime(2026, 3, 26, tzinfo=UTC)),
    ("Europe/Amsterdam", datetime(2026, 10, 22, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 1, 7, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 3, tzinfo=UTC)),
    ("Asia/Beirut", datetime(2026, 10, 22, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 28, tzinfo=UTC)),
    ("Asia/Kolkata", datetime(2026, 1, 1, tzinfo=UTC)),
)


def amsterdam(day: int, hour: int, minute: int = 0, month: int = 4) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Amsterdam"))


def wall_clock_says_open(at: datetime, calendar: Calendar) -> bool:
    """The slow second version of one minute."""
    local = at.astimezone(ZoneInfo(calendar.time_zone))
    if local.date() in calendar.holidays:
        return False
    minute = local.hour * 60 + local.minute
    return any(opens <= minute < closes for opens, closes in calendar.weekly[local.weekday()])


def minutes_one_by_one(start: datetime, end: datetime, calendar: Calendar) -> int:
    minutes = int((end - start) / MINUTE)
    return sum(wall_clock_says_open(start + n * MINUTE, calendar) for n in range(minutes))


def any_calendar(chance: random.Random, zone: str, around: datetime) -> Calendar:
    def any_day() -> tuple[tuple[int, int], ...]:
        bounds = sorted(chance.sample(range(0, 1441, 15), 2 * chance.choice((0, 1, 1, 2))))
        return tuple(zip(bounds[::2], bounds[1::2], strict=True))

    days = tuple(any_day() for _ in range(6))
    holidays = frozenset((around + timedelta(days=chance.randrange(9))).date() for _ in range(chance.randrange(3)))
    return Calendar(zone, (*days, ((0, 1440),)), holidays)


def test_known_answers():
    friday_afternoon, monday_morning = amsterdam(17, 16), amsterdam(20, 10)

    assert business_minutes(friday_afternoon, monday_morning, OFFICE) == 120
    assert after(friday_afternoon, 120, OFFICE) == monday_morning
    assert after(amsterdam(18, 12), 30, OFFICE) == amsterdam(20, 9, 30)
    assert after(amsterdam(24, 16), 61, OFFICE) == amsterdam(28, 9, 1)  # over the weekend and King's Day
    assert business_minutes(monday_morning, friday_afternoon, OFFICE) == 0
    assert after(amsterdam(18, 12), 0, OFFICE) == amsterdam(18, 12)
    # Working until the hour of closing is done at closing, not the next morning.
    assert after(amsterdam(17, 16), 60, OFFICE) == amsterdam(17, 17)
    assert business_minutes(amsterdam(1, 0, month=1), amsterdam(31, 0, month=12), OFFICE) == (5 * 52 - 1) * 480


def test_open_now_and_when_again():
    assert is_open(amsterdam(17, 9), OFFICE)
    assert not is_open(amsterdam(17, 17), OFFICE)
    assert opens_at(amsterdam(17, 17), OFFICE) == amsterdam(20, 9)
    assert opens_at(amsterdam(17, 11), OFFICE) == amsterdam(17, 11)


def test_day_with_a_clock_set_forward_has_23_hours():
    never_closes = always_open("Europe/Amsterdam")

    assert business_minutes(amsterdam(29, 0, month=3), amsterdam(30, 0, month=3), never_closes) == 23 * 60
    assert business_minutes(amsterdam(25, 0, month=10), amsterdam(26, 0, month=10), never_closes) == 25 * 60


@pytest.mark.parametrize("zone, around", TURNS)
def test_equals_asking_the_wall_clock_about_each_minute(zone, around):
    chance = random.Random(f"{zone} {around}")
    for _ in range(4):
        calendar = any_calendar(chance, zone, around)
        start = around + chance.randrange(4000) * MINUTE
        end = start + chance.randrange(6000) * MINUTE

        expected = minutes_one_by_one(start, end, calendar)

        assert business_minutes(start, end, calendar) == expected
        reached = after(start, expected, calendar)
        assert reached <= end
        assert minutes_one_by_one(start, reached, calendar) == expected
        if expected:
            assert wall_clock_says_open(reached - MINUTE, calendar), "an earlier moment would do"


def test_parts_add_up_to_the_whole_to_the_microsecond():
    chance = random.Random(6)
    for zone, around in TURNS:
        calendar = any_calendar(chance, zone, around)
        cuts = sorted(around + timedelta(microseconds=chance.randrange(10**12)) for _ in range(9))

        parts = [business_time(a, b, calendar) for a, b in itertools.pairwise(cuts)]

        assert sum(parts, timedelta()) == business_time(cuts[0], cuts[-1], calendar)


@pytest.mark.parametrize(
    "weekly",
    [
        (NINE_TO_FIVE,) * 6,
        ((),) * 7,
        (((540, 540),),) + ((),) * 6,
        (((1020, 540),),) + ((),) * 6,
        (((540, 720), (720, 1020)),) + ((),) * 6,
        (((0, 1441),),) + ((),) * 6,
        (((-1, 30),),) + ((),) * 6,
    ],
)
def test_hours_that_are_none_are_refused(weekly):
    with pytest.raises(ValueError, match=r"day|hours"):
        Calendar("Europe/Amsterdam", weekly)


def test_unknown_zone_and_time_running_backwards_are_refused():
    with pytest.raises(KeyError):
        Calendar("Europe/Nowhere", OFFICE.weekly)
    with pytest.raises(ValueError, match="backwards"):
        after(amsterdam(17, 9), -1, OFFICE)
