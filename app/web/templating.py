"""What every template may use: the globals and filters that docs/ui.md promises.

Templates show and do not decide; undefined names are errors.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, MutableMapping
from datetime import date as datetime_date
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta, get_timezone
from flask import Flask, has_request_context, request, url_for
from flask.templating import Environment
from flask_babel import format_decimal
from flask_babel import gettext as _
from jinja2 import StrictUndefined
from markupsafe import Markup, escape
from werkzeug.routing import BuildError

from app import clock
from app.config import Config
from app.web import once
from app.web.assets import asset
from app.web.compiled_templates import CompiledTemplates
from app.web.current_actor import actor
from app.web.headers import csp_nonce
from app.web.kept_pages import page_is_kept
from app.web.language import (
    canonical_url,
    current_language,
    current_theme,
    current_time_zone,
    language_name,
    say,
    say_number,
    site_url,
    translations,
    url_with,
    url_with_language,
)


class PlainEnvironment(Environment):
    """Gives each template the globals as a plain dict: Jinja goes over their names at each import, which takes a
    twentieth of a page's time over the usual chain of dicts. What is added after a template was loaded is not seen.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


JINJA_OPTIONS: dict[str, Any] = {
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "extensions": ["jinja2.ext.i18n", "jinja2.ext.do"],
}
POLICIES = {"ext.i18n.trimmed": True}  # as the texts are extracted: a trans block may span lines


def init_templating(app: Flask, config: Config, places: dict[str, str], capacities: Any) -> None:
    """Set up Jinja. `places` maps the names the layout uses to endpoints, `capacities` lists the actor's capacities."""
    env = app.jinja_env
    env.policies.update(POLICIES)
    made_with = f"{JINJA_OPTIONS} {POLICIES}"
    env.bytecode_cache = CompiledTemplates(config.instance / "templates", config.secret_key, made_with)

    # Those that take no values: the layout asks for dozens on each page, and they are the same on all of them.
    fixed_places: dict[tuple[str, str], str] = {}

    def place(name: str | None, /, **values: Any) -> str | None:
        endpoint = places.get(name or "")
        if endpoint is None:
            return None
        if values or not has_request_context():
            return _url(endpoint, **values)
        here = endpoint, request.script_root
        if here not in fixed_places and (found := _url(endpoint)) is not None:
            fixed_places[here] = found
        return fixed_places.get(here)

    env.globals.update(
        _=say,
        gettext=say,
        ngettext=say_number,
        asset=asset,
        canonical_url=canonical_url,
        site_url=site_url,
        csp_nonce=csp_nonce,
        once_key=once.new_key,
        page_is_kept=page_is_kept,
        place=place,
        remembered=remembered,
        url_with_language=url_with_language,
        url_with=url_with,
    )
    env.filters.update(
        ago=ago,
        day=day,
        date=date,
        fixed=fixed,
        initials=initials,
        language_name=language_name,
        minutes_in_words=minutes_in_words,
        number=number,
        prose=stored_prose,
    )

    @app.context_processor
    def _of_this_request() -> dict[str, Any]:
        return {
            "actor": actor(),
            "current_language": current_language(),
            "theme": current_theme(),
            "capacities": capacities(),
            "printed_on": clock.now(),
        }


def _url(endpoint: str, **values: Any) -> str | None:
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return None


def remembered(macro: Callable[..., Markup]) -> Callable[..., Markup]:
    """Return a macro that is run once for the same arguments and language: for one on every row that knows no more."""

    # typed: a text and markup of the same letters are equal, and only one of them is to be escaped.
    @lru_cache(maxsize=1000, typed=True)
    def made(_texts: object, *args: Any, **values: Any) -> Markup:
        return macro(*args, **values)

    def remember(*args: Any, **values: Any) -> Markup:
        return made(translations(), *args, **values)

    return remember


def ago(moment: datetime | None) -> Markup:
    """Return a moment as people say it ("3 hours ago"), with the exact time in the element."""
    if moment is None:
        return Markup("")
    passed = clock.now() - moment
    if abs(passed) < timedelta(seconds=45):
        words = _("just now")
    elif passed > timedelta(days=30):
        words = _in_words(moment, "d MMM y", current_time_zone(), current_language())
    else:
        words = _distance(round(passed.total_seconds() / 15) * 15, current_language())
    return _time(moment, words, current_time_zone(), current_language(), relative=passed <= timedelta(days=30))


def date(moment: datetime | None, pattern: str = "d MMM y HH:mm") -> Markup:
    """Return a moment as a date and time in the reader's zone: "21 nov 2026 14:05"."""
    if moment is None:
        return Markup("")
    zone, language = current_time_zone(), current_language()
    return _time(moment, _in_words(moment, pattern, zone, language), zone, language)


def day(date_: datetime_date, pattern: str = "EEEE d MMMM y") -> Markup:
    """Return a day of the calendar, which is the same in every zone: "Tuesday 5 May 2026"."""
    words = format_date(date_, pattern, locale=current_language())
    return Markup('<time datetime="{}">{}</time>').format(date_.isoformat(), words)


def minutes_in_words(minutes: float) -> str:
    """Return a duration as people say it: "12 minutes", "3 hours", "2 days"."""
    return format_timedelta(
        timedelta(minutes=max(float(minutes), 1.0)), granularity="minute", threshold=1.2, locale=current_language()
    )


@lru_cache(maxsize=20_000)
def initials(name: str) -> str:
    """Return the first letter or digit of the first and of the last word that has one; signs and emoji have none."""
    words = unicodedata.normalize("NFC", name).split()
    letters = [found for word in words if (found := next(filter(str.isalnum, word), ""))]
    # Some letters become two capitals; one is enough.
    return "".join(letter.upper()[0] for letter in (letters[0], *letters[1:][-1:])) if letters else "?"


def number(value: float) -> str:
    """Return a number with the reader's separators."""
    return str(value) if type(value) is int and 0 <= value < 1000 else format_decimal(value)


def fixed(value: float, places: int = 1) -> str:
    """Return a number with so many decimals, so that a column of them can be compared."""
    rounded = round(float(value), places) + 0.0  # no minus before a zero
    return str(format_decimal(rounded, format="#,##0." + "0" * places if places else "#,##0"))


def stored_prose(html: str) -> Markup:
    """Return stored HTML as markup. Only for what `app.prose` made: it is clean by then, and nothing else is."""
    return Markup(html)  # noqa: S704


@lru_cache(maxsize=20_000)
def _time(moment: datetime, words: str, zone: str, language: str, *, relative: bool = False) -> Markup:
    exact = _in_words(moment, "d MMM y HH:mm", zone, language)
    marker = " data-relative" if relative else ""
    attributes = f'datetime="{moment.isoformat(timespec="seconds")}" title="{escape(exact)}"{marker}'
    # Escaped piece by piece: Markup.format takes three times as long, and this stands on every row of a list.
    return Markup(f"<time {attributes}>{escape(words)}</time>")  # noqa: S704


@lru_cache(maxsize=20_000)
def _in_words(moment: datetime, pattern: str, zone: str, language: str) -> str:
    """Say a moment by a pattern. Kept: lists show the same moments again and again."""
    return format_datetime(moment, pattern, tzinfo=get_timezone(zone), locale=language)


@lru_cache(maxsize=5_000)
def _distance(seconds: int, language: str) -> str:
    """Say how long ago that is, or how long it will be."""
    return format_timedelta(timedelta(seconds=-seconds), granularity="minute", add_direction=True, locale=language)
