"""Fifty yeses at once: to one quote, and to fifty quotes for the same. One makes an agreement.

    ./dev bench agreeing [--rounds 6]

Threads of one process, each with a connection of its own, begin at the same moment; on PostgreSQL too where
SAMEN_BENCH_POSTGRES names a database. Without the compare-and-set (the control) several would think that they won.
"""

import argparse
import os
import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.services import agreeing
from app.config import Config
from app.db import db, is_away, transaction
from app.errors import DomainError
from app.factory import create_app
from app.marketplace.models.agreements import Agreement
from app.marketplace.models.quotes import Quote, QuoteLine
from app.organisations.models import Organisation
from app.requests.models import HelpRequest
from bench._figures import conclude, control, state
from bench._installation import Installation, installations

ROW, AT_ONCE = "agree", 50


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench agreeing")
    parser.add_argument("--rounds", type=int, default=6)
    rounds = parser.parse_args().rounds
    for installation in installations("agreeing"):
        installation.flask("db", "upgrade")
        _measure(installation, rounds)
    conclude()


def _measure(installation: Installation, rounds: int) -> None:
    os.environ.update(installation.variables)
    app = create_app(Config.from_environment())
    for what, quotes in (("one quote", 1), ("fifty quotes for the same", AT_ONCE)):
        said: Counter[str] = Counter()
        agreements = 0
        for _round in range(rounds):
            case_id, quote_ids, customer = _made(app, quotes)
            said.update(_at_once(app, case_id, quote_ids * (AT_ONCE // quotes), customer))
            with app.app_context():
                agreed = sa.select(sa.func.count()).where(Agreement.help_request_id == case_id)
                agreements += db.session.scalar(agreed) or 0
        told = f"{agreements} agreements of {rounds * AT_ONCE} yeses in {rounds} rounds; heard: {dict(said)}"
        held = agreements == rounds == said["agreed"]
        state(ROW, f"{installation.name}: {AT_ONCE} at once to {what}", told, f"{rounds}", held)
    case_id, quote_ids, customer = _made(app, AT_ONCE)
    won = _careless(app, quote_ids)
    control(ROW, f"{installation.name}: looked at, then written", f"{won} of {AT_ONCE} think they won", fails=won > 1)


def _made(app: Flask, quotes: int) -> tuple[int, list[int], Actor]:
    """Make a customer with a case at an organisation, and so many open quotes for it."""
    with app.app_context(), transaction() as session:
        now, number = clock.now(), (session.scalar(sa.select(sa.func.max(Person.id))) or 0) + 1
        people = [
            Person(
                handle=f"{name}-{number}",
                handle_key=f"{name}-{number}",
                name=name,
                languages=["en"],
                time_zone="UTC",
                created_at=now,
            )
            for name in ("carla", "anna")
        ]
        house = Organisation(kind="service", slug=f"works-{number}", name="Works", created_at=now)
        session.add_all([*people, house])
        session.flush()  # the rest points to them
        request = HelpRequest(
            kind="case",
            asker_id=people[0].id,
            channel="web",
            language="en",
            language_how="declared",
            audience="request:0",
            state="waiting",
            state_since=now,
            next_update_at=now + timedelta(days=1),
            created_at=now,
        )
        case = Case(
            request=request,
            public_id=f"bench-{number}",
            title="A leak behind the wall",
            holder_organisation_id=house.id,
            holder_person_id=people[1].id,
            held_since=now,
            last_activity_at=now,
        )
        session.add(case)
        session.flush()  # quotes point to it
        rows = [
            Quote(
                help_request_id=case.id,
                organisation_id=house.id,
                made_by_id=people[1].id,
                title=f"Way {each}",
                language="en",
                currency="EUR",
                change_terms="Tell us.",
                cancellation_terms="Tell us.",
                valid_until=now + timedelta(days=7),
                made_at=now,
            )
            for each in range(quotes)
        ]
        session.add_all(rows)
        session.flush()  # lines point to them
        session.add_all(QuoteLine(quote_id=row.id, position=0, words="All", amount_cents=100) for row in rows)
        return case.id, [row.id for row in rows], Actor(kind="person", person_id=people[0].id, name="carla")


def _at_once(app: Flask, case_id: int, quote_ids: list[int], customer: Actor) -> list[str]:
    said: list[str] = []
    start = threading.Barrier(len(quote_ids))

    def accept(quote_id: int) -> None:
        with app.app_context():
            start.wait(60)
            try:
                with transaction() as session:
                    case, quote = session.get_one(Case, case_id), session.get_one(Quote, quote_id)
                    agreeing.accept_quote(customer, case, quote)
            except DomainError as error:
                said.append(error.code)
            except sa.exc.SQLAlchemyError as error:
                said.append("away" if is_away(error) else "broken")
            else:
                said.append("agreed")

    _all(accept, quote_ids)
    return said


def _careless(app: Flask, quote_ids: list[int]) -> int:
    """Look whether none is accepted, then accept: what the services would do without holding and comparing."""
    won: list[int] = []
    start = threading.Barrier(len(quote_ids))

    def accept(quote_id: int) -> None:
        with app.app_context():
            taken = sa.select(sa.func.count()).where(Quote.id.in_(quote_ids), Quote.state == "accepted")
            is_free = db.session.scalar(taken) == 0
            db.session.rollback()
            start.wait(60)
            with transaction() as session:
                if is_free:
                    session.execute(
                        sa.update(Quote).where(Quote.id == quote_id).values(state="accepted", decided_at=clock.now())
                    )
                    won.append(quote_id)

    _all(accept, quote_ids)
    return len(won)


def _all(work: Any, quote_ids: list[int]) -> None:
    threads = [threading.Thread(target=work, args=(each,)) for each in quote_ids]
    for each in threads:
        each.start()
    for each in threads:
        each.join(120)


if __name__ == "__main__":
    main()
