"""When and how a helper can be had: one's own availability, that of a desk, and an organisation's opening hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.accounts.time_zones import zone_choices
from app.errors import Invalid
from app.organisations import queries as organisation_queries
from app.organisations.models import Organisation
from app.organisations.policy import can_keep
from app.organisations.views.blueprint import Answer
from app.providers import availability, queries
from app.providers.calendars import TIME_ZONE
from app.providers.forms import AvailabilityForm, HolidayForm, HoursForm, WayForm
from app.providers.holidays import DUTCH
from app.providers.models import OpeningHours, Provider
from app.providers.policy import can_keep_provider
from app.providers.services import desk_for, provider_for
from app.providers.views.blueprint import bp
from app.providers.wording import DAY_WORDS, HOLIDAY_WORDS, WAY_WORDS
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language


@bp.route("/settings/availability", methods=["GET", "POST"])
@signed_in
def own_availability() -> Answer:
    """When she helps, how much, where, and how she is reached, in the capacity she acts in now."""
    _count_writing()
    provider = _own_provider()
    if request.method == "POST":
        return _changed(provider, None)
    return _availability_page(provider, None)


@bp.route("/console/<slug>/reach", methods=["GET", "POST"])
@signed_in
def reach(slug: str) -> Answer:
    """The same for the desk of an organisation."""
    _count_writing()
    found = _kept_by_actor(slug)
    provider = queries.provider_with(desk_for(found.id)) if request.method == "POST" else queries.desk_of(found.id)
    if request.method == "POST":
        return _changed(provider, found)
    return _availability_page(provider, found)


@bp.post("/settings/ways")
@signed_in
def own_ways() -> Answer:
    """Add a way to reach her, or take one away."""
    _count_writing()
    return _changed_ways(_own_provider(), None)


@bp.post("/console/<slug>/ways")
@signed_in
def desk_ways(slug: str) -> Answer:
    """Add a way to reach the desk of an organisation, or take one away."""
    _count_writing()
    found = _kept_by_actor(slug)
    return _changed_ways(queries.provider_with(desk_for(found.id)), found)


@bp.route("/console/<slug>/hours", methods=["GET", "POST"])
@signed_in
def hours(slug: str) -> Answer:
    """When an organisation is open."""
    _count_writing()
    found = _kept_by_actor(slug)
    if request.method == "GET":
        return _hours_page(found, None)
    form = _hours_form(None)
    days: list[list[list[int]]] = []
    is_right = form.validate()
    for name in DAY_WORDS:
        try:
            days.append(availability.parse_day(form[name].data or ""))
        except ValueError:
            attach(form, Invalid("not_hours", _("Write it like 9:00-17:00, or leave it empty."), field=name))
            is_right = False
    if is_right:
        try:
            holidays = form.public_holidays.data or ()
            availability.change_hours(actor(), found, days=days, time_zone=form.time_zone.data, holidays=holidays)
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The opening hours are changed."), "good")
            return see_other(url_for(".hours", slug=slug))
    return _hours_page(found, form), 422


@bp.post("/console/<slug>/holidays")
@signed_in
def holidays(slug: str) -> Answer:
    """Add a date on which an organisation is closed or open, or take one away."""
    _count_writing()
    found = _kept_by_actor(slug)
    if removed := request.form.get("remove", ""):
        availability.remove_holiday(actor(), found, _number(removed))
        return see_other(url_for(".hours", slug=slug))
    form = HolidayForm()
    try:
        if form.validate():
            assert form.day.data is not None, "the form wants one"
            availability.add_holiday(
                actor(),
                found,
                day=form.day.data,
                name=(form.name.data or "").strip(),
                is_open=form.is_open.data == "open",
            )
            flash(_("The date is in your list."), "good")
            return see_other(url_for(".hours", slug=slug))
    except Invalid as error:
        attach(form, error)
    return _hours_page(found, None, form), 422


def _count_writing() -> None:
    """Count a form that was sent; before the first statement, because the count is a write of its own."""
    if request.method == "POST":
        throttle.count("write_by_person", str(actor().person_id))


def _kept_by_actor(slug: str) -> Organisation:
    found = organisation_queries.own_organisation_for(actor(), slug)
    require(can_keep(actor(), found.id))
    return found


def _own_provider() -> Provider | None:
    """Return her capacity of now; made where somebody writes, None where there is none yet to be looked at."""
    person_id, organisation_id = actor().person_id, actor().acting_for_organisation_id
    assert person_id is not None, "signed in"
    if request.method == "POST":
        return queries.provider_with(provider_for(person_id, organisation_id))
    return queries.provider_as(person_id, organisation_id)


def _changed(provider: Provider | None, organisation: Organisation | None) -> Answer:
    assert provider is not None, "it is made where somebody writes"
    form = AvailabilityForm()
    try:
        if form.validate():
            availability.change_availability(actor(), provider, _availability(form))
            flash(_("That is kept."), "good")
            return see_other(_page_of(organisation))
    except Invalid as error:
        attach(form, error)
    return _availability_page(provider, organisation, form), 422


def _changed_ways(provider: Provider | None, organisation: Organisation | None) -> Answer:
    assert provider is not None, "it is made where somebody writes"
    if removed := request.form.get("remove", ""):
        availability.remove_way(actor(), provider, _number(removed))
        return see_other(_page_of(organisation))
    form = WayForm()
    try:
        if form.validate():
            value, note = (form.value.data or "").strip(), (form.note.data or "").strip()
            availability.add_way(actor(), provider, kind=form.kind.data, value=value, note=note)
            flash(_("Everybody can see this way now."), "good")
            return see_other(_page_of(organisation))
    except Invalid as error:
        attach(form, error)
    return _availability_page(provider, organisation, way_form=form), 422


def _page_of(organisation: Organisation | None) -> str:
    return url_for(".reach", slug=organisation.slug) if organisation else url_for(".own_availability")


def _availability_page(
    provider: Provider | None,
    organisation: Organisation | None,
    form: AvailabilityForm | None = None,
    way_form: WayForm | None = None,
) -> str:
    if form is None:
        form = AvailabilityForm(formdata=None, data=_as_form(provider))
    return render_template(
        "providers/reach.html" if organisation else "providers/availability.html",
        organisation=organisation,
        form=way_form if way_form and way_form.errors else form,
        availability_form=form,
        way_form=way_form or WayForm(formdata=None),
        ways=queries.ways_of(provider.id) if provider else (),
        way_words=WAY_WORDS,
        verdict=can_keep_provider(actor(), provider) if provider else True,
    )


def _as_form(provider: Provider | None) -> dict[str, Any]:
    if provider is None:
        return {"most_open_offers": 5, "takes_offers": True}
    zone = ZoneInfo(actor().time_zone)
    # The last day away is the one before the moment at which she is back.
    until = provider.away_until and (provider.away_until - timedelta(seconds=1)).astimezone(zone).date()
    return {
        "most_open_offers": provider.most_open_offers,
        "region": provider.region,
        "takes_offers": provider.paused_at is None,
        "away_from": provider.away_from and provider.away_from.astimezone(zone).date(),
        "away_until": until,
    }


def _availability(form: AvailabilityForm) -> availability.Availability:
    begins, last = form.away_from.data, form.away_until.data
    return availability.Availability(
        most_open_offers=form.most_open_offers.data or 0,
        region=(form.region.data or "").strip(),
        is_paused=not form.takes_offers.data,
        away_from=None if begins is None else _midnight(begins),
        away_until=None if last is None else _midnight(last + timedelta(days=1)),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(actor().time_zone)).astimezone(UTC)


def _hours_form(kept: OpeningHours | None) -> HoursForm:
    if request.method == "POST" and request.endpoint == "people.hours":
        form = HoursForm()
    else:
        days = kept.weekly["days"] if kept else [[[540, 1020]]] * 5 + [[], []]
        form = HoursForm(
            formdata=None,
            time_zone=kept.time_zone if kept else TIME_ZONE,
            public_holidays=kept.public_holidays if kept else list(DUTCH),
            **{name: _in_words(day) for name, day in zip(DAY_WORDS, days, strict=True)},
        )
    form.time_zone.choices = zone_choices(current_language(), current=kept.time_zone if kept else TIME_ZONE)
    form.public_holidays.choices = list(HOLIDAY_WORDS.items())
    return form


def _in_words(day: list[list[int]]) -> str:
    return ", ".join(f"{opens // 60}:{opens % 60:02}-{closes // 60}:{closes % 60:02}" for opens, closes in day)


def _hours_page(found: Organisation, form: HoursForm | None, holiday_form: HolidayForm | None = None) -> str:
    kept = queries.hours_of(found.id)
    form = form or _hours_form(kept)
    return render_template(
        "providers/hours.html",
        organisation=found,
        form=holiday_form if holiday_form and holiday_form.errors else form,
        hours_form=form,
        holiday_form=holiday_form or HolidayForm(formdata=None),
        is_kept=kept is not None,
        holidays=queries.own_holidays_of(found.id),
        days=list(DAY_WORDS),
        public=queries.next_holidays(kept, clock.now().date()) if kept else (),
        holiday_words=HOLIDAY_WORDS,
    )


def _number(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() and len(words) < 19 else 0
