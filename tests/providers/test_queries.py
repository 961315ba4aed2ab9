"""Reading when organisations are open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from app.providers.hours import always_open, business_minutes, is_open
from app.providers.queries import calendar_of, shut_for
from tests.cast import Cast
from tests.providers import make as providers

GOOD_FRIDAY = datetime(2026, 4, 3, 10, tzinfo=UTC)
KINGS_DAY = datetime(2026, 4, 27, 10, tzinfo=UTC)
TUESDAY = datetime(2026, 4, 7, 10, tzinfo=UTC)


def test_who_says_nothing_never_closes(cast: Cast) -> None:
    assert calendar_of(cast.waterworks.id) == always_open("Europe/Amsterdam")


def test_public_holidays_and_own_ones_close_and_exceptions_open(cast: Cast) -> None:
    providers.opening_hours(cast.waterworks, public_holidays=["good_friday", "kings_day"])
    providers.own_holiday(cast.waterworks, KINGS_DAY.date(), is_open=True)
    providers.own_holiday(cast.waterworks, TUESDAY.date(), name="The move")

    calendar = calendar_of(cast.waterworks.id)

    assert [is_open(at, calendar) for at in (GOOD_FRIDAY, KINGS_DAY, TUESDAY)] == [False, True, False]
    assert is_open(TUESDAY + timedelta(days=1), calendar)
    assert business_minutes(GOOD_FRIDAY, GOOD_FRIDAY + timedelta(days=5), calendar) == 8 * 60 + 3 * 60
    assert date(2030, 4, 27) in calendar.holidays


def test_shut_are_those_that_do_not_open_in_time(cast: Cast) -> None:
    providers.opening_hours(cast.waterworks)
    providers.opening_hours(cast.energy, days=[[[0, 1440]]] * 7, public_holidays=[])

    assert shut_for(GOOD_FRIDAY, timedelta(hours=24)) == {cast.waterworks.id}
    assert shut_for(GOOD_FRIDAY, timedelta(days=7)) == frozenset()
    assert shut_for(TUESDAY, timedelta(hours=1)) == frozenset()
