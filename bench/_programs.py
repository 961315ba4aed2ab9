"""Programs that post answers through the API while things break, and remember what they were told.

Each answer carries a marker, and an Idempotency-Key that is the same for each try: a program tries until it is told
that the answer is there. `careless` ones send no key, as a program does that nobody told.
"""

import itertools
import json
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

import sqlalchemy as sa

from bench._front import HOST, reached

SEED = 20_261_122
PAUSE_S = 0.05
PAGES = ("/questions", "/", "/tags")


@dataclass(frozen=True)
class Place:
    """Where programs call: an address, with TLS or without, and how long they wait for an answer."""

    host: str
    port: int
    tls: bool = False
    timeout_s: float = 25.0


@dataclass
class Told:
    """What programs were told: acknowledged markers with the moment; tries that failed; how long each answer took."""

    acknowledged: dict[str, float] = field(default_factory=dict)
    attempts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    waits_s: list[float] = field(default_factory=list)
    reads_s: list[float] = field(default_factory=list)
    failed_reads: int = 0
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0

    def gap_s(self) -> float:
        """Return the longest time in which nobody's answer was acknowledged."""
        moments = sorted([self.began, *self.acknowledged.values(), self.ended])
        return max(later - earlier for earlier, later in itertools.pairwise(moments))

    def lost(self, found: Counter[str]) -> int:
        """Return how many acknowledged answers are not there."""
        return sum(found[marker] == 0 for marker in self.acknowledged)

    def doubled(self, found: Counter[str]) -> int:
        """Return how many answers are there more than once."""
        return sum(found[marker] > 1 for marker in self.attempts)


@contextmanager
def posting(
    place: Place,
    tokens: Sequence[str],
    questions: Sequence[int],
    *,
    clients: int = 6,
    readers: int = 2,
    careless: bool = False,
    sources: Sequence[str | None] = (None,),
) -> Iterator[Told]:
    """Let programs post and readers read while the block runs; afterwards each ends its last try."""
    told, lock, over = Told(), threading.Lock(), threading.Event()

    def write(number: int) -> None:
        chance, source = random.Random(SEED + number), sources[number % len(sources)]
        while not over.is_set():
            marker = f"marker{secrets.token_hex(6)}"
            path, token = f"/api/v1/requests/{chance.choice(questions)}/answers", chance.choice(tokens)
            began = time.monotonic()
            while time.monotonic() < began + 120:
                key = secrets.token_urlsafe(12) if careless else marker
                sent = json.dumps({"body": f"An answer that carries {marker}."})
                with lock:
                    told.attempts[marker] += 1
                status = call(place, "POST", path, sent, token=token, key=key, source=source)
                with lock:
                    told.statuses[status] += 1
                if status == 201:
                    with lock:
                        told.acknowledged[marker] = time.monotonic()
                        told.waits_s.append(time.monotonic() - began)
                    break
                if over.is_set():
                    return
                time.sleep(2.0 if status == 429 else PAUSE_S)
            time.sleep(PAUSE_S)

    def read(number: int) -> None:
        chance, source = random.Random(number), sources[-1 - number % len(sources)]
        while not over.is_set():
            began = time.monotonic()
            status = call(place, "GET", chance.choice(PAGES), source=source)
            with lock:
                told.reads_s.append(time.monotonic() - began)
                told.failed_reads += status not in {200, 429}
            time.sleep(PAUSE_S * 4)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(clients)]
    threads += [threading.Thread(target=read, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    try:
        yield told
    finally:
        told.ended = time.monotonic()
        over.set()
        for thread in threads:
            thread.join()


def call(
    place: Place,
    method: str,
    path: str,
    sent: str | None = None,
    *,
    token: str | None = None,
    key: str | None = None,
    source: str | None = None,
) -> int:
    """Return the status of an answer; 0 where none came."""
    headers = {"Host": HOST, "Content-Type": "application/json", "Connection": "close"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Idempotency-Key": key} if key else {}
    try:
        with reached(place.host, place.port, tls=place.tls, source=source, timeout=place.timeout_s) as raw:
            connection = HTTPConnection(place.host, place.port)
            connection.sock = raw
            connection.request(method, path, sent, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
    except (OSError, HTTPException):
        return 0


def answers_in(url: str) -> Counter[str]:
    """Return how often the answer with each marker is in this database."""
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        bodies = connection.scalars(sa.text("SELECT body FROM answers"))
        return Counter(body.removeprefix("An answer that carries ").removesuffix(".") for body in bodies)


def undelivered(url: str) -> tuple[int, int]:
    """Return how many facts wait for a reaction, and how many were given up."""
    asked = "SELECT count(*) - count(done_at) - count(dead_at), count(dead_at) FROM deliveries"
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        waiting, dead = connection.execute(sa.text(asked)).one()
        return waiting, dead


def until(is_so: Callable[[], bool], *, seconds: float) -> float:
    """Wait until it is so; return the seconds it took, infinite where the time was over first."""
    began = time.monotonic()
    while not is_so():
        if time.monotonic() > began + seconds:
            return float("inf")
        time.sleep(0.1)
    return time.monotonic() - began
