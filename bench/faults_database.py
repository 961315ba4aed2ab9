"""The database under many writers: nothing lost (R3), locks (R4).

    ./dev bench faults_database [--operations 5000] [--writes 4000]

R3 lets eight web processes vote, the same person several times at one moment, answer twice with one key and run into a
limit. R4 is a storm of 16 writers and 8 readers over as many web processes, and then a lock that somebody holds for
eight seconds.
"""

import argparse
import contextlib
import random
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from app.community.models.posts import Answer as AnswerRow
from app.community.models.posts import Question
from app.community.models.votes import Vote
from app.web.throttle import LIMITS
from bench._figures import conclude, control, state
from bench._server import Answer, Browser, browsers, crowd, databases, get, installation, meanwhile, post
from tests.accounts import make as accounts
from tests.community import make
from tests.support.live import LiveServer

SEED, HELD_S = 20_261_122, 8.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench faults_database")
    parser.add_argument("--operations", type=int, default=5000)
    parser.add_argument("--writes", type=int, default=4000)
    options = parser.parse_args()
    for name, url in databases().items():
        with installation(url, web_processes=8) as server:
            _bank(name, server, options.operations)
        with installation(url, web_processes=24) as server:
            _storm(name, server, options.writes)
            _held_lock(name, server)
    _naive_bank(options.operations)
    with installation("", web_processes=24, broken="immediate") as server:
        refused = _storm_answers(server, options.writes // 8)
        control(
            "R4",
            "transactions of SQLite begun deferred",
            f"answers {refused}",
            fails=any(status >= 500 for status in refused),
        )
    conclude()


# R3


def _bank(name: str, server: LiveServer, operations: int) -> None:
    people = browsers(server, 60)
    with server.rows():
        asker, shelf = accounts.person("Asker"), make.category()
        questions = [make.question(asker, category=shelf).id for _number in range(20)]
    chance = random.Random(SEED)
    plan = [(chance.choice(people), chance.choice(questions), chance.random(), number) for number in range(operations)]
    keys = Counter[str]()

    def act(number: int) -> Answer:
        _, _, kind, serial = plan[number]
        who, question_id = plan[serial // 4 * 4][:2]  # neighbours are one person at one question at the same moment
        if kind < 0.8:
            value = str(chance.choice((-1, 0, 1)))
            return post(server.url, f"/q/{question_id}/vote", {"value": value, "once_key": f"vote {serial}"}, who)
        key = f"pair {serial // 4}"  # and send the same answer with the same key
        keys[f"{key} {who.person_id}"] += 1
        return post(server.url, f"/q/{question_id}/answers", {"body": f"An answer called {key}.", "once_key": key}, who)

    seen = crowd(8, operations, act)
    with server.rows() as session:
        scores = dict(session.execute(sa.select(Question.id, Question.score)).all())
        votes = dict(
            session.execute(sa.select(Vote.question_id, sa.func.sum(Vote.value)).group_by(Vote.question_id)).all()
        )
        counts = dict(session.execute(sa.select(Question.id, Question.answers_count)).all())
        answers = Counter(session.scalars(sa.select(AnswerRow.question_id)))
        bodies = Counter(session.scalars(sa.select(AnswerRow.body)))
    wrong = sum(scores[each] != votes.get(each, 0) for each in scores) + sum(
        counts[each] != answers[each] for each in counts
    )
    doubled = sum(n > 1 for n in bodies.values())
    rate = f"{seen.statuses} in {seen.seconds:.0f} s"
    state("R3", f"{name}: {operations} votes and answers, 8 processes", rate, "no 500", 500 not in seen.statuses)
    state("R3", f"{name}: sums that do not add up", str(wrong), "0", wrong == 0)
    state(
        "R3",
        f"{name}: effects of {len(keys)} once-keys sent {sum(keys.values())} times",
        f"{doubled} doubled",
        "0",
        doubled == 0,
    )
    (greedy,) = browsers(server, 1)
    most = LIMITS["answer_by_person"].most
    tried = crowd(8, most + 40, lambda number: _answer(server, greedy, questions[0], f"greedy {number}"))
    passed = tried.statuses.get(303, 0)
    state("R3", f"{name}: of {most + 40} at once under a limit of {most}", f"{passed} pass", str(most), passed == most)


def _naive_bank(operations: int) -> None:
    """Count as an ORM does by default: read, change, write."""
    with tempfile.TemporaryDirectory(prefix="samen-bench-") as folder:
        path = f"{folder}/naive.db"
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE counter (n INTEGER)")
            connection.execute("INSERT INTO counter VALUES (0)")
            connection.commit()

        def count() -> None:
            with contextlib.closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
                for _turn in range(operations // 8):
                    (n,) = connection.execute("SELECT n FROM counter").fetchone()
                    connection.execute("UPDATE counter SET n = ?", (n + 1,))

        threads = [threading.Thread(target=count) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with contextlib.closing(sqlite3.connect(path)) as connection:
            (n,) = connection.execute("SELECT n FROM counter").fetchone()
    control(
        "R3",
        "read, change, write",
        f"{operations // 8 * 8 - n} of {operations // 8 * 8} lost",
        fails=n < operations // 8 * 8,
    )


# R4


def _storm(name: str, server: LiveServer, writes: int) -> None:
    with server.rows():
        make.category()
    readers: list[Answer] = []
    keep: list[Answer] = []
    over = threading.Event()

    def read() -> None:
        while not over.wait(0.05):
            readers.append(get(server.url, "/questions"))

    threads = [threading.Thread(target=read) for _number in range(8)]
    for thread in threads:
        thread.start()
    try:
        statuses = _storm_answers(server, writes, keep)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    longest = max(answer.seconds for answer in keep)
    unsaid = sum(answer.status == 503 and answer.retry_after is None for answer in keep)
    state(
        "R4",
        f"{name}: {writes} writes by 16, read by 8",
        f"{statuses}",
        "no 500",
        500 not in statuses and 0 not in statuses,
    )
    state(
        "R4",
        f"{name}: longest wait of a writer; 503 without Retry-After",
        f"{longest:.1f} s; {unsaid}",
        "0 unsaid",
        unsaid == 0,
    )
    reads = Counter(answer.status for answer in readers)
    state("R4", f"{name}: readers meanwhile", str(dict(reads)), "no 500", not {0, 500} & set(reads))


def _storm_answers(server: LiveServer, writes: int, keep: list[Answer] | None = None) -> dict[int, int]:
    people = browsers(server, writes // LIMITS["answer_by_person"].most + 1)
    with server.rows():
        asker, shelf = accounts.person("Asker"), make.category()
        questions = [make.question(asker, category=shelf).id for _number in range(20)]
    seen = crowd(
        16,
        writes,
        lambda n: _answer(server, people[n % len(people)], questions[n % len(questions)], f"storm {n}"),
    )
    if keep is not None:
        keep += seen.answers
    return seen.statuses


def _held_lock(name: str, server: LiveServer) -> None:
    (reader, writer), question_id = browsers(server, 2), _question(server)
    with _locked(server, question_id):
        began = time.monotonic()
        with meanwhile(lambda: get(server.url, "/questions", cookie=reader.cookie), every_s=0.1) as reading:
            vote = {"value": "1", "once_key": "held"}
            refused = post(server.url, f"/q/{question_id}/vote", vote, writer, Accept_Language="nl")
            waited = time.monotonic() - began
    after = post(server.url, f"/q/{question_id}/vote", {"value": "1", "once_key": "after"}, writer)
    is_dutch = b'lang="nl"' in refused.body
    language = "Dutch" if is_dutch else "not Dutch"
    said = f"{refused.status} after {waited:.1f} s, Retry-After {refused.retry_after}, {language}"
    held = refused.status == 503 and refused.retry_after is not None and is_dutch and 4 < waited < HELD_S
    state(
        "R4",
        f"{name}: writer meets a lock held for {HELD_S:.0f} s",
        said,
        "503 after 5 s, Retry-After, her language",
        held,
    )
    state(
        "R4",
        f"{name}: readers meanwhile",
        f"{reading.statuses}, worst {reading.quantile_ms(1.0):.0f} ms",
        "200 only",
        set(reading.statuses) == {200},
    )
    state("R4", f"{name}: the same writer afterwards", str(after.status), "303", after.status == 303)


@contextlib.contextmanager
def _locked(server: LiveServer, question_id: int) -> Iterator[None]:
    """Hold what a writer under this question needs."""
    engine = sa.create_engine(server.config.database_url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT 1 FROM questions WHERE id = {question_id} FOR UPDATE")
            connection.exec_driver_sql("LOCK TABLE throttle_counters IN EXCLUSIVE MODE")
        yield
        connection.rollback()
    engine.dispose()


def _question(server: LiveServer) -> int:
    with server.rows():
        return int(make.question(accounts.person("Asker"), category=make.category()).id)


def _answer(server: LiveServer, who: Browser, question_id: int, key: str) -> Answer:
    return post(server.url, f"/q/{question_id}/answers", {"body": f"An answer called {key}.", "once_key": key}, who)


if __name__ == "__main__":
    main()
