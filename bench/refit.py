"""How long learning from stored decisions takes, and where its time goes.

    ./dev bench refit [--decisions 50000]

Decisions with fifty candidates each are written as /ask stores them (factors, parts, minutes, reasons), one in two with
an answer that the factors make likelier; then the scheduled refit runs once, on one core. What it gains by reading the
numbers from a decision's table instead of from its JSON is stated as a ratio.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import flask_migrate
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app import clock
from app.cli import with_commands
from app.config import Config
from app.db import db, own_session, transaction
from app.factory import create_app
from app.outbox.models import DomainEvent
from app.providers.models import Provider
from app.ranking.features import COLUMNS
from app.ranking.model import SIGNS, default_model
from app.ranking.pace import Pace
from app.ranking.rank import MINUTE_PARTS
from app.requests.models import HelpRequest
from app.routing import learning, modelstore
from app.routing.kept import Kept, kept_of, read
from app.routing.models import Offer, Outcome, RoutingDecision
from bench._figures import conclude, state
from bench._installation import ROOT, installations
from bench._processes import memory
from tests.accounts import make as accounts
from tests.providers import make as providers
from tests.support.databases import RunDatabase

Floats = NDArray[np.float64]

SEED = 20_261_122
PROVIDERS, KEPT, ASKED, ANSWERED = 400, 50, 3, 0.5
AT_ONCE, COMPARED = 500, 1_000
MOST_S = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench refit")
    parser.add_argument("--decisions", type=int, default=50_000)
    options = parser.parse_args()
    for installation in installations("refit"):
        databases = RunDatabase(installation.variables["SAMEN_DATABASE_URL"], installation.folder)
        try:
            os.environ.update(installation.variables | {"SAMEN_DATABASE_URL": databases.new()})
            app = with_commands(create_app(Config.from_environment()))
            with app.app_context():
                flask_migrate.upgrade(directory=str(ROOT / "migrations"))
                with transaction():
                    for number in range(PROVIDERS):
                        providers.provider(accounts.person(f"Helper {number}"))
                _measure(installation.name, options.decisions)
                db.session.remove()
                db.engine.dispose()
        finally:
            databases.close()
    conclude()


def _measure(database: str, decisions: int) -> None:
    write(np.random.default_rng(SEED), decisions)
    started = time.perf_counter()
    learned = learning.refit()
    seconds = time.perf_counter() - started
    what = f"{database}: a refit from {learned.decisions:,} decisions with {KEPT} candidates each"
    state("ranking", what, f"{seconds:.1f} s, {memory(os.getpid())[0]:.0f} MB", f"< {MOST_S:.0f} s", seconds < MOST_S)
    table_s, json_s = _read_s(RoutingDecision.numbers, read), _read_s(RoutingDecision.candidates, kept_of)
    what = f"{database}: reading {COMPARED:,} decisions from their JSON / from their tables"
    state("ranking", what, f"{json_s / table_s:.1f} x as long")


def _read_s(column: Any, reading: Callable[[Any], Kept]) -> float:
    started = time.perf_counter()
    with own_session() as session:
        for content in session.scalars(select(column).limit(COMPARED)).yield_per(100):
            reading(content)
    return time.perf_counter() - started


def write(rng: np.random.Generator, count: int) -> None:
    """Store so many decisions and what came of them."""
    for start in range(0, count, AT_ONCE):
        with transaction() as session:
            _write_some(session, rng, min(AT_ONCE, count - start))


def _write_some(session: Session, rng: np.random.Generator, count: int) -> None:
    now, model_id = clock.now() - timedelta(days=3), modelstore.in_force()[0]
    people = session.scalars(select(Provider.id).order_by(Provider.id)).all()
    asker = session.scalars(select(Provider.person_id).order_by(Provider.id)).first()
    shared = {"kind": "question", "channel": "web", "language": "en", "language_how": "declared", "audience": "public"}
    asked = {**shared, "asker_id": asker, "state": "open", "state_since": now, "created_at": now}
    requests = session.scalars(insert(HelpRequest).returning(HelpRequest.id), [asked] * count).all()
    decided, chosen = [], []
    for request in requests:
        ids = rng.choice(people, size=KEPT, replace=False).tolist()
        features = rng.gamma(1.0, 1.0, size=(KEPT, len(COLUMNS))) * SIGNS
        scores = features @ default_model().weights
        order = np.argsort(-scores)
        decided.append(_decision(request, now, model_id, [ids[at] for at in order], features[order], scores[order]))
        chosen.append(ids[int((scores + rng.gumbel(size=KEPT)).argmax())] if rng.random() < ANSWERED else None)
    made = session.scalars(insert(RoutingDecision).returning(RoutingDecision.id, sort_by_parameter_order=True), decided)
    offers = [
        {
            "decision_id": decision_id,
            "help_request_id": each["help_request_id"],
            "provider_id": row["provider"],
            "place": row["place"],
            "propensity": row["propensity"],
            "explored": False,
            "state": "expired",
            "state_since": now,
            "offered_at": now,
            "expires_at": now,
        }
        for decision_id, each in zip(made.all(), decided, strict=True)
        for row in each["candidates"]["rows"][:ASKED]
    ]
    session.execute(insert(Offer), offers)
    told = {"kind": "answer_posted", "version": 1, "happened_at": now, "recorded_at": now, "actor_kind": "system"}
    events = session.scalars(
        insert(DomainEvent).returning(DomainEvent.id), [{**told, "channel": "system", "payload": {}}] * count
    )
    session.execute(
        insert(Outcome),
        [
            {
                "event_id": event_id,
                "help_request_id": request,
                "provider_id": provider_id,
                "kind": "answered",
                "value": 1,
                "minutes": float(rng.exponential(300)),
                "happened_at": now,
            }
            for event_id, request, provider_id in zip(events.all(), requests, chosen, strict=True)
            if provider_id is not None
        ],
    )


def _decision(
    request: int, now: datetime, model_id: int, ids: list[int], features: Floats, scores: Floats
) -> dict[str, Any]:
    """Return a decision's row, as large as those of /ask are."""
    numbers = {"within_hour": 0.123456789, "within_day": 0.3456789012, "confirmed": 0.2345678901, "uncertain": False}
    record = {"answers": 12.0, "confirmed": 3.4567890123, "judged": 8.0, "speed_sum": 45.678901234, "speed_count": 11.0}
    told = {"reasons": [{"code": "topic_answers", "number": 12.0}] * 3, "known": {"topic_answers": 12.0}}
    rows = [
        {
            "provider": provider,
            "place": place,
            "features": own.tolist(),
            "value": 100.0 - place,
            "score": float(score),
            "parts": (own * 0.5).tolist(),
            "minutes": [1.23456789012 * place] * len(MINUTE_PARTS),
            "propensity": 0.9 if place <= ASKED else 0.01,
            "price": 0.0,
            **numbers,
            "record": record,
            **(told if place <= 10 else {}),
        }
        for place, (provider, own, score) in enumerate(zip(ids, features, scores, strict=True), 1)
    ]
    pace = {field.name: 1.0 for field in fields(Pace)}
    need = {"at": now.timestamp(), "chance_minutes": 600.0, "confirmed_share": 0.3, "pace": pace, "notice": 60.0}
    return {
        "help_request_id": request,
        "purpose": "ask",
        "decided_at": now,
        "model_id": model_id,
        "state_number": 0,
        "seed": 1,
        "candidates_count": PROVIDERS,
        "need": {**need, "log_total": float(np.log(np.exp(scores).sum())), "places": ASKED, "explore": 0.1},
        "candidates": {"columns": list(COLUMNS), "minutes": list(MINUTE_PARTS), "rows": rows},
        "exclusions": {},
    }


if __name__ == "__main__":
    main()
