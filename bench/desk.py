"""The agent's desk with ten thousand open cases at one organisation: what its pages cost, on both databases.

    ./dev bench desk [--rounds N] [--cases N] [--on sqlite|postgresql]

Half of the cases wait for somebody, the others are shared by 40 agents; each has the clocks that its history would give
it. Measured inside one process, from the request to the last byte, as an agent of that organisation.
"""

import argparse
import os
import random
import secrets
import statistics
import sys
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.models import Person, Session
from app.accounts.tokens import digest
from app.cases.models.cases import Case
from app.cases.models.clocks import CaseClock
from app.config import Config
from app.db import db, transaction
from app.factory import create_app
from app.organisations.models import Membership, Organisation
from app.requests.models import HelpRequest
from bench._figures import conclude, state
from bench._installation import Installation, installations
from bench._measuring import cost, counted

SEED = 20_261_123
AGENTS = 40
MOST_MS, MOST_STATEMENTS = 25.0, 12
TOKEN = "a-bench-desk-token"
HOUSE = "bench-desk"
VIEWS = {
    "mine": "/desk",
    "unassigned": "/desk?view=unassigned",
    "all": "/desk?view=all",
    "breaching soon": "/desk?view=breaching",
    "all, a later page": "/desk?view=all&after={key}",
}
# Orders of everything: looked at row by row, so that they may cost more.
ORDERS = {"all, by customer": "/desk?view=all&sort=customer", "found by words": "/desk?view=all&q=month+77"}


def main() -> None:
    """Measure each installation."""
    parser = argparse.ArgumentParser(prog="./dev bench desk")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--on", choices=["sqlite", "postgresql"], help="only on this database")
    options = parser.parse_args()
    for installation in installations("desk"):
        if options.on in {None, installation.name}:
            installation.flask("db", "upgrade")
            _measure(installation, options.rounds, options.cases)
    conclude()


def _measure(installation: Installation, rounds: int, cases: int) -> None:
    os.environ.update(installation.variables)
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (until the process ends: the log would be most of what is measured)
    app = create_app(Config.from_environment())
    with app.app_context():
        count = fill(cases)
        if installation.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(sa.text("VACUUM ANALYZE"))  # as it does by itself some minutes later
        db.session.remove()
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": TOKEN, "_fresh": True, "_permanent": True})
    key = _later(client)
    for name, path in {**VIEWS, **ORDERS}.items():
        address = path.format(key=key)
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        with counted() as statements:
            client.get(address)
        costs = [cost(client, address) for _round in range(rounds)]
        times = sorted(wall for wall, _used in costs)
        p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
        processor = statistics.median(used for _wall, used in costs)
        is_usual = name in VIEWS
        state(
            "desk",
            f"{installation.name}, {count:,} open cases: {name}",
            f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, {processor:.1f} ms of the processor; {len(statements)} statements",
            f"p50 < {MOST_MS:.0f} ms, <= {MOST_STATEMENTS} statements" if is_usual else "",
            p50 < MOST_MS and len(statements) <= MOST_STATEMENTS if is_usual else None,
        )


def fill(cases: int) -> int:
    """Make the organisation with its agents and cases, unless they are there; return how many are open."""
    house_id = db.session.scalar(sa.select(Organisation.id).where(Organisation.slug == HOUSE))
    db.session.remove()
    if house_id is None:
        house_id = _make(cases)
    open_ones = sa.select(sa.func.count()).where(Case.holder_organisation_id == house_id, Case.over_at.is_(None))
    return db.session.scalar(open_ones) or 0


def _make(cases: int) -> int:
    chance, now = random.Random(SEED), datetime.now(UTC)
    with transaction() as session:
        house = Organisation(
            slug=HOUSE, name="Bench Waterworks", kind="service", languages=["nl", "en"], created_at=now
        )
        agents = [_person(f"Agent {number}", now) for number in range(AGENTS)]
        customers = [_person(f"Customer {number}", now) for number in range(200)]
        session.add_all([house, *agents, *customers])
        session.flush()
        session.add_all(
            Membership(organisation_id=house.id, person_id=agent.id, role="member", since=now) for agent in agents
        )
        session.add(
            Session(
                token_digest=digest(TOKEN),
                person_id=agents[0].id,
                acting_for_organisation_id=house.id,
                created_at=now,
                last_used_at=now + timedelta(days=900),
                expires_at=now + timedelta(days=900),
            )
        )
        first = (session.scalar(sa.select(sa.func.max(HelpRequest.id))) or 0) + 1
        requests, rows, clocks = [], [], []
        for case_id in range(first, first + cases):
            asked = now - timedelta(minutes=chance.randrange(60 * 24 * 30))
            agent = chance.choice(agents).id if chance.random() < 0.5 else None
            state_now = "received" if agent is None else chance.choice(["with_helper", "with_helper", "waiting"])
            due = now + timedelta(minutes=chance.randrange(-60, 60 * 24 * 5))
            requests.append(
                {
                    "id": case_id,
                    "kind": "case",
                    "asker_id": chance.choice(customers).id,
                    "channel": "web",
                    "language": "en",
                    "language_how": "declared",
                    "audience": f"request:{case_id}",
                    "state": state_now,
                    "state_since": asked,
                    "next_update_at": due,
                    "created_at": asked,
                }
            )
            rows.append(
                {
                    "id": case_id,
                    "public_id": secrets.token_urlsafe(16),
                    "title": f"The bill of month {case_id % 997} is not right",
                    "holder_organisation_id": house.id,
                    "holder_person_id": agent,
                    "held_since": asked,
                    "state_reason": "",
                    "solution_asks": 0,
                    "last_activity_at": asked,
                    "row_version": 1,
                }
            )
            kinds = [
                "next_update",
                *(["first_response"] if agent is None else []),
                *(["solution"] if state_now != "waiting" else []),
            ]
            dues = [due + timedelta(hours=7 * place * chance.choice([-0.1, 1])) for place in range(len(kinds))]
            rows[-1]["first_due_at"] = min(dues)
            for kind, due_at in zip(kinds, dues, strict=True):
                clocks.append(
                    {
                        "help_request_id": case_id,
                        "kind": kind,
                        "organisation_id": house.id,
                        "target_minutes": 2400,
                        "phase": "running",
                        "since": asked,
                        "used_s": 0,
                        "due_at": due_at,
                        "warn_at": due_at - timedelta(hours=1),
                    }
                )
        session.execute(sa.insert(HelpRequest), requests)
        session.execute(sa.insert(Case), rows)
        session.execute(sa.insert(CaseClock), clocks)
        return house.id


def _person(name: str, now: datetime) -> Person:
    handle = f"bench-{name.lower().replace(' ', '-')}"
    return Person(name=name, handle=handle, handle_key=handle, languages=["en"], can_sign_in=True, created_at=now)


def _later(client: FlaskClient) -> str:
    """Return the key of a page some way down."""
    key = ""
    for _page in range(5):
        text = client.get(f"/desk?view=all&after={key}").text
        key = text.partition("&amp;after=")[2].partition('"')[0]
    return key


if __name__ == "__main__":
    main()
