"""Overload (R10): 10,000 requests from 192 clients, far more than the server can answer; then calm.

    ./dev bench overload [--requests 10000] [--clients 192]

Two web processes answer pages of a community with 300 questions to people who are signed in, whose pages are not kept.
Meanwhile somebody watches /healthz and somebody signs in, again and again. The control refuses nobody: everybody waits.
"""

import argparse
import itertools
import time
from collections.abc import Callable

from app.community.links import question_url
from bench._figures import conclude, control, state
from bench._server import Answer, Seen, browsers, crowd, databases, get, installation, meanwhile, memory_mb, sign_in_as
from tests.accounts import make as accounts
from tests.community import make
from tests.support.live import LiveServer

ALLOWED = {200, 429, 503}
QUESTIONS = 300


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench overload")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=192)
    options = parser.parse_args()
    for name, url in databases().items():
        with installation(url, proxies=1) as server:
            _measure(name, server, options.requests, options.clients)
    with installation("", broken="shedding") as server:
        pages, people = _fill(server), browsers(server, 20)
        seen = crowd(
            options.clients,
            options.requests // 8,
            lambda number: get(server.url, pages[number % len(pages)], cookie=people[number % 20].cookie),
        )
        control(
            "R10",
            "nobody is refused",
            f"p99 of accepted {seen.quantile_ms(0.99):.0f} ms",
            fails=seen.quantile_ms(0.99) > 1000,
        )
    conclude()


def _measure(name: str, server: LiveServer, requests: int, clients: int) -> None:
    pages, numbers, people = _fill(server), itertools.count(), browsers(server, 20)

    def ask(number: int) -> Answer:
        return get(server.url, pages[number % len(pages)], cookie=people[number % 20].cookie)

    def enter() -> Answer:
        number = next(numbers) % 200
        return sign_in_as(server, f"helper{number}@example.org", address=f"198.51.100.{number}")

    calm = crowd(2, 400, ask)
    crowd(2, 8, lambda _number: enter())  # hashing passwords takes memory once
    before = memory_mb(server)
    with (
        meanwhile(lambda: get(server.url, "/healthz"), every_s=0.1) as health,
        meanwhile(enter, every_s=0.5) as signing,
    ):
        seen = crowd(clients, requests, ask)
    normal_s = _until_normal(lambda: ask(0), calm)
    growth = memory_mb(server) - before
    shares = f"{seen.statuses} in {seen.seconds:.1f} s"
    state("R10", f"{name}: answers to {requests} requests", shares, "200, 429, 503 only", set(seen.statuses) <= ALLOWED)
    state("R10", f"{name}: broken connections", str(seen.statuses.get(0, 0)), "0", 0 not in seen.statuses)
    told = [answer for answer in seen.answers if answer.status == 503]
    unsaid = sum(answer.retry_after is None for answer in told)
    state(
        "R10",
        f"{name}: 503 without Retry-After",
        f"{unsaid} of {len(told)}",
        "0, and some are refused",
        unsaid == 0 and bool(told),
    )
    p99 = seen.quantile_ms(0.99)
    state(
        "R10",
        f"{name}: p50 / p99 of accepted",
        f"{seen.quantile_ms(0.5):.0f} / {p99:.0f} ms",
        "p99 < 1,000 ms",
        p99 < 1000,
    )
    state(
        "R10",
        f"{name}: p50 / p99 of refused",
        f"{seen.quantile_ms(0.5, status=503):.0f} / {seen.quantile_ms(0.99, status=503):.0f} ms",
    )
    for what, watched, good in (("/healthz", health, 200), ("signing in", signing, 303)):
        worst = watched.quantile_ms(1.0, status=good)
        state(
            "R10",
            f"{name}: {what} meanwhile",
            f"{watched.statuses}, worst {worst:.0f} ms",
            f"{good} only",
            set(watched.statuses) == {good},
        )
    state("R10", f"{name}: normal again after", f"{normal_s:.1f} s", "< 5 s", normal_s < 5)
    state("R10", f"{name}: memory of the web processes", f"{growth:+.0f} MB", "< 50 MB", growth < 50)


def _fill(server: LiveServer) -> list[str]:
    """Make people, questions and answers; return the addresses to ask for."""
    with server.rows():
        for number in range(200):
            accounts.person(f"Helper {number}", email=f"helper{number}@example.org")
        asker, shelf = accounts.person("Asker"), make.category()
        made = [make.question(asker, category=shelf) for _number in range(QUESTIONS)]
        for each in made:
            make.answer(each, asker)
        urls = [question_url(each.id, each.title) for each in made]
    return [page for url in urls for page in ("/", "/questions", url)]


def _until_normal(ask: Callable[[], Answer], calm: Seen) -> float:
    """Return after how many seconds ten pages in a row are answered about as soon as before."""
    began, usual_s = time.monotonic(), max(calm.quantile_ms(0.99) / 1000 * 2, 0.1)
    in_a_row = 0
    while in_a_row < 10 and time.monotonic() - began < 60:
        answer = ask()
        in_a_row = in_a_row + 1 if answer.status == 200 and answer.seconds < usual_s else 0
    return time.monotonic() - began


if __name__ == "__main__":
    main()
