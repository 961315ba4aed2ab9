"""The rules of notices, without a database: who is told, and when a letter may go out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.notifications.policy import Listener, Wish, after_quiet, mail_due_at, may_be_told, next_morning

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # 13:00 in Amsterdam
GAP = timedelta(minutes=10)
THERE = {"can_sign_in": True, "is_out": False, "may_see": True, "has_muted": False}


def wish(mail: str = "immediately", zone: str = "Europe/Amsterdam", **more: int) -> Wish:
    return Wish(**{"mail": mail, "time_zone": zone, "digest_hour": 8, **more})


def test_who_is_there_and_may_see_it_is_told() -> None:
    assert may_be_told(Listener(1, **THERE), by_id=2)
    assert may_be_told(Listener(1, **THERE), by_id=None)


def test_nobody_is_told_of_her_own_acts() -> None:
    assert not may_be_told(Listener(1, **THERE), by_id=1)


@pytest.mark.parametrize("odd", [{"can_sign_in": False}, {"is_out": True}, {"may_see": False}, {"has_muted": True}])
def test_who_is_gone_or_shut_out_or_wants_quiet_is_not_told(odd: dict[str, bool]) -> None:
    assert not may_be_told(Listener(1, **{**THERE, **odd}), by_id=2)


def test_first_letter_about_a_request_is_due_at_once() -> None:
    assert mail_due_at(wish(), now=NOON, mailed_at=None, gap=GAP) == NOON


def test_next_letter_about_it_waits_ten_minutes_after_the_last() -> None:
    three_ago = NOON - timedelta(minutes=3)

    assert mail_due_at(wish(), now=NOON, mailed_at=three_ago, gap=GAP) == NOON + timedelta(minutes=7)
    assert mail_due_at(wish(), now=NOON, mailed_at=NOON - GAP, gap=GAP) == NOON


def test_who_wants_no_mail_gets_none() -> None:
    assert mail_due_at(wish("off"), now=NOON, mailed_at=None, gap=GAP) is None


@pytest.mark.parametrize(
    "zone, due",
    [
        ("Europe/Amsterdam", datetime(2026, 3, 3, 7, 0, tzinfo=UTC)),
        ("America/Lima", datetime(2026, 3, 2, 13, 0, tzinfo=UTC)),  # 7:00 there: still this morning
        ("Asia/Tokyo", datetime(2026, 3, 2, 23, 0, tzinfo=UTC)),
    ],
)
def test_daily_letter_comes_in_the_morning_where_she_is(zone: str, due: datetime) -> None:
    assert mail_due_at(wish("daily", zone), now=NOON, mailed_at=None, gap=GAP) == due


def test_daily_letter_that_was_just_written_comes_again_tomorrow() -> None:
    eight = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)

    assert next_morning(wish("daily"), eight) == eight + timedelta(days=1)


@pytest.mark.parametrize(
    "hour, minute, until",
    [
        (21, 59, None),
        (22, 0, datetime(2026, 3, 3, 7, 0)),
        (23, 30, datetime(2026, 3, 3, 7, 0)),
        (3, 0, datetime(2026, 3, 2, 7, 0)),
        (6, 59, datetime(2026, 3, 2, 7, 0)),
        (7, 0, None),
    ],
)
def test_quiet_hours_over_midnight(hour: int, minute: int, until: datetime | None) -> None:
    moment = datetime(2026, 3, 2, hour, minute, tzinfo=UTC)
    quiet = wish(zone="UTC", quiet_from=22, quiet_until=7)

    assert after_quiet(quiet, moment) == (moment if until is None else until.replace(tzinfo=UTC))


def test_quiet_hours_within_a_day_and_empty_ones() -> None:
    assert after_quiet(wish(zone="UTC", quiet_from=9, quiet_until=17), NOON) == NOON.replace(hour=17)
    assert after_quiet(wish(zone="UTC", quiet_from=12, quiet_until=12), NOON) == NOON


def test_quiet_hours_end_by_the_clock_on_the_wall_when_that_is_changed() -> None:
    """In the night to 29 March 2026 the clocks of Amsterdam go from 2:00 to 3:00."""
    late = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # 23:30 there

    assert after_quiet(wish(quiet_from=22, quiet_until=7), late) == datetime(2026, 3, 29, 5, 0, tzinfo=UTC)


def test_daily_letter_respects_quiet_hours() -> None:
    due = mail_due_at(wish("daily", "UTC", quiet_from=22, quiet_until=9), now=NOON, mailed_at=None, gap=GAP)

    assert due == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
