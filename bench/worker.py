"""Whether the worker keeps up with 50 posts a second: how late facts are delivered, and how far the index is behind.

    ./dev bench worker [--seconds 60] [--per-second 50]

Answers and questions are posted on the Thunderbird community through the services, by one process at an even pace,
while one worker runs that has delivered before (what its first delivery costs is stated). A fact's delay is from its
commit to the end of its last reaction; the index is asked every second how much waits for it, and afterwards how long
the rest took. The control is the same with the worker stopped in the middle.
"""

import argparse
import os
import random
import secrets
import signal
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa

from app.accounts.models import Person
from app.actor import Actor
from app.community.compose import compose
from app.community.models.posts import Question
from app.community.models.shelves import Category
from app.community.services.answering import post_answer
from app.community.services.asking import ask_question
from app.config import Config
from app.db import db, transaction
from app.factory import create_app
from app.organisations.identify import actor_of
from app.outbox.models import Delivery, DomainEvent
from app.search.services import stale_count
from bench._figures import conclude, control, state
from bench._installation import ROOT, Installation, installations, with_community
from bench._processes import memory, processor

SEED = 20_261_122
MOST_DELAY_S, MOST_REST_S = 10.0, 10.0
SHARE_OF_QUESTIONS = 0.2


@dataclass
class Round:
    """What was posted, how late each of its facts was done (seconds), and what waited each second."""

    posted: int = 0
    seconds: float = 0.0
    delays: list[float] = field(default_factory=list)
    undone: int = 0
    stale: list[int] = field(default_factory=list)
    rest_s: float = 0.0
    used_s: float = 0.0
    memory_mb: float = 0.0
    first_s: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench worker")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--per-second", type=float, default=50.0)
    options = parser.parse_args()
    for installation in installations():
        with_community(installation).flask("db", "upgrade")
        os.environ.update(installation.variables)
        sys.stderr.flush()
        app = create_app(Config.from_environment())
        with app.app_context():
            _measure(installation, options.seconds, options.per_second)
            db.session.remove()
            db.engine.dispose()
    conclude()


def _measure(installation: Installation, seconds: float, per_second: float) -> None:
    name = installation.name
    found = _round(installation, seconds, per_second)
    at = f"{name}: {found.posted / found.seconds:.0f} posts a second for {found.seconds:.0f} s"
    most, p50 = max(found.delays), statistics.median(found.delays)
    kept_up = most <= MOST_DELAY_S and found.undone == 0
    state("worker", f"{at}, facts done after", f"p50 {p50:.2f} s, max {most:.2f} s", "max ≤ 10 s", kept_up)
    paced = found.posted / found.seconds >= 0.95 * per_second
    state("worker", f"{name}: posts per second that were made", f"{found.posted / found.seconds:.1f}", "≥ 95 %", paced)
    early, late = (statistics.mean(part) for part in (found.stale[5:20], found.stale[-15:]))
    waiting = f"{early:.0f} at first, {late:.0f} at the end, most {max(found.stale)}"
    steady = max(found.stale) <= per_second * MOST_DELAY_S
    state("worker", f"{name}: documents that wait for the index", waiting, "≤ 10 s of posts", steady)
    state(
        "worker",
        f"{name}: all of them in the index after the last",
        f"{found.rest_s:.1f} s",
        "≤ 10 s",
        found.rest_s <= 10,
    )
    state("worker", f"{name}: the first delivery after a start", f"{found.first_s:.1f} s")
    used = f"{found.used_s / found.seconds:.0%} of a processor, {found.memory_mb:.0f} MB private"
    state("worker", f"{name}: the worker itself", used)
    stopped = _round(installation, min(seconds, 25.0), per_second, pause_s=15.0)
    worst = max(stopped.delays)
    control("worker", f"{name}: stopped for 15 s", f"max {worst:.1f} s", fails=worst > MOST_DELAY_S)


def _round(installation: Installation, seconds: float, per_second: float, *, pause_s: float = 0.0) -> Round:
    posting, found = _posting(), Round()
    with _worker(installation) as worker:
        posting.post()
        warming = time.monotonic()
        _wait_until_idle()
        found.first_s = time.monotonic() - warming
        first = db.session.scalar(sa.select(sa.func.max(DomainEvent.id))) or 0
        db.session.rollback()
        used, began = processor(worker.pid), time.monotonic()
        look_at, resume_at = began, None
        if pause_s:
            with transaction():  # stopped while it writes to SQLite, it would keep everybody from writing
                db.session.scalar(sa.select(sa.func.max(DomainEvent.id)))
                worker.send_signal(signal.SIGSTOP)
            resume_at = began + pause_s
        while (now := time.monotonic()) < began + seconds:
            if resume_at is not None and now >= resume_at:
                worker.send_signal(signal.SIGCONT)
                resume_at = None
            if now < began + found.posted / per_second:
                time.sleep(0.002)
                continue
            posting.post()
            found.posted += 1
            if now >= look_at:
                found.stale.append(stale_count())
                db.session.rollback()
                look_at = now + 1.0
        ended = time.monotonic()
        found.seconds = ended - began
        found.used_s = processor(worker.pid) - used
        found.memory_mb = memory(worker.pid)[2]
        _wait_until_idle()
        found.rest_s = time.monotonic() - ended
    rows = db.session.execute(
        sa.select(DomainEvent.recorded_at, Delivery.done_at)
        .join(Delivery, Delivery.event_id == DomainEvent.id)
        .where(DomainEvent.id > first)
    ).all()
    db.session.rollback()
    found.delays = [(row.done_at - row.recorded_at).total_seconds() for row in rows if row.done_at is not None]
    found.undone = sum(row.done_at is None for row in rows)
    return found


@dataclass
class _Posting:
    """Posts one question in five, and answers to the newest questions, in words of the community itself."""

    people: list[Actor]
    texts: list[tuple[str, str]]
    shelf_id: int
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    questions: deque[int] = field(default_factory=lambda: deque(maxlen=300))

    def post(self) -> None:
        title, excerpt = self.chance.choice(self.texts)
        text = compose(f"{self.chance.choice(self.texts)[1]} {excerpt}\n\nThis is {secrets.token_hex(6)}.")
        actor = self.chance.choice(self.people)
        with transaction():
            if not self.questions or self.chance.random() < SHARE_OF_QUESTIONS:
                question = ask_question(actor, title=title, text=text, category_id=self.shelf_id)
                self.questions.append(question.id)
            else:
                post_answer(actor, db.session.get_one(Question, self.chance.choice(self.questions)), text=text)
        db.session.remove()


def _posting() -> _Posting:
    query = sa.select(Person).where(Person.source_key.is_not(None)).order_by(Person.id).limit(200)
    people = [actor_of(person) for person in db.session.scalars(query)]
    texts = sa.select(Question.title, Question.excerpt).order_by(Question.id.desc()).limit(3000)
    pairs = [(row.title, row.excerpt) for row in db.session.execute(texts) if len(row.title) > 20 and row.excerpt]
    shelf_id = db.session.scalars(sa.select(Category.id).order_by(Category.id).limit(1)).one()
    db.session.remove()
    return _Posting(people, pairs, shelf_id)


def _wait_until_idle(seconds: float = 120.0) -> None:
    """Return when nothing waits for the worker or the index."""
    deadline = time.monotonic() + seconds
    waiting = (
        sa.select(sa.func.count()).select_from(Delivery).where(Delivery.done_at.is_(None), Delivery.dead_at.is_(None))
    )
    while time.monotonic() < deadline:
        is_idle = db.session.scalar(waiting) == 0 and stale_count() == 0
        db.session.rollback()
        if is_idle:
            return
        time.sleep(0.1)


@contextmanager
def _worker(installation: Installation) -> Iterator[subprocess.Popen[bytes]]:
    log = installation.folder / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
            cwd=ROOT,
            env=installation.variables,
            stderr=output,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(60)


if __name__ == "__main__":
    main()
