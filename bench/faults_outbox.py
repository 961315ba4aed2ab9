"""Killed at every step (R1), and everything sent a thousand times (R9): one effect each, nothing missing.

    ./dev bench faults_outbox [--times 1000]

R1 follows one answer from the form to the index and the notice: the process that posts it, and then the worker, is
killed (-9) before each statement, before each commit and after it; then the answer is sent again, and another worker
takes over. `./dev bench kill_round` does the same at random moments with many clients. R9 sends a form again
and again with one key, delivers facts again and again, and lets a mail server refuse. (Mail and webhooks that come in
are not there yet.)
"""

import argparse
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app import clock
from app.community.models.posts import Answer as AnswerRow
from app.community.models.posts import Question
from app.db import db, transaction
from app.mail import Letter, queue_letter, send_due_letters
from app.notifications.models import NoticeItem
from app.outbox import deliver
from app.outbox.models import Delivery, DomainEvent
from app.outbox.record import reactions
from app.search.backend import SearchRequest
from app.search.engine import search_engine
from app.search.jobs import keep_index
from app.search.query_language import parse
from app.web.throttle import ThrottleCounter
from bench._figures import conclude, control, state
from bench._server import be_quiet, bench_config, browsers, crowd, databases, installation, post
from tests.accounts import make as accounts
from tests.cast import sign_in, submit
from tests.community import make
from tests.support.databases import RunDatabase, at_database, create_app
from tests.support.live import LiveServer
from tests.support.processes import killed_at_each_step
from tests.support.smtp import mail_server


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench faults_outbox")
    parser.add_argument("--times", type=int, default=1000)
    times = parser.parse_args().times
    for name, url in databases().items():
        with tempfile.TemporaryDirectory(prefix="samen-bench-") as folder:
            config, run = bench_config(Path(folder)), RunDatabase(url, Path(folder))
            try:
                run.migrate(config)
                app = create_app(replace(config, database_url=run.url))
                with app.app_context(), at_database(run.url):
                    be_quiet()
                    _killed(name, app, times)
                    _mail(name, app)
            finally:
                run.close()
        with installation(url) as server:
            _sent_again(name, server, times)
    conclude()


def _killed(name: str, app: Flask, times: int) -> None:
    """R1; and R9 with what it leaves, before its control loses some."""
    asker, writer = accounts.person("Asker"), accounts.person("Writer")
    question_id = make.question(asker, category=make.category()).id
    client = app.test_client()
    sign_in(client, writer)
    db.session.commit()
    current, wrong = [""], Counter[str]()

    def send() -> int:
        form = {"body": f"An answer called {current[0]}.", "once_key": current[0]}
        return submit(client, f"/q/{question_id}/answers", **form).status_code

    def begin(what: str) -> None:
        current[0] = what
        _forget_what_holds_up()

    _work()
    posting, working, lost = 0, 0, 0
    begin("post0")
    for posting in killed_at_each_step(app, send):
        wrong["refused"] += send() != 303
        _work()
        wrong.update(_faults(current[0]))
        begin(f"post{posting}")
    begin("work0")
    send()
    for working in killed_at_each_step(app, _work, at_most=600):
        _forget_what_holds_up()
        _work()
        wrong.update(_faults(current[0]))
        begin(f"work{working}")
        send()
    _work()
    told = f"{posting} steps of posting, {working} of the worker"
    state("R1", f"{name}: killed at each of", told, "every step", posting > 5 and working > 20)
    for what in ("refused", "lost", "doubled", "not in the index", "not told once"):
        state("R1", f"{name}: {what}", str(wrong[what]), "0", wrong[what] == 0)
    rows = _count(AnswerRow.question_id == question_id)
    counted = db.session.get_one(Question, question_id, populate_existing=True).answers_count
    state("R1", f"{name}: answers counted", f"{counted} of {rows}", "all", counted == rows)
    left = _count(Delivery.done_at.is_(None))
    state("R1", f"{name}: deliveries left", str(left), "0", left == 0)
    _delivered_again(name, times)
    begin("naive0")
    send()
    for step in killed_at_each_step(app, _deliver_naively):
        _forget_what_holds_up()
        _work()
        lost += bool(_faults(current[0])["not told once"])
        begin(f"naive{step}")
        send()
    control("R1", f"{name}: facts marked as delivered before they are", f"{lost} lost", fails=lost > 0)


def _work() -> None:
    while deliver.deliver_due("a worker"):
        pass
    keep_index()


def _deliver_naively() -> None:
    """Mark first, in a transaction of its own, then react."""
    for delivery_id in deliver.claim("a worker", limit=50):
        with transaction():
            delivery = db.session.get_one(Delivery, delivery_id)
            happening, reaction = deliver.happening(delivery.event), reactions()[delivery.reaction]
            delivery.done_at = clock.now()
        with transaction():
            reaction.run(happening)


def _forget_what_holds_up() -> None:
    """Let the killed worker's lease be over, and nobody have done too much."""
    with transaction() as session:
        session.execute(sa.update(Delivery).values(lease_until=None))
        session.execute(sa.delete(ThrottleCounter))


def _faults(key: str) -> Counter[str]:
    """Return what is wrong with the answer that carries this key."""
    db.session.rollback()
    ids = db.session.scalars(sa.select(AnswerRow.id).where(AnswerRow.body == f"An answer called {key}.")).all()
    found = search_engine().search(SearchRequest(query=parse(key), audiences=frozenset({"public"}), limit=1)).total
    told = _count(NoticeItem.answer_id == ids[0]) if ids else 1
    checks = {"lost": not ids, "doubled": len(ids) > 1, "not in the index": found != 1, "not told once": told != 1}
    return Counter({what: 1 for what, is_so in checks.items() if is_so})


def _count(which: sa.ColumnElement[bool]) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).where(which)) or 0


def _delivered_again(name: str, times: int) -> None:
    """R9: a fact comes again and again, also out of order."""
    db.session.rollback()
    done = db.session.scalars(sa.select(Delivery).order_by(Delivery.id.desc()).limit(40)).all()
    before = _count(NoticeItem.id > 0)
    kinds = [(each.reaction, each.event_id) for each in done]
    for turn in range(times // len(kinds) + 1):
        for reaction, event_id in reversed(kinds) if turn % 2 else kinds:
            with transaction() as session:
                reactions()[reaction].run(deliver.happening(session.get_one(DomainEvent, event_id)))
    more = _count(NoticeItem.id > 0) - before
    state("R9", f"{name}: notices more after {times} deliveries of old facts", str(more), "0", more == 0)


def _mail(name: str, app: Flask) -> None:
    """R9: a mail server that refuses some letters; the others go out at once, each once."""
    with mail_server() as server, transaction() as session:
        session.execute(sa.delete(Letter))
        for number in range(50):
            to = f"reader{number}@example.org"
            queue_letter(to=to, subject="News", body=".", language="en", message_id=f"{name}{number}@bench")
    with mail_server() as server:
        config = app.extensions["samen.config"]
        app.extensions["samen.config"] = replace(config, smtp_url=server.url)
        server.refuses["RCPT"] = "451 later"
        send_due_letters()
        refused = len(server.letters)
        del server.refuses["RCPT"]
        with transaction() as session:
            session.execute(sa.update(Letter).values(due_at=clock.now()))
        began = time.monotonic()
        for _turn in range(3):
            send_due_letters()
        took = time.monotonic() - began
        app.extensions["samen.config"] = config
        once = Counter(message["Message-ID"] for _to, message in server.letters)
    held = refused == 0 and len(once) == 50 and set(once.values()) == {1}
    told = f"{len(once)} of 50 once, {took:.1f} s after it took letters again"
    state("R9", f"{name}: letters a mail server first refused", told, "each once", held)


def _sent_again(name: str, server: LiveServer, times: int) -> None:
    """R9: one form with one key, from eight clients at once."""
    (who,) = browsers(server, 1)
    with server.rows():
        question_id = make.question(accounts.person("Asker"), category=make.category()).id
    form = {"body": "Sent again and again.", "once_key": "again"}
    seen = crowd(8, times, lambda _number: post(server.url, f"/q/{question_id}/answers", form, who))
    with server.rows() as session:
        effects = session.scalar(sa.select(sa.func.count()).select_from(AnswerRow))
    state(
        "R9",
        f"{name}: a form with one key, sent {times} times",
        f"{effects} effect, {seen.statuses}",
        "1",
        effects == 1,
    )
    with server.rows() as session:
        session.execute(sa.delete(ThrottleCounter))
        session.commit()
    keyless = crowd(
        2, 4, lambda _number: post(server.url, f"/q/{question_id}/answers", {"body": "Sent without any key."}, who)
    )
    with server.rows() as session:
        more = (session.scalar(sa.select(sa.func.count()).select_from(AnswerRow)) or 0) - (effects or 0)
    control("R9", f"{name}: the same without a key", f"{more} effects, {keyless.statuses}", fails=more > 1)


if __name__ == "__main__":
    main()
