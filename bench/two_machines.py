"""Two web machines, a database machine and nginx, each in a network namespace of its own: one web machine dies.

    ./dev bench two_machines [--seconds 6]

Both web machines run the shipped gunicorn and a worker on one PostgreSQL and one folder of files, behind the shipped
nginx. Programs post and readers read while one machine is killed (-9, all of it), then unplugged, then made to go on
working while its answers vanish. What was acknowledged must be there once, however often it was sent. Linux and root.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from bench._figures import conclude, control, state
from bench._front import ask, gunicorn_command, nginx, serving
from bench._hosts import CLIENTS, NETWORK, Host, enter, lay_cables
from bench._installation import ROOT, installations
from bench._programs import Place, Told, answers_in, posting, undelivered, until
from devtools import mending, postgres

MODULE = "bench.two_machines"
WEB_PORT, TLS_PORT = 8000, 443
MOST_GAP_S = 20.0
VANISH_S = 18.0  # longer than nginx waits for an answer
# What a request does when it writes under a question; then the machine is gone.
HOLDS = """
import sqlalchemy as sa, sys, time
from app.config import Config
from app.db import db
from app.factory import create_app
with create_app(Config.from_environment()).app_context():
    if "careless" in sys.argv:
        db.engines[None] = sa.create_engine(db.engine.url)
    with db.engine.begin() as connection:
        connection.execute(sa.text("SELECT id FROM questions WHERE id = :id FOR UPDATE"), {"id": int(sys.argv[1])})
        print("held", flush=True)
        time.sleep(600)
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench two_machines")
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--inside", action="store_true", help="already in namespaces of its own")
    seconds = parser.parse_args().seconds
    server = mending.postgresql(strict=False)
    if server is None or mending.nginx() is None:
        sys.exit("This needs PostgreSQL and nginx.")
    enter(MODULE)
    lay_cables()
    front, rows = Host("front", "10.77.0.2"), Host("rows", "10.77.0.20")
    webs = [Host("web1", "10.77.0.11"), Host("web2", "10.77.0.12")]
    with postgres.throwaway(server, within=rows.within, network=NETWORK) as socket_url:
        _measure(front, rows, webs, socket_url, seconds)
    conclude()


def _measure(front: Host, rows: Host, webs: list[Host], socket_url: str, seconds: float) -> None:
    installation = installations("two_machines")[0]
    variables = {
        **installation.variables,
        "SAMEN_DATABASE_URL": socket_url,
        "SAMEN_SECRET_KEY": "the same on both machines, and longer than thirty",
    }
    installation.variables.update(variables)
    installation.flask("db", "upgrade")
    made = subprocess.run(
        [sys.executable, "-m", "bench._seed", "60", "30"], cwd=ROOT, env=variables, check=True, stdout=subprocess.PIPE
    )
    seeded = json.loads(made.stdout)
    remote = {**variables, "SAMEN_DATABASE_URL": f"postgresql://postgres@{rows.address}/postgres"}
    upstreams = [f"{web.address}:{WEB_PORT}" for web in webs]
    folder = installation.folder
    place = Place(front.address, TLS_PORT, tls=True)

    def start(web: Host) -> None:
        log = folder / f"{web.name}.log"
        web.start(gunicorn_command(), serving(remote, bind=f"{web.address}:{WEB_PORT}", processes=2), log)
        web.start(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"], serving(remote, bind="", processes=1), log
        )

    def both_up() -> bool:
        return all(ask(web.address, WEB_PORT, "/readyz")[0] == 200 for web in webs)

    for web in webs:
        start(web)
    if until(both_up, seconds=60) > 60:
        sys.exit(f"a web machine did not come up; see {folder}")
    listen = f"{front.address}:{TLS_PORT}"
    with nginx(folder / "nginx", listen=listen, upstreams=upstreams, within=front.within):
        until(lambda: ask(front.address, TLS_PORT, "/healthz", tls=True)[0] == 200, seconds=20)
        first, second = webs

        def cut_off() -> None:
            first.unplug()  # first the cable: so it cannot say goodbye
            first.kill()

        def come_back() -> None:
            first.plug_in()
            start(first)

        def mute() -> None:
            second.mute(front.address)

        def unmute() -> None:
            second.unmute(front.address)

        for what, harm, mend, lasts_s in (
            ("is killed (-9)", first.kill, lambda: start(first), 2 * seconds),
            ("is unplugged, then killed", cut_off, come_back, 2 * seconds),
            ("works on, but its answers vanish", mute, unmute, VANISH_S),
        ):
            told = _round(place, seeded, harm, mend, seconds, lasts_s)
            until(both_up, seconds=60)
            _state(f"one of two web machines {what}", told, answers_in(socket_url))
        _state_careless(lambda: _round(place, seeded, mute, unmute, seconds, VANISH_S, careless=True), socket_url)
        waited = until(lambda: undelivered(socket_url) == (0, 0), seconds=60)
        state(
            "machines", "all facts delivered, none given up, after the last", f"{waited:.1f} s", "≤ 60 s", waited <= 60
        )
        _locks(first, remote, socket_url, seeded["questions"][0])
    for web in webs:
        web.kill()


def _round(
    place: Place,
    seeded: dict[str, list[str]],
    harm: Callable[[], None],
    mend: Callable[[], None],
    seconds: float,
    lasts_s: float,
    *,
    careless: bool = False,
) -> Told:
    questions: Sequence[int] = seeded["questions"]  # type: ignore[assignment]
    with posting(place, seeded["tokens"], questions, careless=careless, sources=CLIENTS) as told:
        time.sleep(seconds)
        harm()
        time.sleep(lasts_s)
        mend()
        time.sleep(seconds)
    return told


def _state(what: str, told: Told, found: Counter[str]) -> None:
    lost, doubled = told.lost(found), told.doubled(found)
    figures = f"{len(told.acknowledged)} acknowledged, {lost} lost, {doubled} doubled"
    state("machines", what, figures, "0 lost, 0 doubled", lost == 0 and doubled == 0 and len(told.acknowledged) > 40)
    gap, slowest = told.gap_s(), max(told.waits_s)
    again = sum(told.attempts.values()) - len(told.acknowledged)
    figures = f"{gap:.1f} s nobody, {slowest:.1f} s the slowest, {again} sent again"
    state("machines", f"{what}: waiting to be acknowledged", figures, "≤ 20 s", slowest <= MOST_GAP_S)
    reads = sorted(told.reads_s)
    figures = f"{told.failed_reads} of {len(reads)} failed, p50 {statistics.median(reads):.2f} s, max {reads[-1]:.1f} s"
    state("machines", f"{what}: readers", figures, "≤ 1 failed", told.failed_reads <= 1)


def _state_careless(harm: Callable[[], Told], url: str) -> None:
    """State what becomes of answers without keys; again and again until some were under way when answers vanished."""
    doubled = again = 0
    for _ in range(4):
        told = harm()
        doubled += told.doubled(answers_in(url))
        again += sum(told.attempts.values()) - len(told.acknowledged)
        if doubled:
            break
    control("machines", "programs that send no key", f"{again} sent again, {doubled} doubled", fails=doubled > 0)


def _locks(web: Host, remote: dict[str, str], socket_url: str, question_id: int) -> None:
    """State how long a question stays locked by a machine that vanished while it wrote under it."""
    freed = {}
    for how in ("as shipped", "careless"):
        process = subprocess.Popen(
            [*web.within, sys.executable, "-c", HOLDS, str(question_id), how],
            cwd=ROOT,
            env=remote,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.readline()
        web.unplug()
        process.kill()
        process.wait()
        freed[how] = until(lambda: not _is_locked(socket_url, question_id), seconds=30)
        web.plug_in()
    state(
        "machines",
        "what a vanished machine had locked is free again after",
        f"{freed['as shipped']:.0f} s",
        "≤ 20 s",
        freed["as shipped"] <= 20,
    )
    control(
        "machines",
        "a connection that asks for no signs of life",
        f"{freed['careless']:.0f} s",
        fails=freed["careless"] > 20,
    )


def _is_locked(url: str, question_id: int) -> bool:
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        query = sa.text("SELECT id FROM questions WHERE id = :id FOR UPDATE SKIP LOCKED")
        return connection.execute(query, {"id": question_id}).first() is None


if __name__ == "__main__":
    main()
