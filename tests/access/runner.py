"""Ask every question of the matrix and keep what was seen: the kind of answer, its bytes, what it gave away."""

from __future__ import annotations

import html
import re
import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.accounts.models import Person
from app.db import Base, db
from app.routing import livestate
from app.web import once
from tests.access.worlds.base import ROLES, World
from tests.accounts import make as accounts
from tests.attacks.sizes import is_full
from tests.cast import browser_cookie, signed_token

MATRIX: dict[str, Any] = tomllib.loads((Path(__file__).parent / "matrix.toml").read_text())
GHOSTS: dict[str, list[str]] = MATRIX.pop("ghosts")
SIDE_STATES = {"locked", "solved", "old", "deleted", "decided", "missing"}
# With no right and no seat that a state could turn on: after a route's first state the outsider asks for them.
REPRESENTED = {"peer", "partner", "suspended"}
SETTINGS = {"gate", "object", "send", "json", "query", "acting"}
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.9"}
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
RANDOM = re.compile(r"[0-9a-f]{32,}|[\w-]{32,}|'[\w-]{22}'|\$argon2[^']*")
# Counts that stand whatever the request did.
LEDGER = re.compile(r"\b(throttle_counters|sessions|api_tokens|searched|look_ups)\b")
CHANCE = re.compile(
    r"\b(once_keys|ranking_\w+|routing_decisions|offers|offer_made)\b"
)  # rows in which chance has a say

# What is done for everybody at once: who follows a question, follows the one it is merged into.
CONCERNS_MANY = {"POST /q/<int:question_id>/merge"}


@dataclass(frozen=True)
class Cell:
    """One question of the matrix."""

    route: str
    state: str
    role: str
    expected: str

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def rule(self) -> str:
        """The address as routed: without the name of a variant, " #to an organisation"."""
        return self.route.partition(" ")[2].partition(" #")[0]

    @property
    def is_api(self) -> bool:
        return " /api/" in self.route

    def __str__(self) -> str:
        return f"{self.route} [{self.state}] as {self.role}"


@dataclass
class Seen:
    """What the application answered: of what kind, in which bytes, giving away what; and what it wrote, and to whom."""

    kind: str
    masked: str
    leaks: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    hits_bystander: bool = False
    canaries: set[str] = field(default_factory=set)


def cells(*, each_role: bool) -> list[Cell]:
    """Return the cells of the matrix; each role asks for each route in its first state.

    In later states the outsider stands for those of the `others` who are like her, in side states for all of them,
    except in a full run. Without `each_role` one of those who are promised the same answer asks for them all, drawn by
    the address.
    """
    found: list[Cell] = []
    for route in MATRIX:
        states = states_of(route)
        named = {"visitor", "outsider"}.union(*states.values())
        for number, (state, answers) in enumerate(states.items()):
            spoken_for = set() if number == 0 or is_full() else REPRESENTED
            here = [
                Cell(route, state, role, answers.get(role) or answers.get("others") or "not said")
                for role in ((*ROLES, "reader") if " /api/" in route else ROLES)
                if role in named or (state not in SIDE_STATES and role not in spoken_for)
            ]
            if is_full():  # whose way in is over is a visitor, everywhere
                here.append(Cell(route, state, "ended", answers.get("visitor") or answers.get("others") or "not said"))
            drawn = {cell.expected: cell for cell in sorted(here, key=lambda cell: zlib.crc32(str(cell).encode()))}
            found += here if each_role else drawn.values()
    return found


def states_of(route: str) -> dict[str, dict[str, str]]:
    """Return what the matrix says of a route: state → role → answer."""
    return {name: value for name, value in MATRIX[route].items() if name not in SETTINGS}


class Runner:
    """Asks as anybody, each time in a new browser, and undoes what it did."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        people = world.cast.people
        self.cookies = {role: self._cookie(person) for role, person in people.items()}
        self.secrets = {role: accounts.api_token(person)[1] for role, person in people.items()}
        # Who has a seat, acting from it; the others as they are.
        seats = {"agent": world.cast.waterworks, "partner": world.cast.plumbers, "rival": world.cast.energy}
        self.seated = {
            role: self._cookie(people[role], acting_for_organisation_id=one.id) for role, one in seats.items()
        }
        self.cookies["ended"] = self._cookie(world.cast.operator, ended_at=clock.now())
        revoked, self.secrets["ended"] = accounts.api_token(world.cast.operator)
        revoked.revoked_at = clock.now()
        self.secrets["reader"] = accounts.api_token(world.cast.customer, "read")[1]
        for role, words in (*self.cookies.items(), *self.seated.items(), *self.secrets.items()):
            world.hide(words, f"cookie or secret of {role}", role)
        db.session.commit()
        self.bystanders = self._bystanders_rows()

    def see(self, cell: Cell, **how: Any) -> Seen:
        """Ask, undo, and tell what was seen. `how`: path, cookie, guarded (False: no CSRF token), headers, extra."""
        writes: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
            if WRITES.match(statement) and not LEDGER.search(statement):
                writes.append(RANDOM.sub("RANDOM", f"{statement} {parameters}"))

        connection: Any = db.engine  # the one connection of the outer transaction
        undo = connection.begin_nested()
        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            answer, path = self._ask(cell, **how)
            is_for_one = plain(cell.route) not in CONCERNS_MANY
            hits = bool(writes) and is_for_one and self._bystanders_rows() != self.bystanders
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)
            undo.rollback()
            db.session.expire_all()
            if writes:
                self.app.extensions.pop(livestate.EXTENSION, None)  # it has learned from what was just undone
        told = masked(answer, path)
        sung = [each for each in self.world.canaries if each.words in told]
        eyes = {cell.role, "customer"} if cell.role == "reader" else {cell.role}  # the same person
        leaks = [each.what for each in sung if not eyes & each.known_to]
        return Seen(kind_of(cell, answer), told, leaks, writes, hits, {each.what for each in sung})

    def see_ghost(self, name: str) -> str:
        """Return the kind of answer that somebody gets whose way in is over."""
        person, odd = self.world.ghosts[name]
        path, _expected = GHOSTS[name]
        path = path.format(**self.world.words)
        if path.startswith("/api/"):
            _row, secret = accounts.api_token(person)
            for column, value in odd.items():
                setattr(_row, column, value)
            how = {"headers": {"Authorization": f"Bearer {secret}{name if name == 'invented' else ''}"}}
        else:
            how = {"cookie": self._cookie(person, **odd)}
        db.session.commit()
        return self.see(Cell("GET ghost", "any", name, ""), path=path, **how).kind

    def address(self, route: str, state: str) -> str:
        """Return the address of a route for an object in this state."""
        kind = object_of(route, self.world)
        values = self.world.objects[kind][state] if kind else {}
        rule = Cell(route, state, "", "").rule
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: quote(str(values[found[1]])), rule)

    def _ask(
        self,
        cell: Cell,
        *,
        path: str = "",
        cookie: str = "",
        guarded: bool = True,
        headers: dict[str, str] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> tuple[TestResponse, str]:
        entry = MATRIX.get(cell.route, {})
        path = path or self.address(cell.route, cell.state)
        asked: dict[str, Any] = {"method": cell.method, "headers": {**(headers or {})}, "environ_overrides": ELSEWHERE}
        self.app.extensions["samen.tallies"].clear()  # thousands of pages in one moment, for somebody from elsewhere
        client = self.app.test_client()
        cookies = self.cookies | self.seated if entry.get("acting") else self.cookies
        if cookie or (cell.role in cookies and not cell.is_api):
            client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], cookie or cookies[cell.role])
        elif not cell.is_api:
            client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], self._cookie(None))
        if cell.is_api and cell.role in self.secrets:
            asked["headers"]["Authorization"] = f"Bearer {self.secrets[cell.role]}"
        if cell.method != "GET":
            key = "json" if cell.is_api else "data"
            guard = {"csrf_token": self.token, once.FIELD: f"key of {cell}"} if guarded and not cell.is_api else {}
            asked[key] = {**guard, **self._filled(entry.get("json" if cell.is_api else "send", {})), **(extra or {})}
        return client.open(path + entry.get("query", "").format(**self.world.words), **asked), path

    @property
    def token(self) -> str:
        return signed_token(self.app)

    def _bystanders_rows(self) -> list[Any]:
        """Return everything that belongs to somebody who takes part in nothing here."""
        rows: list[Any] = []
        connection: Any = db.engine  # not the session: what was just done is looked at, not what is held
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if column.name in {"person_id", "author_id", "asker_id", "handle_key"}:
                    whose = self.world.bystander_key if column.name == "handle_key" else self.world.bystander_id
                    rows += connection.execute(sa.select(table).where(column == whose).order_by(*table.primary_key))
        return rows

    def _cookie(self, person: Person | None, **odd: Any) -> str:
        return browser_cookie(self.app, person, url="", **odd)["value"]

    def _filled(self, sent: dict[str, Any]) -> dict[str, Any]:
        return {name: one.format(**self.world.words) if isinstance(one, str) else one for name, one in sent.items()}


def kind_of(cell: Cell, answer: TestResponse) -> str:
    """Return the word of the matrix for an answer."""
    status = answer.status_code
    if status in {301, 302, 303, 308}:
        if answer.location.partition("?")[0] == "/sign-in":
            return "sign_in"
        return "moved" if cell.method == "GET" else "done"
    words = {
        200: "ok",
        201: "done",
        204: "done",
        400: "bad",
        401: "sign_in",
        403: "no",
        404: "absent",
        409: "conflict",
        410: "gone",
        503: "repaired",
    }
    return {**words, 422: "bad"}.get(status, f"status {status}")


def masked(answer: TestResponse, path: str) -> str:
    """Return status, headers and body without what differs each time: request id, nonce, tokens, the address asked."""
    text = "\n".join(sorted(f"{name}: {value}" for name, value in answer.headers if name != "Content-Length"))
    path = path.partition("?")[0]
    body = answer.get_data().decode(errors="replace")  # pictures too
    text = f"{answer.status_code}\n{text}\n{body}".replace(answer.headers.get("X-Request-ID", "-"), "REQUEST")
    text = re.sub(r"nonce[-=]\"?[\w-]+", "NONCE", text)
    text = re.sub(r"(Set-Cookie: samen)=[^;]+", r"\1=SESSION", text)
    text = re.sub(r"<input[^>]*name=\"(csrf_token|once_key)\"[^>]*>", "TOKEN", text)
    # In another language, a form's page is where it can be opened, else home; which addresses there are is no secret.
    text = text.replace('href="/?', 'href="PATH?') if answer.request.method != "GET" else text
    # An address that only begins like it is another one, and may be a canary.
    written, quoted = re.escape(html.escape(path)), re.escape(quote(path, safe=""))
    return re.sub(rf"{written}(?![\w/-])|{quoted}(?![\w%-])", "PATH", text)


def object_of(route: str, world: World) -> str | None:
    """Return the kind of object in a route's address: as listed, else a kind whose values fit."""
    if route in MATRIX:
        kind: str | None = MATRIX[route].get("object")
        return kind
    wanted = set(re.findall(r"<(?:\w+:)?(\w+)>", route))
    fitting = (name for name, states in world.objects.items() if wanted <= set(states["missing"]))
    return next(fitting, "object that is not in tests/access/worlds yet") if wanted else None


def proposal(route: str, gate: str, runner: Runner) -> str:
    """Return the lines that would make a route's entry, with the answers it gives now, for a person to judge."""
    kind = object_of(route, runner.world)
    lines = [f'["{route}"]', f'gate = "{gate}"', *([f'object = "{kind}"'] if kind else [])]
    for state in runner.world.objects.get(kind or "", {} if kind else {"any": {}}):
        seen: dict[str, list[str]] = {}
        for role in ROLES:
            seen.setdefault(runner.see(Cell(route, state, role, "")).kind, []).append(role)
        usual = max(seen, key=lambda kind: len(seen[kind]))
        said = [f'{role} = "{kind}"' for kind, roles in seen.items() if kind != usual for role in roles]
        lines.append(f"{state} = {{ " + ", ".join([*said, f'others = "{usual}"']) + " }")
    return "\n".join(lines)


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Yield every route of the application as the matrix names it, with its endpoint."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield f"{method} {rule.rule}", rule.endpoint


def plain(route: str) -> str:
    """Return a route without the name of a variant."""
    return route.partition(" #")[0]
