"""PostgreSQL is restarted three times under load (R6), twice as if it crashed; web and worker heal by themselves.

    ./dev bench faults_postgresql [--writes 4000]

The cluster is one of its own that syncs as an operator's does. The control is an application for which a database that
is away is an error like any other.
"""

import argparse
import signal
import threading
import time
from collections import Counter

import sqlalchemy as sa

from app.community.models.posts import Answer as AnswerRow
from app.outbox.models import Delivery
from app.search.services import stale_count
from bench._figures import conclude, control, state
from bench._programs import undelivered
from bench._server import Answer, Browser, Seen, browsers, crowd, get, installation, meanwhile, post
from devtools import mending, postgres
from tests.accounts import make as accounts
from tests.community import make
from tests.support.live import LiveServer

RESTARTS = (signal.SIGINT, signal.SIGQUIT, signal.SIGQUIT)
AWAY_S = 1.0
GIVES_UP_AFTER_S = STANDS_STILL_S = 60.0


def main() -> None:
    """Measure, or say that there is no PostgreSQL here."""
    parser = argparse.ArgumentParser(prog="./dev bench faults_postgresql")
    parser.add_argument("--writes", type=int, default=4000)
    writes = parser.parse_args().writes
    server = mending.postgresql(strict=False)
    if server is None:
        state("R6", "PostgreSQL restarted", "not possible here: no PostgreSQL", "0 lost, 0 double, gap < 5 s")
        conclude()
    for broken in ("", "away"):
        with (
            postgres.cluster(server, postgres.CAREFUL) as cluster,
            installation(cluster.url, web_processes=2, broken=broken) as live,
        ):
            run = Run(live, cluster, writes if not broken else writes // 10)
            run.measure()
            if not broken:
                run.tell()
                continue
            statuses = run.seen.statuses
            control("R6", "a database that is away as our own mistake", str(statuses), fails=500 in statuses)
    conclude()


class Run:
    """Writers that try again until they are told that it is there, and a database that goes away meanwhile."""

    def __init__(self, live: LiveServer, cluster: postgres.Cluster, writes: int) -> None:
        self.live, self.cluster, self.writes = live, cluster, writes
        self.people = browsers(live, writes // 50 + 8)
        with live.rows():
            asker, shelf = accounts.person("Asker"), make.category()
            self.questions = [int(make.question(asker, category=shelf).id) for _number in range(20)]
        self.seen = Seen()
        self.gaps: list[float] = []
        self.acknowledged: list[str] = []
        self.acknowledged_at: list[float] = []
        self.ready = Seen()

    def measure(self) -> None:
        """Write, and restart the database after each quarter."""
        lock = threading.Lock()

        def write(number: int) -> Answer:
            key, who = f"write {number}", self.people[number % len(self.people)]
            began = time.monotonic()
            while True:
                answer = self._post(who, self.questions[number % 20], key)
                with lock:
                    self.seen.answers.append(answer)
                    if answer.status == 303:
                        self.acknowledged.append(key)
                        self.acknowledged_at.append(time.monotonic())
                if answer.status == 303 or time.monotonic() - began > GIVES_UP_AFTER_S:
                    return answer
                time.sleep(0.1)

        with meanwhile(lambda: get(self.live.url, "/readyz"), every_s=0.1) as self.ready:
            writing = threading.Thread(target=lambda: crowd(8, self.writes, write))
            writing.start()
            self._restart()
            writing.join()

    def tell(self) -> None:
        """State the figures."""
        self._wait_while_it_gets_less()
        with self.live.rows() as session:
            bodies = Counter(session.scalars(sa.select(AnswerRow.body)))
            dead = len(session.scalars(sa.select(Delivery.id).where(Delivery.dead_at.is_not(None))).all())
            waiting = len(session.scalars(sa.select(Delivery.id).where(Delivery.done_at.is_(None))).all())
        lost = sum(bodies[f"An answer called {key}."] == 0 for key in self.acknowledged)
        doubled = sum(n > 1 for n in bodies.values())
        allowed = {303, 503} >= set(self.seen.statuses)
        worst = max(self.gaps)
        state(
            "R6", f"answers to {self.writes} writes, tried again", str(self.seen.statuses), "303 and 503 only", allowed
        )
        state(
            "R6",
            f"acknowledged {len(self.acknowledged)}: lost, doubled",
            f"{lost}, {doubled}",
            "0, 0",
            not lost + doubled,
        )
        state("R6", "longest gap after the database was back", f"{worst:.1f} s", "< 5 s", worst < 5)
        was_told = {503, 200} == set(self.ready.statuses)
        state("R6", "/readyz meanwhile", str(self.ready.statuses), "200 and 503", was_told)
        state("R6", "facts not delivered", f"{dead} dead, {waiting} waiting", "0 dead, 0 waiting", not dead + waiting)

    def _wait_while_it_gets_less(self) -> None:
        """Wait until every fact is delivered and the index knows it, or nothing was done for a minute."""
        least, since = self._waiting(), time.monotonic()
        while least and time.monotonic() - since < STANDS_STILL_S:
            time.sleep(0.5)
            left = self._waiting()
            if left < least:
                least, since = left, time.monotonic()

    def _waiting(self) -> int:
        facts, _given_up = undelivered(self.live.config.database_url)
        with self.live.rows():
            return facts + stale_count()

    def _restart(self) -> None:
        for turn, how in enumerate(RESTARTS, 1):
            while len(self.acknowledged) < self.writes * turn // (len(RESTARTS) + 1):
                time.sleep(0.02)
            self.cluster.stop(how)
            time.sleep(AWAY_S)
            self.cluster.start()
            back = time.monotonic()
            while not self.acknowledged_at or self.acknowledged_at[-1] <= back:
                if time.monotonic() - back > GIVES_UP_AFTER_S:
                    break
                time.sleep(0.01)
            self.gaps.append(time.monotonic() - back)

    def _post(self, who: Browser, question_id: int, key: str) -> Answer:
        form = {"body": f"An answer called {key}.", "once_key": key}
        return post(self.live.url, f"/q/{question_id}/answers", form, who)


if __name__ == "__main__":
    main()
