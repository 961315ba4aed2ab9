"""In which language, time zone and theme a page is shown.

Language: `?lang=` in the address (kept in a cookie from then on), else the cookie, else the person's own setting,
else what the browser asks for; a program gets what it asks for first. Theme likewise with `?theme=`. Both work on every
page, for visitors too, and change nothing in the database.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations
from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request
from flask_babel import Babel, Domain, get_domain, get_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from app.config import Config
from app.web.current_actor import actor

LANGUAGES = {"en": "English", "nl": "Nederlands"}
THEMES = ("system", "light", "dark")
LANGUAGE_COOKIE, THEME_COOKIE = "samen_language", "samen_theme"
YEAR_S = 365 * 86_400


class KeptDomain(Domain):
    """The catalogues, parsed once per process; Flask-Babel's own parses the reader's again in each request.

    In a request the reader's is kept in a slot of Flask-Babel's own: pages ask for hundreds of texts, and it looks up
    request, extension and locale each time. It empties the slot when a language is forced, and puts it back afterwards.
    """

    def get_translations(self) -> NullTranslations:
        context = _slots()
        kept: NullTranslations | None = getattr(context, "babel_translations", None)
        if kept is None:
            kept = self._of(get_locale())
            if context is not None:
                context.babel_translations = kept
        return kept

    def _of(self, locale: Locale | None) -> NullTranslations:
        if locale is None:
            return super().get_translations()
        if locale not in self.cache:
            self.cache[locale] = super().get_translations()
        found: NullTranslations = self.cache[locale]
        return found


class KeptBabel(Babel):
    """Flask-Babel with one domain for the whole process."""

    _domain: KeptDomain | None = None

    @property
    def domain_instance(self) -> Domain:
        if self._domain is None:
            self._domain = KeptDomain(domain=self.domain)
        return self._domain


def say(text: str, **variables: Any) -> str:
    """Return a text of the program's in the reader's language; for templates, which ask for hundreds."""
    found: str = translations().ugettext(text)
    return found % variables if variables else found


def say_number(one: str, many: str, num: int, **variables: Any) -> str:
    """Return the text for this number in the reader's language, with `num` in it."""
    found: str = translations().ungettext(one, many, num)
    return found % {"num": num, **variables}


def translations() -> Any:
    """Return the texts of the language that is spoken here: one object per language, the same for every request."""
    # Without asking for the domain first, where the slot is filled: that is most of the cost.
    return getattr(_slots(), "babel_translations", None) or get_domain().get_translations()


def _slots() -> Any:
    """Return what Flask-Babel keeps for this request; None before it was asked for anything."""
    return g.get("_flask_babel") if has_app_context() else None


def current_language() -> str:
    """Return "en" or "nl" for this request; for work outside of one, the default."""
    if not has_request_context():
        return _config().default_language
    found: str | None = g.get("language")
    if found is None:
        found = g.language = _choose()
    return found


def current_time_zone() -> str:
    """Return the IANA name of the zone in which times are shown."""
    return actor().time_zone


def current_theme() -> str:
    """Return "system", "light" or "dark"."""
    for asked in (request.args.get("theme"), request.cookies.get(THEME_COOKIE), actor().theme):
        if asked in THEMES:
            return asked
    return "system"


def url_with(**changed: str) -> str:
    """Return this page's own address with some arguments changed, or left out where the new value is empty."""
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name not in changed]
    query = urlencode([*arguments, *((name, value) for name, value in changed.items() if value)])
    path = request.path if request.method == "GET" or _can_be_opened(request.path) else "/"
    return f"{path}?{query}" if query else path


def canonical_url(path: str | None = None, *, language: str | None = None) -> str:
    """Return the one address by which machines should know this page: only what makes it another page stays in it.

    `path` where a page has one of its own; `language` for the same page in that language, else as it was asked for.
    """
    asked = language if language is not None else request.args.get("lang", "")
    kept = [(name, request.args[name]) for name in ("order", "after") if request.args.get(name)]
    query = urlencode([*kept, *([("lang", asked)] if asked in LANGUAGES else [])])
    whole = site_url(path or request.path)
    return f"{whole}?{query}" if query else whole


def site_url(path: str) -> str:
    """Return a path of this site with the site before it."""
    return _config().base_url + path


def _can_be_opened(path: str) -> bool:
    """Say whether a page that answered a form has a page of its own to come back to."""
    return current_app.url_map.bind("").test(path, "GET")


def url_with_language(code: str) -> str:
    """Return this page's address in another language."""
    return url_with(lang=code)


def language_name(code: str) -> str:
    """Return a language's name in the reader's language; the code itself where nobody knows it."""
    try:
        return Locale.parse(code).get_display_name(current_language()) or code
    except (ValueError, UnknownLocaleError):
        return code


def init_language(app: Flask) -> None:
    """Keep an asked-for language or theme in a cookie."""

    @app.after_request
    def _keep(response: Response) -> Response:
        asked = {
            LANGUAGE_COOKIE: (request.args.get("lang"), LANGUAGES),
            THEME_COOKIE: (request.args.get("theme"), THEMES),
        }
        for name, (value, known) in asked.items():
            if value is not None and value in known:
                keep_choice(response, name, value)
        return response


def keep_choice(response: Response, cookie: str, value: str) -> None:
    """Set one of the two cookies."""
    response.set_cookie(cookie, value, max_age=YEAR_S, samesite="Lax", secure=_config().is_https, httponly=True)


def _choose() -> str:
    # A program says with each call what it wants; a person chose once, and browsers seldom know of it.
    chosen = chosen_here() or actor().interface_language
    found = (_accepted() or chosen) if is_for_programs() else (chosen or _accepted())
    return found or _config().default_language


def chosen_here() -> str | None:
    """Return the language this browser chose by the address or a cookie; needs no database."""
    for asked in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if asked in LANGUAGES:
            return asked
    return None


def language_without_database() -> str:
    """Return the language for an answer that may not ask who the person is."""
    return chosen_here() or _accepted() or _config().default_language


def is_for_programs() -> bool:
    """Say whether this request is for the API."""
    return request.path.startswith("/api/")


@lru_cache(maxsize=2_000)
def accepted_language(header: str) -> str | None:
    """Return the first of our languages that an Accept-Language header asks for."""
    accepted = parse_accept_header(header, LanguageAccept)
    wanted = (code.split("-")[0].lower() for code, quality in accepted if quality > 0)
    return next((code for code in wanted if code in LANGUAGES), None)


def _accepted() -> str | None:
    return accepted_language(request.headers.get("Accept-Language", ""))


def _config() -> Config:
    config: Config = current_app.extensions["samen.config"]
    return config
