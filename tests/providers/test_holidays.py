"""The public holidays of the Netherlands, against the dates the government published."""

from __future__ import annotations

from datetime import date

import pytest

from app.providers.holidays import DUTCH, dutch_holidays, easter_sunday

KNOWN = {  # as rijksoverheid.nl lists them
    2024: ("01-01", "03-29", "03-31", "04-01", "04-27", "05-05", "05-09", "05-19", "05-20", "12-25", "12-26"),
    2025: ("01-01", "04-18", "04-20", "04-21", "04-26", "05-05", "05-29", "06-08", "06-09", "12-25", "12-26"),
    2026: ("01-01", "04-03", "04-05", "04-06", "04-27", "05-05", "05-14", "05-24", "05-25", "12-25", "12-26"),
    2027: ("01-01", "03-26", "03-28", "03-29", "04-27", "05-05", "05-06", "05-16", "05-17", "12-25", "12-26"),
}


@pytest.mark.parametrize("year", KNOWN)
def test_the_dates_of_known_years(year: int) -> None:
    assert dutch_holidays(year) == {
        code: date.fromisoformat(f"{year}-{day}") for code, day in zip(DUTCH, KNOWN[year], strict=True)
    }


@pytest.mark.parametrize("year, day", [(1818, "03-22"), (1943, "04-25"), (2000, "04-23"), (2038, "04-25")])
def test_easter_at_its_earliest_and_latest(year: int, day: str) -> None:
    assert easter_sunday(year) == date.fromisoformat(f"{year}-{day}")


def test_easter_is_a_sunday_in_spring_in_every_year() -> None:
    for year in range(1700, 2300):
        found = easter_sunday(year)
        assert found.weekday() == 6
        assert date(year, 3, 22) <= found <= date(year, 4, 25)
