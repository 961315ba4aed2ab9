"""What pages cost on a real community: statements, server and processor time, bytes; as visitor and signed in.

    ./dev bench page_cost [--rounds N]

Server time is measured inside one process, from the request to the last byte, on questions drawn by a fixed seed; the
processor's share of it (p50) is what stays when the machine is busy with other things. The log goes nowhere.
Statements are the median of five: every few seconds one page reads the settings again. Pages are made anew each time,
for visitors too; what a running installation answers, keeping their pages, measures ./dev bench pages.
"""

import argparse
import gzip
import os
import random
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.config import Config
from app.db import db
from app.factory import create_app
from app.web import throttle
from bench._figures import conclude, state
from bench._helper import session_of_a_helper
from bench._installation import Installation, installations, with_community
from bench._measuring import cost, counted

SEED = 20_261_121
MOST_MS, MOST_STATEMENTS = 15.0, 12
SEARCHES = ("search_by_network", "similar_by_network")


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench page_cost")
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    for installation in installations():
        _measure(with_community(installation), rounds)
    conclude()


def _measure(installation: Installation, rounds: int) -> None:
    os.environ.update(installation.variables)
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (until the process ends: the log would be most of what is measured)
    app = create_app(replace(Config.from_environment(), kept_pages_mb=0))
    throttle.LIMITS |= dict.fromkeys(SEARCHES, throttle.Limit(10**9, 60))  # many people search more often than one may
    with app.app_context():
        chance = random.Random(SEED)
        questions = db.session.execute(sa.text("SELECT id, title FROM questions ORDER BY id")).all()
        sample = chance.sample(questions, min(rounds, len(questions)))
        busiest = db.session.execute(
            sa.text("SELECT id FROM questions ORDER BY answers_count DESC LIMIT 1")
        ).scalar_one()
        token = session_of_a_helper()
        db.session.remove()
    paths: dict[str, Callable[[int], str]] = {
        "home": lambda _n: "/",
        "list": lambda _n: "/questions",
        "list, a later page": lambda n: f"/questions?after={1_700_000_000_000_000 + n}~1",
        "list of a tag": lambda _n: "/tags/thunderbird",
        "question": lambda n: f"/q/{sample[n % len(sample)].id}",
        "busiest question": lambda _n: f"/q/{busiest}",
        "search": lambda n: "/search?q=" + "+".join(sample[n % len(sample)].title.split()[:3]),
        "as you type": lambda n: "/ask/similar?title=" + "+".join(sample[n % len(sample)].title.split()[:5]),
        "ask": lambda _n: "/ask",
    }
    print(f"\n{installation.name}: {len(questions):,} questions, {rounds} rounds")
    for who, cookie in (("visitor", None), ("signed in", token)):
        client = app.test_client()
        if cookie:
            with client.session_transaction() as session:
                session.update({"_user_id": cookie, "_fresh": True, "_permanent": True})
        for name, path in paths.items():
            addresses = [_canonical(client, path(number)) for number in range(min(rounds, 50))]
            answer = client.get(addresses[-1])
            statements = statistics.median(_statements(client, address) for address in addresses[:5])
            costs = [cost(client, address) for address in _cycle(addresses, rounds)]
            times = sorted(wall for wall, _ in costs)
            processor = statistics.median(used for _, used in costs)
            p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
            size = len(gzip.compress(answer.data)) / 1024
            is_usual = name != "busiest question"
            state(
                "pages",
                f"{installation.name}, {who}: server time of {name}",
                f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, {processor:.1f} ms of the processor; "
                f"{statements:.0f} statements; {size:.1f} kB",
                f"p50 < {MOST_MS:.0f} ms, <= {MOST_STATEMENTS} statements" if is_usual else "",
                p50 < MOST_MS and statements <= MOST_STATEMENTS if is_usual else None,
            )


def _canonical(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    return str(answer.location) if answer.status_code == 301 else path


def _statements(client: FlaskClient, path: str) -> int:
    with counted() as statements:
        client.get(path)
    return len(statements)


def _cycle(addresses: Sequence[str], rounds: int) -> Iterator[str]:
    return (addresses[number % len(addresses)] for number in range(rounds))


if __name__ == "__main__":
    main()
