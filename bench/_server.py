"""A real installation for fault tests: web and worker in processes of their own, a database of its own, and clients."""

import contextlib
import logging
import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import structlog

from app.accounts.models import Person
from app.config import Config
from devtools.supervisor import Service
from tests.accounts import make as accounts
from tests.cast import csrf_token, sign_in
from tests.support.databases import RunDatabase
from tests.support.live import LiveServer, running_installation


@dataclass(frozen=True)
class Answer:
    """What a client saw. Status 0: the connection was refused, broke, or stayed silent too long."""

    status: int
    seconds: float
    retry_after: str | None = None
    body: bytes = b""


@dataclass(frozen=True)
class Browser:
    """Somebody signed in: her cookie, and a CSRF token that goes with it."""

    person_id: int
    cookie: str
    csrf_token: str


@dataclass
class Seen:
    """What many clients saw, gathered."""

    answers: list[Answer] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def statuses(self) -> dict[int, int]:
        return dict(sorted(Counter(answer.status for answer in self.answers).items()))

    def quantile_ms(self, share: float, *, status: int = 200) -> float:
        """Return this quantile of the time to an answer of this status; 0 where there was none."""
        times = sorted(answer.seconds for answer in self.answers if answer.status == status)
        return times[min(len(times) - 1, int(len(times) * share))] * 1000 if times else 0.0


def databases() -> dict[str, str]:
    """Return the databases to measure by name: SQLite ("") always, PostgreSQL where SAMEN_BENCH_POSTGRES names one."""
    found = {"sqlite": "", "postgresql": os.environ.get("SAMEN_BENCH_POSTGRES", "")}
    return {name: url for name, url in found.items() if name == "sqlite" or url}


@contextlib.contextmanager
def installation(
    database: str,
    *,
    web_processes: int = 2,
    folder: Path | None = None,
    broken: str = "",
    change: Callable[[Service], Service] = lambda service: service,
    proxies: int = 0,
) -> Iterator[LiveServer]:
    """Start an empty installation, on SQLite or (`database` is a URL) PostgreSQL, in `folder` or a temporary one.

    `broken` takes a guard out (bench/_served.py).
    """

    def changed(service: Service) -> Service:
        command = [{"wsgi:app": "bench._served:app"}.get(word, word) for word in service.command]
        environment = {**service.environment, "SAMEN_BENCH_BROKEN": broken}
        return change(replace(service, command=command, environment=environment))

    with tempfile.TemporaryDirectory(prefix="samen-bench-") as scratch:
        place = folder or Path(scratch)
        run = RunDatabase(database, place)
        config = replace(
            bench_config(Path(scratch)), instance=place, search_index=place / "search_index", proxies=proxies
        )
        try:
            run.migrate(config)
            config = replace(config, database_url=run.url)
            with running_installation(config, web_processes=web_processes, change=changed) as server:
                yield server
        finally:
            run.close()


def be_quiet() -> None:
    """Write no log from here on, of an application in this process: what is refused on purpose would be most of it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def browsers(server: LiveServer, count: int) -> list[Browser]:
    """Make people who are signed in, each in a browser of her own."""
    with server.rows():
        return [_browser(server, accounts.person(f"Visitor {number}")) for number in range(count)]


def visitor(server: LiveServer) -> Browser:
    """Return the browser of somebody who is not signed in and has seen a form."""
    return _browser(server, None)


def sign_in_as(server: LiveServer, email: str, *, address: str) -> Answer:
    """Sign in with the password of every made person, from this address; the installation stands behind a proxy."""
    form = {"email": email, "password": accounts.PASSWORD}
    return post(server.url, "/sign-in", form, visitor(server), X_Forwarded_For=address)


def get(url: str, path: str, *, cookie: str = "", timeout_s: float = 30.0, **headers: str) -> Answer:
    return _ask(url, "GET", path, None, {**({"Cookie": cookie} if cookie else {}), **_named(headers)}, timeout_s)


def post(
    url: str, path: str, form: dict[str, str], browser: Browser, *, timeout_s: float = 30.0, **headers: str
) -> Answer:
    """Send a form as this browser."""
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": browser.cookie, "Origin": url}
    body = urlencode({"csrf_token": browser.csrf_token, **form})
    return _ask(url, "POST", path, body, {**sent, **_named(headers)}, timeout_s)


def crowd(clients: int, total: int, ask: Callable[[int], Answer]) -> Seen:
    """Let `clients` threads ask for number 0 … total-1, each as soon as it has its last answer."""
    seen, numbers, lock = Seen(), iter(range(total)), threading.Lock()

    def client() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            answer = ask(number)
            with lock:
                seen.answers.append(answer)

    began = time.monotonic()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen.seconds = time.monotonic() - began
    return seen


@contextlib.contextmanager
def meanwhile(ask: Callable[[], Answer], *, every_s: float) -> Iterator[Seen]:
    """Ask again and again beside what the block does."""
    seen, over = Seen(), threading.Event()

    def run() -> None:
        while not over.wait(every_s):
            seen.answers.append(ask())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def memory_mb(server: LiveServer, name: str = "web") -> float:
    """Return what the processes of a service hold, shared pages counted once."""
    leader, total = server.supervisor.children[name].process.pid, 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(process.name)) == leader:
                lines = (process / "smaps_rollup").read_text().splitlines()
                total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def bench_config(folder: Path) -> Config:
    """Return a configuration of its own in this folder; nothing of the caller's environment is in it."""
    for name in [name for name in os.environ if name.startswith("SAMEN_") and not name.startswith("SAMEN_BENCH")]:
        if name != "SAMEN_FIGURES":
            del os.environ[name]
    os.environ |= {
        "SAMEN_ENV": "test",
        "SAMEN_INSTANCE": str(folder),
        "SAMEN_SECRET_KEY": "a secret for measurements only, of no worth",
    }
    return Config.from_environment()


def _browser(server: LiveServer, person: Person | None) -> Browser:
    client = server.app.test_client()
    if person is not None:
        sign_in(client, person)
    token = csrf_token(client)
    cookie = client.get_cookie(server.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return Browser(person.id if person else 0, f"{cookie.key}={cookie.value}", token)


def _ask(url: str, method: str, path: str, body: str | None, headers: dict[str, str], timeout_s: float) -> Answer:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_s)
    began = time.perf_counter()
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        return Answer(response.status, time.perf_counter() - began, response.headers.get("Retry-After"), content)
    except (OSError, HTTPException):
        return Answer(0, time.perf_counter() - began)
    finally:
        connection.close()


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
