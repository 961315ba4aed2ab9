"""The kill round: clients post answers while web and worker are killed; nothing acknowledged may be lost or doubled.

    ./dev bench kill_round [--answers 1000] [--clients 8] [--kills 3]

Each client posts with a once-key and tries again with the same key until it is told that the answer is there, as a
browser's retry does. After the last one everything acknowledged must be in the database once, and in the index within
five seconds. `tests/flows/test_kill_round.py` runs the same on both databases.
"""

import argparse
import os
import random
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

SEED = 20_261_121
GIVES_UP_AFTER_S, INDEXED_WITHIN_S = 120.0, 5.0


@dataclass
class Round:
    """What the clients saw: the markers of acknowledged answers, how often they tried again, how long it took."""

    acknowledged: list[str] = field(default_factory=list)
    retries: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0


@dataclass(frozen=True)
class Writer:
    """One signed-in browser: its cookie, and a CSRF token that goes with it."""

    cookie: str
    csrf_token: str


def post_answers(
    url: str,
    writers: Sequence[Writer],
    question_ids: Sequence[int],
    *,
    answers: int,
    clients: int,
    kills: Sequence[Callable[[], None]],
) -> Round:
    """Post `answers` answers from `clients` threads and run `kills` meanwhile, spread evenly over the posting."""
    result, lock = Round(), threading.Lock()
    numbers = iter(range(answers))
    due = [int(answers * (position + 1) / (len(kills) + 1)) for position in range(len(kills))]
    started = time.monotonic()

    def client(number: int) -> None:
        chance = random.Random(SEED + number)
        while True:
            with lock:
                index = next(numbers, None)
            if index is None:
                return
            marker = f"marker{index:05d}{secrets.token_hex(4)}"
            writer, question_id = writers[index % len(writers)], chance.choice(question_ids)
            _post_until_acknowledged(url, writer, question_id, marker, result, lock)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for at, kill in zip(due, kills, strict=True):
        while len(result.acknowledged) < at and any(thread.is_alive() for thread in threads):
            time.sleep(0.01)
        kill()
    for thread in threads:
        thread.join()
    result.seconds = time.monotonic() - started
    return result


def _post_until_acknowledged(
    url: str, writer: Writer, question_id: int, marker: str, result: Round, lock: threading.Lock
) -> None:
    form = {"csrf_token": writer.csrf_token, "once_key": marker, "body": f"An answer that carries {marker}."}
    deadline = time.monotonic() + GIVES_UP_AFTER_S
    while time.monotonic() < deadline:
        status = _post(url, f"/q/{question_id}/answers", form, writer.cookie)
        with lock:
            result.statuses[status] += 1
            if status == 303:
                result.acknowledged.append(marker)
                return
            result.retries += 1
        time.sleep(0.05)


def _post(url: str, path: str, form: dict[str, str], cookie: str) -> int:
    """Return the status; 0 when the connection failed or broke."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Origin": url}
    try:
        connection.request("POST", path, urlencode(form), headers)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def main() -> None:
    """Run the test that holds the round, at the size asked for, and let it print its figures."""
    parser = argparse.ArgumentParser(prog="./dev bench kill_round")
    parser.add_argument("--answers", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--kills", type=int, default=3)
    options = parser.parse_args()
    size = {
        "SAMEN_KILL_ANSWERS": str(options.answers),
        "SAMEN_KILL_CLIENTS": str(options.clients),
        "SAMEN_KILL_KILLS": str(options.kills),
        "SAMEN_KILL_INDEXED_WITHIN_S": str(INDEXED_WITHIN_S),
    }
    root = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as scratch:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-s",
            f"--basetemp={scratch}/run",
            "tests/flows/test_kill_round.py",
        ]
        sys.exit(subprocess.run(command, cwd=root, env={**os.environ, **size}, check=False).returncode)


if __name__ == "__main__":
    main()
