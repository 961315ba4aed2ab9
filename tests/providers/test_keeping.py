"""When and how helpers can be had: their pages, and what routing makes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.db import db
from app.organisations.models import Membership
from app.outbox.models import DomainEvent
from app.providers.availability import parse_day
from app.providers.models import ContactWay, OwnHoliday, Provider
from app.providers.queries import calendar_of
from app.routing.eligibility import reachable
from tests.cast import Cast, sign_in, submit
from tests.providers import make as providers

WEEK = {
    "monday": "9:00-12:30, 13.30–17:00",
    "tuesday": "9:00-17:00",
    "wednesday": "",
    "thursday": "9:00-17:00",
    "friday": "9:00-24:00",
    "saturday": "",
    "sunday": "",
    "time_zone": "Europe/Amsterdam",
    "public_holidays": ["kings_day"],
}


def test_hours_are_kept_shown_and_counted_with(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.partner)
    path = f"/console/{cast.plumbers.slug}/hours"

    assert submit(client, path, **WEEK).status_code == 303
    calendar = calendar_of(cast.plumbers.id)
    assert calendar.weekly[0] == ((540, 750), (810, 1020))
    assert calendar.weekly[4] == ((540, 1440),)
    assert date(2026, 4, 27) in calendar.holidays
    assert date(2026, 12, 25) not in calendar.holidays
    assert "9:00-12:30, 13:30-17:00" in client.get(path).text
    page = client.get(f"/organisations/{cast.plumbers.slug}").text
    assert "Open now" in page
    assert "9:00–12:30, 13:30–17:00" in page
    kinds = set(db.session.scalars(select(DomainEvent.kind)))
    assert "opening_hours_changed" in kinds


@pytest.mark.parametrize(
    "wrong",
    [
        {"monday": "nine to five"},
        {"monday": "17:00-9:00"},
        {"monday": "9:00-12:00, 11:00-13:00"},
        {"monday": "9:00-25:00"},
        {"time_zone": "Mars/Olympus"},
        {"public_holidays": ["carnival"]},
        dict.fromkeys(("monday", "tuesday", "thursday", "friday"), ""),
    ],
)
def test_wrong_hours_are_shown_again(client: FlaskClient, cast: Cast, wrong: dict[str, object]) -> None:
    sign_in(client, cast.partner)

    assert submit(client, f"/console/{cast.plumbers.slug}/hours", **(WEEK | wrong)).status_code == 422


@pytest.mark.parametrize("words", ["9:00", "9-17", "9:60-10:00", "09:00-09:00", "1:00-2:00,1:00-2:00", "x" * 200])
def test_what_is_no_day_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_day(words)


def test_own_dates_come_and_go(client: FlaskClient, cast: Cast) -> None:
    providers.opening_hours(cast.plumbers)
    sign_in(client, cast.partner)
    path = f"/console/{cast.plumbers.slug}/holidays"

    submit(client, path, day="2026-04-27", name="Open house", is_open="open")
    submit(client, path, day="2026-03-03", name="The move", is_open="closed")
    assert date(2026, 4, 27) not in calendar_of(cast.plumbers.id).holidays
    assert date(2026, 3, 3) in calendar_of(cast.plumbers.id).holidays
    assert submit(client, path, day="soon").status_code == 422
    first = db.session.scalars(select(OwnHoliday.id).where(OwnHoliday.is_open)).one()
    assert submit(client, path, remove=str(first)).status_code == 303
    assert submit(client, path, remove=str(first)).status_code == 404
    assert date(2026, 4, 27) in calendar_of(cast.plumbers.id).holidays


def test_ways_to_reach_a_human_are_public(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.partner)
    way = {"kind": "phone", "value": "010 123 45 67", "note": "mornings"}

    submit(client, f"/console/{cast.plumbers.slug}/ways", **way)
    submit(client, "/settings/ways", kind="chat", value="pavel:matrix.example.org", note="")
    assert 'href="tel:0101234567"' in client.get(f"/organisations/{cast.plumbers.slug}").text
    assert "pavel:matrix.example.org" in client.get(f"/people/{cast.partner.handle}").text
    assert submit(client, "/settings/ways", kind="web", value="javascript:alert(1)", note="").status_code == 422
    assert submit(client, "/settings/ways", kind="drum", value="x", note="").status_code == 422
    desk_way = db.session.scalars(select(ContactWay).where(ContactWay.kind == "phone")).one()
    assert submit(client, "/settings/ways", remove=str(desk_way.id)).status_code == 404
    assert submit(client, f"/console/{cast.plumbers.slug}/ways", remove=str(desk_way.id)).status_code == 303


def test_how_an_agent_is_reached_for_her_organisation_goes_with_her_seat(client: FlaskClient, cast: Cast) -> None:
    providers.contact_way(cast.agent_provider, "phone", "020 765 43 21")
    assert "020 765 43 21" in client.get(f"/people/{cast.agent.handle}").text

    seat = db.session.scalars(select(Membership).where(Membership.person_id == cast.agent.id)).one()
    seat.suspended_at = clock.now()
    db.session.commit()

    assert "020 765 43 21" not in client.get(f"/people/{cast.agent.handle}").text


def test_who_is_away_is_not_asked_and_her_page_says_until_when(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.peer)
    sent = {"takes_offers": "y", "most_open_offers": "3", "region": "Beekwaard"}

    submit(client, "/settings/availability", **sent, away_from="2026-03-01", away_until="2026-03-05")

    provider = db.session.get_one(Provider, cast.peer_provider.id)
    assert (provider.most_open_offers, provider.region) == (3, "Beekwaard")
    (here,) = (one for one in reachable(clock.now()) if one.provider_id == provider.id)
    (later,) = (one for one in reachable(clock.now() + timedelta(days=7)) if one.provider_id == provider.id)
    assert (here.is_away, later.is_away) == (True, False)
    page = client.get(f"/people/{cast.peer.handle}").text
    assert "Away now." in page
    assert "Beekwaard" in page
    assert 'value="2026-03-05"' in client.get("/settings/availability").text
    submit(client, "/settings/availability", **{**sent, "takes_offers": None})
    db.session.refresh(provider)
    assert (provider.away_from, provider.paused_at) == (None, clock.now())


@pytest.mark.parametrize(
    "wrong",
    [{"most_open_offers": "-1"}, {"most_open_offers": "x"}, {"away_from": "2026-03-05", "away_until": "2026-03-01"}],
)
def test_a_wrong_availability_is_shown_again(client: FlaskClient, cast: Cast, wrong: dict[str, str]) -> None:
    sign_in(client, cast.peer)
    sent = {"takes_offers": "y", "most_open_offers": "3", "region": ""} | wrong

    assert submit(client, "/settings/availability", **sent).status_code == 422


def test_an_organisation_that_stays_shut_is_not_asked(cast: Cast) -> None:
    providers.opening_hours(cast.waterworks, days=[[], [], [], [], [[540, 1020]], [], []])

    shut = {one.provider_id: one.is_shut for one in reachable(clock.now())}

    assert shut[cast.desk_provider.id]
    assert shut[cast.agent_provider.id]
    assert not shut[cast.partner_provider.id]
