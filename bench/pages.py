"""Pages per second of a running installation with a real community, beside a yardstick on the same machine.

    ./dev bench pages [--seconds N] [--on sqlite|postgresql]

Two web processes, 1 and 8 connections, as visitors and as a hundred people who are signed in, on both databases.
Questions and searches are drawn by a fixed seed and asked for in turn. The yardstick (bench/_yardstick.py) is served in
the same way and asked right before and after each page: a ratio to it can be compared between machines, and minutes.
wrk asks, on the same two cores.
"""

import argparse
import os
import random
from dataclasses import dataclass, replace
from urllib.parse import quote_plus

import sqlalchemy as sa

from app.config import Config
from app.db import db
from app.factory import create_app
from bench._figures import conclude, state
from bench._helper import sessions_of_helpers
from bench._installation import Installation, installations, with_community
from bench._serving import Load, ask, served

SEED = 20_261_122
MANY = 40
PEOPLE = 100
# By who asks and for what: the least ratio to the yardstick; and the best peer's pages per second, for orientation.
DEMANDS = {
    ("visitor", "list"): 2.0,
    ("visitor", "question"): 2.0,
    ("visitor", "search"): 0.5,
    ("signed in", "list"): 0.4,
    ("signed in", "question"): 0.4,
}
CONNECTIONS = (1, 8)


@dataclass(frozen=True)
class Asked:
    """What is asked for, and as whom."""

    pages: dict[str, list[str]]
    cookies: list[str]


def main() -> None:
    """Measure each installation."""
    parser = argparse.ArgumentParser(prog="./dev bench pages")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--on", choices=["sqlite", "postgresql"], help="only on this database")
    options = parser.parse_args()
    for installation in installations():
        if options.on in {None, installation.name}:
            _measure(with_community(installation), options.seconds)
    conclude()


def _measure(installation: Installation, seconds: float) -> None:
    asked = _prepare(installation)
    yardstick = replace(
        installation,
        variables={**installation.variables, "SAMEN_YARDSTICK_DATABASE": _url(installation), "SAMEN_ENV": "production"},
    )
    with served(yardstick, "bench._yardstick:app") as plain, served(installation) as server:
        for connections in CONNECTIONS:
            for who, cookies in (("visitor", []), ("signed in", asked.cookies)):
                for name, paths in asked.pages.items():
                    what = f"{installation.name}, {connections} at once, {who}: {name}"
                    filling = 1 + len(paths) / 10
                    ask(server, paths, connections=connections, seconds=filling, cookies=cookies)  # what is kept
                    before = ask(plain, ["/"], connections=connections, seconds=seconds / 2, cookies=[])
                    load = ask(server, paths, connections=connections, seconds=seconds, cookies=cookies)
                    after = ask(plain, ["/"], connections=connections, seconds=seconds / 2, cookies=[])
                    _state(what, load, [before, after], DEMANDS.get((who, name)))
        state("pages", f"{installation.name}: memory of a web process afterwards", f"{server.megabytes():.0f} MB")


def _state(what: str, load: Load, yardstick: list[Load], least: float | None) -> None:
    ratio = load.beside(*yardstick)
    base = sum(each.processor_ms for each in yardstick) / len(yardstick)
    said = (
        f"{ratio:.2f} of the yardstick, {load.per_second:,.0f}/s; p50 {load.p50_ms:.1f} ms, p99 {load.p99_ms:.1f} ms; "
    )
    said += f"processor {load.processor_ms:.2f} ms (yardstick {base:.2f})" + (
        f"; {load.wrong} wrong" * bool(load.wrong)
    )
    held = None if least is None else ratio >= least and not load.wrong
    state("pages", what, said, f">= {least:.1f}" if least else "", held)


def _prepare(installation: Installation) -> Asked:
    """Draw what is asked for, and sign people in."""
    os.environ.update(installation.variables)
    app = create_app(Config.from_environment())
    chance = random.Random(SEED)
    with app.app_context():
        questions = db.session.execute(sa.text("SELECT id, title FROM questions ORDER BY id")).all()
        sample = chance.sample(questions, MANY)
        tokens = sessions_of_helpers(PEOPLE)
        client = app.test_client()
        addresses = [str(client.get(f"/q/{row.id}").location or f"/q/{row.id}") for row in sample]
        db.session.remove()
        db.engine.dispose()
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    carried = [signer.dumps({"_user_id": token, "_fresh": True, "_permanent": True}) for token in tokens]
    pages = {
        "home": ["/"],
        "list": ["/questions"],
        "question": addresses,
        "search": [f"/search?q={quote_plus(' '.join(row.title.split()[:3]))}" for row in sample],
        "ask": ["/ask"],
    }
    return Asked(pages, [f"{app.config['SESSION_COOKIE_NAME']}={each}" for each in carried])


def _url(installation: Installation) -> str:
    return installation.variables["SAMEN_DATABASE_URL"] or f"sqlite:///{installation.folder / 'samen.db'}"


if __name__ == "__main__":
    main()
