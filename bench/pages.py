"""What pages cost on a real community: statements, server and processor time, bytes; as visitor and signed in.

    ./dev bench pages [--rounds N]

Server time is measured inside one process, from the request to the last byte, on questions drawn by a fixed seed; the
processor's share of it (p50) is what stays when the machine is busy with other things. The log goes nowhere.
Statements are the median of five: every few seconds one page reads the settings again. The yardstick in the same run
is a bare Flask page with three SQLAlchemy Core queries and a template of 30 rows; the ratio to it is what can be
compared between machines.
"""

import argparse
import gzip
import os
import random
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence

import sqlalchemy as sa
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from app.accounts.models import Person, Session
from app.config import Config
from app.db import db, transaction
from app.factory import create_app
from app.organisations.identify import digest
from app.web.access import public
from bench._installation import Installation, installations, with_community
from bench._measuring import cost, counted

SEED = 20_261_121
YARDSTICK = """<!doctype html><title>yardstick</title><p>{{ one }} {{ two }}
<ul>{% for row in rows %}<li><a href="/q/{{ row.id }}">{{ row.title }}</a> {{ row.answers_count }} {{ row.score }}</li>
{% endfor %}</ul>"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench pages")
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    for installation in installations():
        _measure(with_community(installation), rounds)


def _measure(installation: Installation, rounds: int) -> None:
    os.environ.update(installation.variables)
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (until the process ends: the log would be most of what is measured)
    app = create_app(Config.from_environment())
    _add_yardstick(app)
    with app.app_context():
        chance = random.Random(SEED)
        questions = db.session.execute(sa.text("SELECT id, title FROM questions ORDER BY id")).all()
        sample = chance.sample(questions, min(rounds, len(questions)))
        busiest = db.session.execute(
            sa.text("SELECT id FROM questions ORDER BY answers_count DESC LIMIT 1")
        ).scalar_one()
        token = _session_of_a_helper()
        db.session.remove()
    paths: dict[str, Callable[[int], str]] = {
        "yardstick": lambda _n: "/yardstick",
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
    print(
        f"{'page':20} {'who':10} {'status':>6} {'queries':>7} {'p50 ms':>8} {'p95 ms':>8} "
        f"{'cpu ms':>7} {'ratio':>6} {'kB gz':>6}"
    )
    base: dict[str, float] = {}
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
            base.setdefault(who, p50)
            size = len(gzip.compress(answer.data)) / 1024
            print(
                f"{name:20} {who:10} {answer.status_code:6} {statements:7} {p50:8.2f} {p95:8.2f} {processor:7.2f} "
                f"{base[who] / p50:6.2f} {size:6.1f}"
            )


def _add_yardstick(app: Flask) -> None:
    @app.get("/yardstick")
    @public
    def yardstick() -> str:
        one = db.session.execute(sa.text("SELECT 1")).scalar_one()
        two = db.session.execute(sa.text("SELECT name FROM tags WHERE id = 1")).scalar()
        rows = db.session.execute(
            sa.text("SELECT id, title, answers_count, score FROM questions ORDER BY created_at DESC, id DESC LIMIT 30")
        ).all()
        return render_template_string(YARDSTICK, one=one, two=two, rows=rows)


def _session_of_a_helper() -> str:
    """Make a session for somebody who answered; return its token."""
    token = "a-bench-session-token"
    with transaction() as session:
        person = session.scalars(sa.select(Person).where(Person.source_key.is_not(None)).order_by(Person.id)).first()
        assert person is not None
        person.can_sign_in = True
        if session.scalar(sa.select(Session.id).where(Session.token_digest == digest(token))) is None:
            now = person.created_at.replace(year=2026)
            session.add(
                Session(
                    token_digest=digest(token),
                    person_id=person.id,
                    created_at=now,
                    last_used_at=now.replace(year=2099),
                    expires_at=now.replace(year=2099),
                )
            )
    return token


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
