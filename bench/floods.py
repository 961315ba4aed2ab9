"""Floods (R13): five hundred names in a post, a thousand posts by one person, a scraper's 20,000 pages.

    ./dev bench floods [--pages 20000] [--posts 1000]

The installation stands behind a proxy, so that everybody has an address of her own. Others read and answer now and
then, first in peace, then beside each flood: their 95th percentile may grow by a fifth. The scraper asks 111 pages per
second, 20,000 in three minutes. The control has no limits. Mail to addresses of cases is not there yet.
"""

import argparse
import random
import threading
import time
from collections.abc import Callable

import sqlalchemy as sa

from app.community.compose import MOST_MENTIONS
from app.community.links import question_url
from app.mail import Letter
from app.notifications.models import Notice, NoticeItem
from app.web.throttle import LIMITS
from bench._figures import conclude, control, state
from bench._server import Answer, Seen, browsers, databases, get, installation, post
from tests.accounts import make as accounts
from tests.community import make
from tests.support.live import LiveServer

SEED, PAGES_PER_S, SCRAPERS, OTHERS, PEACE_S = 20_261_122, 111, 4, 20, 12.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench floods")
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--posts", type=int, default=1000)
    options = parser.parse_args()
    for name, url in databases().items():
        with installation(url, proxies=1) as server:
            flood = Floods(name, server)
            flood.names()
            flood.measure(options.pages, options.posts)
    with installation("", proxies=1, broken="pages") as server:
        flood = Floods("sqlite", server)
        calm = flood.others(PEACE_S).quantile_ms(0.95)
        pages = flood.scrape(options.pages // 20)
        busy, scraped = flood.beside(pages)
        told = f"{scraped.statuses}, others' p95 {calm:.0f} → {busy.quantile_ms(0.95):.0f} ms"
        control("R13", "a scraper without limits", told, fails=429 not in scraped.statuses)
    conclude()


class Floods:
    """One installation, those who use it as one should, and those who do not."""

    def __init__(self, name: str, server: LiveServer) -> None:
        self.name, self.server = name, server
        self.people = browsers(server, OTHERS)
        with server.rows():
            asker, shelf = accounts.person("Asker"), make.category()
            made = [make.question(asker, category=shelf) for _number in range(200)]
            self.questions = [int(each.id) for each in made]
            self.urls = ["/questions", "/", *(question_url(each.id, each.title) for each in made)]

    def names(self) -> None:
        """Name 500 people in one answer, and again in ten more."""
        (who,) = browsers(self.server, 1)
        with self.server.rows():
            handles = [accounts.person(f"Named {number}").handle for number in range(500)]
        body = " ".join(f"@{handle}" for handle in handles)
        for turn in range(11):
            post(self.server.url, f"/q/{self.questions[0]}/answers", {"body": body, "once_key": f"names {turn}"}, who)
        self.server.until(lambda session: not _waiting(session))
        with self.server.rows() as session:
            told = session.scalar(sa.select(sa.func.count(sa.distinct(NoticeItem.person_id))).where(_is_mention()))
            threads = session.execute(sa.select(Notice.person_id, Notice.help_request_id)).all()
            letters = session.scalars(sa.select(Letter.to_address)).all()
        state(
            "R13",
            f"{self.name}: told of 500 names in one post",
            str(told),
            f"<= {MOST_MENTIONS}",
            told is not None and told <= MOST_MENTIONS,
        )
        is_one = len(threads) == len(set(threads)) and len(letters) == len(set(letters))
        what = f"{self.name}: notices and letters per person and thread, 11 posts in a row"
        state("R13", what, f"{len(letters)} letters, {len(threads)} notices", "1 per 10 minutes", is_one)

    def measure(self, pages: int, posts: int) -> None:
        """Hold others beside each flood against others in peace."""
        calm = self.others(PEACE_S).quantile_ms(0.95)
        for what, flood, limit in (
            (f"{posts} posts by one person", self.posts(posts), "answer_by_person"),
            (f"a scraper's {pages} pages", self.scrape(pages), "page_by_network"),
        ):
            busy, seen = self.beside(flood)
            p95 = busy.quantile_ms(0.95)
            most = LIMITS[limit]
            limited = f"{seen.statuses} in {seen.seconds:.0f} s"
            state("R13", f"{self.name}: {what}", limited, f"{most.most} per {most.per_s} s", 429 in seen.statuses)
            told = f"p95 {calm:.0f} → {p95:.0f} ms ({p95 / calm - 1:+.0%})"
            state("R13", f"{self.name}: others beside {what}", told, "<= +20 %", p95 <= calm * 1.2)
            served = {200} == set(busy.statuses)
            state("R13", f"{self.name}: others are answered", str(busy.statuses), "200 only", served)

    def others(self, seconds: float) -> Seen:
        """Let people read, each a page every second or so, for so long."""
        until = time.monotonic() + seconds
        return self._reading(lambda: time.monotonic() > until)

    def beside(self, flood: Callable[[], Seen]) -> tuple[Seen, Seen]:
        """Let them read while a flood goes on."""
        seen: list[Seen] = []
        flooding = threading.Thread(target=lambda: seen.append(flood()))
        flooding.start()
        busy = self._reading(lambda: not flooding.is_alive())
        flooding.join()
        return busy, seen[0]

    def posts(self, total: int) -> Callable[[], Seen]:
        """One person answers as fast as two connections go."""
        (greedy,) = browsers(self.server, 1)

        def ask(number: int) -> Answer:
            form = {"body": f"An answer that is one of a flood, number {number}.", "once_key": f"flood {number}"}
            return post(self.server.url, f"/q/{self.questions[number % 200]}/answers", form, greedy)

        return lambda: _paced(total, 20, 2, ask)

    def scrape(self, total: int) -> Callable[[], Seen]:
        """One address asks for pages, as many a second as make 20,000 in three minutes."""
        url = self.server.url

        def ask(number: int) -> Answer:
            # Each a page of its own: what is kept for visitors costs nothing and is not limited.
            page = f"{self.urls[number % len(self.urls)]}?n={number}"
            return get(url, page, X_Forwarded_For="203.0.113.9")

        return lambda: _paced(total, PAGES_PER_S, SCRAPERS, ask)

    def _reading(self, is_over: Callable[[], bool]) -> Seen:
        seen, lock = Seen(), threading.Lock()

        def read(number: int) -> None:
            chance = random.Random(SEED + number)
            while not is_over():
                time.sleep(chance.uniform(0.5, 1.5))
                path = chance.choice(self.urls)
                cookie, address = self.people[number].cookie, f"198.51.100.{number}"
                answer = get(self.server.url, path, cookie=cookie, X_Forwarded_For=address)
                with lock:
                    seen.answers.append(answer)

        threads = [threading.Thread(target=read, args=(number,)) for number in range(OTHERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return seen


def _paced(total: int, per_s: float, clients: int, ask: Callable[[int], Answer]) -> Seen:
    """Ask `total` times, so many times a second, from so many connections at once; later where they are slower."""
    seen, lock, began = Seen(), threading.Lock(), time.monotonic()
    numbers = iter(range(total))

    def client() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            time.sleep(max(0.0, began + number / per_s - time.monotonic()))
            answer = ask(number)
            with lock:
                seen.answers.append(answer)

    threads = [threading.Thread(target=client) for _number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen.seconds = time.monotonic() - began
    return seen


def _waiting(session: object) -> int:
    return session.scalar(sa.text("SELECT count(*) FROM deliveries WHERE done_at IS NULL")) or 0  # type: ignore[attr-defined]


def _is_mention() -> sa.ColumnElement[bool]:
    return NoticeItem.reason == "mentioned"


if __name__ == "__main__":
    main()
