"""Pages for visitors, kept in the memory of each process and given again while nothing that visitors see has changed.

Most requests come from people who are not signed in, and they all get the same pages. A view whose page depends on
nothing but the address, the language and the theme says so with `@kept`; its forms then carry no tokens (who sends one
is led to signing in). The page is kept with the mark under which it was made (`app.changes`) and given while the mark
in the database is still that one, for a minute at most, because it says how long ago things were. So right after a
change everybody sees the change, whichever process or machine made it.

This stands in front of the application: a kept page costs one look at the mark. It writes the same line and the same
metrics as any other answer, and gets a new nonce and request id. Whoever has the page already, by its ETag, gets 304.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from flask import Flask, current_app, g, request
from prometheus_client import Counter
from sqlalchemy import Engine
from werkzeug.http import parse_cookie, parse_etags

from app.changes import READ
from app.config import Config
from app.db import db
from app.sitesettings.declare import forget_kept
from app.web.current_actor import actor
from app.web.language import LANGUAGE_COOKIE, LANGUAGES, THEME_COOKIE, THEMES, accepted_language
from app.web.request_log import HEADER, note_answer, request_id_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEPT_S = 60.0
LONGEST_QUERY = 200
WISH = "samen.keep"
KEPT = "samen_kept"

PAGES = Counter("samen_kept_pages_total", "Pages for visitors, by where they came from", ["source"])

View = TypeVar("View", bound=Callable[..., Any])
Key = tuple[str | None, ...]
Headers = list[tuple[str, str]]


def kept(view: View) -> View:
    """Say of a view that visitors may all be given the same page. Stands below `@public`."""

    @wraps(view)
    def kept_view(*args: Any, **values: Any) -> Any:
        if request.method in {"GET", "HEAD"} and actor().is_visitor:
            g.page_is_kept = True
        answer = view(*args, **values)
        if g.get("page_is_kept"):
            request.environ[WISH] = (request.endpoint, g.get("csp_nonce") or "")
        return answer

    setattr(kept_view, KEPT, True)
    return kept_view  # type: ignore[return-value]


def page_is_kept() -> bool:
    """Say whether the page that is made now may be given to other visitors too; for templates."""
    return bool(g.get("page_is_kept"))


@dataclass(frozen=True)
class Page:
    """A kept page. `nonce` is the one its body and headers were made with."""

    mark: str
    until: float
    body: bytes
    headers: Headers
    nonce: bytes
    etag: str
    endpoint: str


@dataclass
class Shelf:
    """The kept pages of one process; what was not asked for longest goes when `room` (bytes) is full."""

    room: int
    taken: int = 0
    pages: OrderedDict[Key, Page] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Key, mark: str, now: float) -> Page | None:
        """Return the page, if it is as good as new."""
        page = self.pages.get(key)
        if page is None or page.mark != mark or page.until < now:
            return None
        with self.lock:
            if key in self.pages:
                self.pages.move_to_end(key)
        return page

    def put(self, key: Key, page: Page) -> None:
        """Keep a page, and let others go where there is no room."""
        with self.lock:
            before = self.pages.pop(key, None)
            self.pages[key] = page
            self.taken += len(page.body) - (len(before.body) if before else 0)
            while self.taken > self.room:
                _key, oldest = self.pages.popitem(last=False)
                self.taken -= len(oldest.body)


class Marks:
    """Reads the mark, on a connection of each thread's own that is in no transaction."""

    def __init__(self, engines: Any) -> None:
        self._engines = engines
        self._mine = threading.local()

    def now(self) -> str | None:
        """Return the mark, "" before the first change; None where it cannot be read."""
        engine = self._engines[None]
        if not isinstance(engine, Engine):
            return None
        try:
            if getattr(self._mine, "engine", None) is not engine:
                self.let_go()
                self._connect(engine)
            cursor = self._mine.cursor
            cursor.execute(READ)
            row = cursor.fetchone()
        except Exception:  # whatever is wrong with the database, the application will say it better
            self.let_go()
            return None
        return row[0] if row else ""

    def let_go(self) -> None:
        """Close this thread's connection, if it has one."""
        connection = self._mine.__dict__.pop("connection", None)
        self._mine.__dict__.clear()
        if connection is not None:
            with suppress(Exception):
                connection.close()

    def _connect(self, engine: Engine) -> None:
        connection = engine.raw_connection()
        connection.detach()
        driver: Any = connection.dbapi_connection
        if engine.dialect.name == "postgresql":
            driver.autocommit = True
        self._mine.connection, self._mine.cursor, self._mine.engine = driver, driver.cursor(), engine


class KeptPages:
    """The application with a shelf of pages in front of it."""

    def __init__(self, inner: WSGIApplication, marks: Marks, *, room: int, default_language: str, cookie: str) -> None:
        self._inner = inner
        self._marks = marks
        self._default_language = default_language
        self._cookie = cookie
        self._shelf = Shelf(room)
        self._mark: str | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        key = self._key(environ)
        mark = self._marks.now() if key is not None else None
        if key is None or mark is None:
            return self._inner(environ, start_response)
        if mark != self._mark:
            forget_kept()  # what changed may be a setting
            self._mark = mark
        page = self._shelf.get(key, mark, time.monotonic())
        if page is not None:
            PAGES.labels("kept").inc()
            return _give_again(page, environ, start_response, began)
        return self._make(key, mark, environ, start_response)

    def _key(self, environ: WSGIEnvironment) -> Key | None:
        """Return what the page depends on; None for a request to which no kept page can be the answer."""
        query = environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] != "GET" or len(query) > LONGEST_QUERY or "HTTP_HX_REQUEST" in environ:
            return None
        sent = environ.get("HTTP_COOKIE", "")
        cookies = parse_cookie(sent) if sent else {}
        if self._cookie in cookies or "HTTP_AUTHORIZATION" in environ:
            return None
        language, theme = cookies.get(LANGUAGE_COOKIE), cookies.get(THEME_COOKIE)
        if language not in LANGUAGES:
            language = accepted_language(environ.get("HTTP_ACCEPT_LANGUAGE", "")) or self._default_language
        return (
            environ["wsgi.url_scheme"],
            environ.get("HTTP_HOST") or environ.get("SERVER_NAME"),
            environ.get("PATH_INFO", ""),
            query,
            language,
            theme if theme in THEMES else None,
        )

    def _make(self, key: Key, mark: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let the application answer; keep its answer if the view said so and it holds nothing of one's own."""
        status, headers, said = "", [], None

        def begin(new_status: str, new_headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            nonlocal status, headers, said
            status, headers, said = new_status, new_headers, exc_info
            return lambda _written: None  # nobody here writes that way

        answer = self._inner(environ, begin)
        wish = environ.get(WISH)
        if wish is None or not status.startswith("200") or any(name == "Set-Cookie" for name, _value in headers):
            start_response(status, headers, said)
            return answer
        body = b"".join(answer)
        if close := getattr(answer, "close", None):
            close()
        endpoint, nonce = wish[0], wish[1].encode()
        page = Page(
            mark=mark,
            until=time.monotonic() + KEPT_S,
            body=body,
            headers=[(name, value) for name, value in headers if name not in {HEADER, "ETag"}],
            nonce=nonce,
            etag=f'W/"{hashlib.blake2b(body.replace(nonce, b"") if nonce else body, digest_size=12).hexdigest()}"',
            endpoint=endpoint,
        )
        self._shelf.put(key, page)
        PAGES.labels("made").inc()
        given = [(HEADER, value) for name, value in headers if name == HEADER]
        return _give(page, environ, start_response, given, nonce)


def init_kept_pages(app: Flask, config: Config) -> None:
    """Put the shelf in front of the application, unless it has no room."""
    if config.kept_pages_mb:
        app.wsgi_app = KeptPages(  # type: ignore[method-assign]
            app.wsgi_app,
            Marks(db.engines),
            room=config.kept_pages_mb * 1_000_000,
            default_language=config.default_language,
            cookie=current_app.config["SESSION_COOKIE_NAME"],
        )


def _give_again(page: Page, environ: WSGIEnvironment, start_response: StartResponse, began: float) -> Iterable[bytes]:
    request_id = request_id_of(environ.get("HTTP_X_REQUEST_ID", ""))
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    nonce = secrets.token_urlsafe(16).encode() if page.nonce else b""
    given = _give(page, environ, start_response, [(HEADER, request_id)], nonce)
    note_answer("GET", page.endpoint, environ.get("PATH_INFO", ""), 200 if given[0] else 304, began, person_id=None)
    return given


def _give(
    page: Page, environ: WSGIEnvironment, start_response: StartResponse, own: Headers, nonce: bytes
) -> list[bytes]:
    """Answer with a page under this nonce, or with 304 to who has it already."""
    known = environ.get("HTTP_IF_NONE_MATCH")
    is_known = known is not None and parse_etags(known).contains_weak(page.etag[3:-1])
    before, after = page.nonce.decode(), nonce.decode()
    headers = [
        (name, value.replace(before, after) if before and name == "Content-Security-Policy" else value)
        for name, value in page.headers
        if not (is_known and name in {"Content-Length", "Content-Type"})
    ]
    start_response("304 NOT MODIFIED" if is_known else "200 OK", [*headers, ("ETag", page.etag), *own])
    if is_known:
        return [b""]
    return [page.body if nonce == page.nonce else page.body.replace(page.nonce, nonce)]
