"""A1 to A4: the access matrix against the running application: who gets which answer, what leaks, what can be smuggled
in, and whether every guard counts.

The questions are asked once, in `asked`; the tests look at what was seen. Under ./dev bench attack_access they state
their figures, and one role more asks everything: whose session has ended, or whose token was revoked.
"""

from __future__ import annotations

import html
import inspect
import tomllib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from app.factory import gate_of
from app.routing import livestate
from tests.access.guards import Watch, watching
from tests.access.runner import CHANCE, GHOSTS, MATRIX, Cell, Runner, Seen, cells, plain, proposal, routes, states_of
from tests.access.world import make_world
from tests.access.worlds.base import MISSING, ROLES
from tests.attacks.sizes import hold, is_full, must_fail
from tests.support.clock import NOW
from tests.support.databases import RunDatabase, _outer_transaction
from tests.support.harness import on_postgresql, wants_all

# It ends what hangs; on a machine at a third of its speed, with two other rounds beside, asking takes twenty minutes.
pytestmark = pytest.mark.timeout(3600)

ANSWERS = {"ok", "moved", "done", "sign_in", "no", "absent", "gone", "bad", "conflict", "repaired"}
# Guards that no cell misses, each with its reason: another one stands behind, or what it keeps is no secret.
NOT_MISSED: dict[str, str] = tomllib.loads((Path(__file__).parent / "not_missed.toml").read_text())
# Found in any case: a statement that is put together when the module is loaded would not be watched.
WHO_IS_IN = [
    f"app.organisations.identify.{each}"
    for each in (
        "_sessions: Session.ended_at.is_(None)",
        "_sessions: Person.erased_at.is_(None)",
        "_sessions: Person.can_sign_in",
        "actor_of_token: ApiToken.revoked_at.is_(None)",
        "_places: is_seated()",
    )
]
# What is guarded by a secret in its address: a mail server presses the link, and has neither cookie nor form.
GUARDED_BY_ADDRESS = {
    "POST /unsubscribe/<token>",
    # Visitors' pages are kept and carry no tokens; what these say is of no use to who forges them.
    "POST /knowledge/<slug>/helpful",
    "POST /knowledge/<slug>/read",
}
REFUSED = {"sign_in", "no", "absent"}
# What a form or a JSON body may carry beside its own fields, and what must not count.
SMUGGLED = """
role rights is_operator is_moderator is_curator is_admin person_id author_id asker_id by_id user_id organisation_id
org_id acting_for_organisation_id id created_at accepted_at locked_at score answers_count state channel source price
verified suspended_at can_sign_in row_version
"""


@dataclass(eq=False)
class Inside:
    """A question asked with every gate taken off, by somebody whom they keep out."""

    cell: Cell
    is_refused: bool = False


@dataclass
class Asked:
    """Every question of the matrix and its answer."""

    runner: Runner
    watch: Watch
    seen: dict[Cell, Seen]
    told: dict[tuple[str, str], str] = field(default_factory=dict)  # of what is missing: the outsider, and so who else


@pytest.fixture(scope="module")
def asked(app: Flask, run_database: RunDatabase) -> Iterator[Asked]:
    """Ask everything once, noting which guards each question reaches."""
    watch = Watch()
    with time_machine.travel(NOW, tick=False), app.app_context(), _outer_transaction(run_database), watching(watch):
        app.extensions.pop(livestate.EXTENSION, None)
        runner, seen = Runner(app, make_world()), {}
        for cell in cells(each_role=each_role_asks()):
            watch.cell = cell
            seen[cell] = runner.see(cell)
        for name in GHOSTS:
            watch.cell = name
            assert runner.see_ghost(name) == GHOSTS[name][1], f"{name}: {GHOSTS[name]}"
        yield Asked(runner, watch, seen)


def test_every_route_is_in_the_matrix_and_nothing_else(app: Flask, asked: Asked) -> None:
    served, listed = dict(routes(app)), set(map(plain, MATRIX))

    unlisted = sorted(set(served) - listed)
    assert not unlisted, (
        "These routes are not in tests/access/matrix.toml. This is what they answer now; whether it is right is for a "
        "person to say:\n\n"
        + "\n\n".join(proposal(route, gate_of(app, served[route]) or "none", asked.runner) for route in unlisted)
    )
    assert sorted(listed - set(served)) == [], "the matrix names routes that are gone"


def test_routes_are_listed_whole(app: Flask, asked: Asked) -> None:
    served, objects = dict(routes(app)), asked.runner.world.objects
    for route, entry in MATRIX.items():
        endpoint, states = served.get(plain(route)), states_of(route)

        assert endpoint is None or gate_of(app, endpoint) == entry["gate"], route
        assert set(states) == set(objects[entry["object"]] if "object" in entry else {"any"}), route
        for answers in states.values():
            assert set(answers) <= {*ROLES, "reader", "others"}, route
            assert set(answers.values()) <= ANSWERS, route
            assert "others" in answers, route


def test_every_cell_answers_as_the_matrix_says(asked: Asked) -> None:
    wrong = [f"{cell}: {seen.kind}, not {cell.expected}" for cell, seen in asked.seen.items() if is_wrong(cell, seen)]

    hold("A1", f"{len(asked.seen):,} cells, wrong", len(wrong), "0", held=not wrong, details=wrong)


def test_every_role_asks_for_every_route(app: Flask, asked: Asked) -> None:
    if not is_full():
        return  # the last role only asks there
    roles = {*ROLES, "ended"}
    pairs = {(plain(cell.route), cell.role) for cell in asked.seen} & {
        (route, role) for route, _endpoint in routes(app) for role in roles
    }

    share = len(pairs) / (len(dict(routes(app))) * len(roles))

    what = f"{len(dict(routes(app)))} routes x {len(roles)} roles, asked"
    hold("A1", what, f"{share:.1%}", ">= 90%", held=len(roles) >= 12 and share >= 0.9)


def test_nobody_is_told_what_is_not_for_her(asked: Asked) -> None:
    leaks = [f"{cell}: {what}" for cell, seen in asked.seen.items() for what in seen.leaks]

    count = len(asked.runner.world.canaries)
    hold(
        "A2",
        f"{count} canaries, answers in which one sings to somebody else",
        len(leaks),
        "0",
        held=not leaks,
        details=leaks,
    )


def test_canaries_sing_to_those_they_are_for(asked: Asked) -> None:
    """Words that nobody ever sees would keep silent in a leak as well."""
    if not each_role_asks():
        return  # one's own mail address is for one role only
    sung = set().union(*(seen.canaries for seen in asked.seen.values()))
    meant = {each.what for each in asked.runner.world.canaries if each.known_to}

    assert {what for what in meant if "waterworks" in what or "mail address" in what or "delivery" in what} <= sung


def test_what_is_hidden_looks_like_what_does_not_exist(asked: Asked) -> None:
    """Byte for byte, once request id, nonce, tokens and the address itself are masked."""
    different = []
    for cell, seen in asked.seen.items():
        if cell.expected == "absent" and cell.state != "missing":
            absent = truly_absent(asked, cell).replace(
                html.escape(asked.runner.address(cell.route, cell.state)), "PATH"
            )
            if seen.masked != absent:
                different.append(f"{cell}\n{first_difference(seen.masked, absent)}")

    what = "what is hidden, byte for byte as what does not exist: different"
    hold("A1", what, len(different), "0", held=not different, details=different)


def test_reading_writes_nothing(asked: Asked) -> None:
    writes = [f"{cell}: {seen.writes}" for cell, seen in asked.seen.items() if cell.method == "GET" and seen.writes]

    reads = sum(cell.method == "GET" for cell in asked.seen)
    hold("W8", f"{reads:,} readings (GET), statements that write", len(writes), "0", held=not writes, details=writes)


def test_nobody_changes_what_is_somebody_elses(asked: Asked) -> None:
    assert [str(cell) for cell, seen in asked.seen.items() if seen.hits_bystander] == []


def test_form_without_its_guards_changes_nothing(asked: Asked) -> None:
    """Whoever may do it, does not do it by a form without a token, or from another site."""
    passed = []
    for cell in one_that_does_it(asked):
        if cell.is_api or cell.route in GUARDED_BY_ADDRESS:
            continue
        for how in ({"guarded": False}, {"headers": {"Origin": "https://evil.example"}}):
            bare = asked.runner.see(cell, **how)
            if bare.kind not in {"bad", "no"} or bare.writes:
                passed.append(f"{cell}: {bare.kind} with {how}")

    what = "writing routes without a token, and from a foreign origin, done"
    hold("W8", what, len(passed), "0", held=not passed, details=passed)


def test_fields_that_nobody_asked_for_count_for_nothing(asked: Asked) -> None:
    """The same statements run with the same values, whatever else is sent along."""
    if on_postgresql():
        return  # ids that were undone do not come back there, so the values differ
    changed = []
    for cell in one_that_does_it(asked):
        sent = MATRIX[cell.route].get("json" if cell.is_api else "send", {})
        smuggled = asked.runner.see(cell, extra={name: "1" for name in SMUGGLED.split() if name not in sent})
        if cell.is_api and smuggled.kind == "bad":
            continue  # said plainly, which is as good
        # What was asked before may have had other ids, so in doubt it is asked again.
        plainly = asked.seen[cell]
        if differs(plainly, smuggled) and differs(plainly := asked.runner.see(cell), smuggled):
            changed.append(f"{cell}: {smuggled.kind} {set(certain(plainly)) ^ set(certain(smuggled))}")

    what = f"{len(one_that_does_it(asked))} writing routes and states x {len(SMUGGLED.split())} extra keys, changed"
    hold("A4", what, len(changed), "0", held=not changed, details=changed)
    if is_full():
        noticed = extra_keys_that_count(asked)
        must_fail("A4", "one form's own fields sent beside another's: noticed", noticed, fails=noticed > 0)


def test_api_knows_no_browser_sessions(asked: Asked) -> None:
    cookie = asked.runner.cookies["customer"]

    for cell, seen in asked.seen.items():
        if cell.is_api and cell.role == "visitor":
            assert asked.runner.see(cell, cookie=cookie).kind == seen.kind, cell


def test_every_guard_that_is_taken_out_is_missed(app: Flask, asked: Asked) -> None:
    """Where nothing turns red, a guard could vanish one day and nobody would know."""
    if on_postgresql():
        return  # the guards are the same, and asking twice finds no more
    groups = asked.watch.groups()
    looked_at = {group: names for group, names in groups.items() if group not in NOT_MISSED}

    with gates_off(app):
        for cell in asked.seen:
            if cell.expected in {"sign_in", "absent"} and gate_before(cell):
                asked.watch.cell = Inside(cell)
                asked.watch.cell.is_refused = asked.runner.see(cell).kind in REFUSED
    asked.watch.cell = None

    not_missed = [group for group, names in looked_at.items() if not is_missed(app, asked, names)]

    what = f"{len(groups)} guards in {len(asked.watch.guards)} places, one at a time taken out, missed by the matrix"
    measured = f"{len(looked_at) - len(not_missed)} of {len(looked_at)}; {len(NOT_MISSED)} listed, each with its reason"
    hold("A3", what, measured, "all, or listed", held=not not_missed, details=not_missed)
    assert set(NOT_MISSED) <= set(groups), "these are gone: take them off the list"
    assert set(WHO_IS_IN) <= set(groups), "who is signed in is asked where nothing watches: outside of a function?"


def test_gate_that_is_taken_off_is_missed(app: Flask, asked: Asked) -> None:
    for route, endpoint in routes(app):
        gate, view = gate_of(app, endpoint), app.view_functions[endpoint]
        if gate == "public":
            continue
        app.view_functions[endpoint] = view.__wrapped__  # type: ignore[attr-defined]
        try:
            assert gate_of(app, endpoint) is None, route
        finally:
            app.view_functions[endpoint] = view


def each_role_asks() -> bool:
    """Say whether everybody asks; on PostgreSQL one role per answer does, for policies are the same code there."""
    return not on_postgresql() or wants_all()


def is_wrong(cell: Cell, seen: Seen) -> bool:
    return seen.kind != cell.expected


def is_missed(app: Flask, asked: Asked, names: frozenset[str]) -> bool:
    """Take guards out and ask again those in whose way they stood, until an answer is wrong.

    Those inside were refused with every gate taken off as well: asked in that way, they miss the guard behind it.
    """
    reached = {each for name in names for each in asked.watch.reached[name]}
    inside = sorted((each.cell for each in reached if isinstance(each, Inside) and each.is_refused), key=str)
    ghosts = [each for each in reached if isinstance(each, str)]
    cells = sorted((each for each in reached if isinstance(each, Cell)), key=promising)
    asked.watch.taken_out = names
    try:
        if any(asked.runner.see_ghost(each) != GHOSTS[each][1] for each in ghosts):
            return True
        if any(turns_red(asked, cell) for cell in cells):
            return True
        with gates_off(app):
            return any(asked.runner.see(cell).kind not in REFUSED for cell in inside)
    finally:
        asked.watch.taken_out = frozenset()


def gate_before(cell: Cell) -> bool:
    """Say whether a gate refuses here; of those who are refused alike, one is enough."""
    gate = MATRIX[cell.route]["gate"]
    refused = {"public": set(), "signed_in": {"visitor"}}.get(gate, {"visitor", "suspended", "customer"})
    return cell.role in refused and cell.method != "GET"


@contextmanager
def gates_off(app: Flask) -> Iterator[None]:
    """Take off every gate: who is inside must not rely on them."""
    kept = app.view_functions
    app.view_functions = {name: inspect.unwrap(view) for name, view in kept.items()}
    try:
        yield
    finally:
        app.view_functions = kept


def turns_red(asked: Asked, cell: Cell) -> bool:
    seen = asked.runner.see(cell)
    return is_wrong(cell, seen) or bool(seen.leaks) or seen.hits_bystander


def extra_keys_that_count(asked: Asked) -> int:
    """Return how often a field that a form does take is noticed when it is sent with another value."""
    noticed = 0
    for cell in one_that_does_it(asked):
        sent = MATRIX[cell.route].get("json" if cell.is_api else "send", {})
        own = {name: f"{value} x" for name, value in sent.items() if isinstance(value, str)}
        noticed += bool(own) and differs(asked.runner.see(cell), asked.runner.see(cell, extra=own))
    return noticed


def one_that_does_it(asked: Asked) -> list[Cell]:
    """Return one cell per writing route and state in which it is done."""
    done = {(cell.route, cell.state): cell for cell, seen in asked.seen.items() if seen.writes and cell.method != "GET"}
    return list(done.values())


def differs(one: Seen, other: Seen) -> bool:
    """Say whether two questions had different answers, or wrote different things."""
    return one.kind != other.kind or certain(one) != certain(other)


def certain(seen: Seen) -> list[str]:
    """Return what was written, without the rows in which chance has a say."""
    return [each for each in seen.writes if not CHANCE.search(each)]


def promising(cell: Cell) -> tuple[bool, int]:
    """Order cells so that one which a missing guard changes comes soon: who may least first, and else well mixed."""
    return cell.role != "reader", zlib.crc32(str(cell).encode())


def truly_absent(asked: Asked, cell: Cell) -> str:
    """Return the answer for something that was never there, as the same person would see it.

    Of the routes that tell the outsider the same then, one is enough to ask for each of the others.
    """
    missing = replace(cell, state="missing")
    if "missing" not in states_of(cell.route):
        query = MATRIX[cell.route].get("query", "").format(**asked.runner.world.words)
        path = f"/nothing/{MISSING}{query}"
        return asked.runner.see(Cell(f"{cell.method} ", "any", cell.role, "absent"), path=path).masked
    outsiders = asked.seen.get(replace(missing, role="outsider"))
    acting = "acting" if MATRIX[cell.route].get("acting") else ""
    key = (outsiders.masked if outsiders else cell.route, cell.role + acting)
    if key not in asked.told:
        asked.told[key] = (asked.seen.get(missing) or asked.runner.see(missing)).masked
    return asked.told[key]


def first_difference(one: str, other: str) -> str:
    for ours, theirs in zip(one.splitlines(), other.splitlines(), strict=False):
        if ours != theirs:
            return f"  hidden: {ours.strip()[:200]}\n  absent: {theirs.strip()[:200]}"
    return "  one is longer"
