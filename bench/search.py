"""How fast and how well search finds in a real community, by each engine: build, search, as-you-type, one more post.

    ./dev bench search [--archive FOLDER] [--queries N]

The texts are read from the Thunderbird archive in $SAMEN_SHARED (default ../shared) and never leave the machine.
Queries are made by a fixed seed. A known item: three words of a title, or four of a question's text, have to find that
question again; recall is the share found among the first ten, MRR the mean of 1 / its place. R12: what is typed to make
a search run long (tests/search/hostile.py). Whoosh searches in files, PostgreSQL where SAMEN_BENCH_POSTGRES names one.
"""

import argparse
import json
import lzma
import os
import random
import resource
import signal
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import flask_migrate
import sqlalchemy as sa
from whoosh.fields import TEXT, Schema
from whoosh.qparser import QueryParser

from app.cli import with_commands
from app.config import Config
from app.db import own_session
from app.factory import create_app
from app.search import widening
from app.search.analysis import tokens
from app.search.backend import Document, Hits, SearchEngine, SearchRequest, Sort, State
from app.search.engine import engine_for
from app.search.query_language import parse
from app.search.widening import Wider
from bench._figures import conclude, control, state
from bench._installation import ROOT, new_database
from tests.search.hostile import HOSTILE

SEED = 20_261_121
PUBLIC = frozenset({"public"})
FIRST_PAGE = 20
SLOWEST_MS = 500
T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What is asked of each engine: known items as (id, words), and texts to find what is like them."""

    by_title: list[tuple[int, str]]
    by_text: list[tuple[int, str]]
    typed: list[str]
    bodies: list[str]


def main() -> None:
    options = _options()
    signal.signal(signal.SIGALRM, _stop)
    archive = list(documents(options.archive))
    asked = _questions_to_ask(archive, options.queries)
    with tempfile.TemporaryDirectory() as scratch:
        with _installed(Path(scratch), "") as engine:
            recall = _measure(engine, archive, asked)
            _control_of_r12("whoosh", QueryParser("text", Schema(text=TEXT())).parse)
        if server := os.environ.get("SAMEN_BENCH_POSTGRES"):
            with new_database(server) as url, _installed(Path(scratch), url) as engine:
                _measure(engine, archive, asked, at_least=recall)
                _control_of_r12("postgresql", _as_postgresql_reads_it)
    conclude()


def _measure(
    engine: SearchEngine, archive: Sequence[Document], asked: Asked, *, at_least: float | None = None
) -> float:
    """State the figures of an engine and return its MRR of known items; `at_least` is another's."""
    name = engine.name
    started = time.perf_counter()
    count = engine.rebuild(iter(archive))
    took = time.perf_counter() - started
    posts = count + sum(document.answer_count for document in archive)
    built = f"{took:.1f} s for {count:,} questions, {posts:,} posts, {posts / took:,.0f} posts per s"
    state("R7", f"{name}: index made anew", built, ">= 1,000 posts per s", posts / took >= 1000)
    size = engine.status().size_bytes / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    state("search", f"{name}: size of the index, peak memory with the archive in it", f"{size:.0f} MB, {peak:.0f} MB")

    by_title, by_text = _found_again(engine, asked.by_title), _found_again(engine, asked.by_text)
    demand, held = "", None
    if at_least is not None:
        demand, held = f"MRR of titles >= {at_least - 0.03:.2f}, 0.03 below Whoosh's", by_title[1] >= at_least - 0.03
    words = "recall {:.0%}, MRR {:.2f}"
    state("search", f"{name}: known item by three words of its title", words.format(*by_title), demand, held)
    state("search", f"{name}: known item by four words of its text", words.format(*by_text))
    newest = _found_again(engine, asked.by_title, sort=Sort.NEWEST)
    fails = newest[1] < by_title[1] - 0.1
    control("search", f"{name}: known item by its title, newest first", words.format(*newest), fails=fails)

    three = [text for _, text in asked.by_title]
    _report(name, "three words with counts per field", three, lambda text: _search(engine, text, with_facets=True))
    _report(name, "a phrase of two", three, lambda text: _search(engine, f'"{" ".join(text.split()[:2])}"'))
    _report(name, "prefix of three letters", three, lambda text: _search(engine, text[:3] + "*"))
    _report(name, "newest of a filter", three[:50], lambda _: _search(engine, "is:accepted", sort=Sort.NEWEST))
    _report(name, "as you type", asked.typed, lambda text: _similar(engine, text))
    _report(name, "similar to a whole text", asked.bodies, lambda text: _similar(engine, text))
    _report(name, "what a slip was meant to be", [_slip(text) for text in three], lambda text: _meant(engine, text))
    again = [replace(document, version=2) for document in archive[:50]]
    _report(name, "one document changed", again, lambda one: engine.apply([one], []))
    _report(name, "fifty documents changed", [again] * 10, lambda many: engine.apply(many, []))
    state("search", f"{name}: check of the whole index", f"{_ms(engine.check):.0f} ms")

    times = [_ms(lambda text=text: _search(engine, text, with_facets=True)) for text in HOSTILE]  # type: ignore[misc]
    times += [_ms(lambda text=text: _similar(engine, text)) for text in HOSTILE]  # type: ignore[misc]
    worst = f"{max(times):.0f} ms, p50 {statistics.median(times):.1f} ms"
    held = max(times) < SLOWEST_MS
    state("R12", f"{name}: slowest of {len(HOSTILE)} hostile queries, both ways", worst, "each < 0.5 s", held)
    return by_title[1]


def _control_of_r12(name: str, naively: Callable[[str], object]) -> None:
    """Give what was typed to the engine's own language, as ours never does; stop each after the time it may take."""
    troubles = 0
    for text in HOSTILE:
        signal.setitimer(signal.ITIMER_REAL, SLOWEST_MS / 1000)
        try:
            naively(text)
        except Exception:
            troubles += 1
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    said = f"{troubles} of {len(HOSTILE)} raise or take 0.5 s"
    control("R12", f"{name}: hostile queries in the engine's own language", said, fails=troubles > 0)


def _stop(_signal: int, _frame: object) -> None:
    raise TimeoutError


def _as_postgresql_reads_it(text: str) -> object:
    with own_session() as session:
        return session.scalar(sa.select(sa.func.to_tsquery("simple", text.replace("\0", ""))))


@contextmanager
def _installed(folder: Path, url: str) -> Iterator[SearchEngine]:
    """Give the engine of an installation with an empty, migrated database."""
    place = folder / (sa.make_url(url).get_backend_name() if url else "sqlite")
    own = {"SAMEN_ENV": "development", "SAMEN_INSTANCE": str(place), "SAMEN_DATABASE_URL": url}
    os.environ.update(own | {"SAMEN_SEARCH_INDEX": str(place / "index")})
    app = with_commands(create_app(Config.from_environment()))
    with app.app_context():
        flask_migrate.upgrade(directory=str(ROOT / "migrations"))
        yield engine_for(app.extensions["samen.config"])


def _questions_to_ask(archive: Sequence[Document], count: int) -> Asked:
    chance = random.Random(SEED)
    sample = chance.sample(archive, min(count, len(archive)))
    by_title = [(each.id, _some_words(each.title, 3, chance)) for each in sample]
    by_text = [(each.id, _some_words(each.body, 4, chance)) for each in sample]
    return Asked(
        by_title=[each for each in by_title if each[1]],
        by_text=[each for each in by_text if each[1]],
        typed=[each.title[: chance.randint(min(10, len(each.title)), len(each.title))] for each in sample],
        bodies=[each.body for each in sample],
    )


def _found_again(
    engine: SearchEngine, asked: Sequence[tuple[int, str]], *, sort: Sort = Sort.RELEVANCE
) -> tuple[float, float]:
    """Return the recall among the first ten and the MRR of known items."""
    places = []
    for number, text in asked:
        ids = [hit.key.id for hit in _search(engine, text, sort=sort).hits]
        places.append(ids.index(number) + 1 if number in ids else 0)
    return sum(0 < at <= 10 for at in places) / len(places), statistics.mean(1 / at if at else 0.0 for at in places)


def documents(archive: Path) -> Iterator[Document]:
    """Yield each question of a community archive with its answers."""
    answers: dict[str, list[dict[str, object]]] = defaultdict(list)
    for answer in _rows(archive / "answers.jsonl.xz"):
        answers[str(answer["qid"])].append(answer)
    for number, question in enumerate(_rows(archive / "questions.jsonl.xz"), start=1):
        given = answers.pop(str(question["id"]), [])
        moment = datetime.fromisoformat(str(question["t"]))
        yield Document(
            kind="question",
            id=number,
            version=1,
            audience="public",
            language="en",
            title=str(question["title"]),
            body=str(question["body"]),
            answers="\n".join(str(answer["body"]) for answer in given),
            tags=tuple(question["tags"]),  # type: ignore[arg-type]
            category=str(question["category"]),
            state=State.ACCEPTED if question["accepted"] else State.ANSWERED if given else State.OPEN,
            created_at=moment,
            updated_at=moment,
            answer_count=len(given),
        )


def _rows(path: Path) -> Iterator[dict[str, object]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _some_words(text: str, count: int, chance: random.Random) -> str:
    words = sorted({word for word in text.split() if word.isalpha() and any(tokens(word, "en"))})
    return " ".join(chance.sample(words, min(count, len(words))))


def _slip(text: str) -> str:
    """Return the longest word with two letters in its middle changed about."""
    word = max(text.split(), key=len)
    middle = max(2, len(word) // 2)
    return word[:middle] + word[middle : middle + 2][::-1] + word[middle + 2 :]


def _search(engine: SearchEngine, text: str, *, with_facets: bool = False, sort: Sort = Sort.RELEVANCE) -> Hits:
    given = {"audiences": PUBLIC, "with_facets": with_facets, "sort": sort, "limit": FIRST_PAGE}
    return engine.search(SearchRequest(query=parse(text), **given))  # type: ignore[arg-type]


def _meant(engine: SearchEngine, text: str) -> Wider:
    return widening.for_terms(parse(text).terms, engine.frequencies, [])


def _similar(engine: SearchEngine, text: str) -> Hits:
    return engine.similar(text, audiences=PUBLIC, language="en", is_typing=True)


def _ms(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def _report(engine: str, name: str, subjects: Sequence[T], action: Callable[[T], object]) -> None:
    processor = time.process_time()
    times = sorted(_ms(lambda subject=subject: action(subject)) for subject in subjects)  # type: ignore[misc]
    processor = (time.process_time() - processor) * 1000 / len(times)
    p50, p95, worst = statistics.median(times), times[int(len(times) * 0.95)], times[-1]
    said = f"p50 {p50:.1f}, p95 {p95:.1f}, worst {worst:.1f} ms; own processor {processor:.1f} ms"
    state("search", f"{engine}: {name}", said)


def _options() -> argparse.Namespace:
    shared = Path(os.environ.get("SAMEN_SHARED", "../shared"))
    parser = argparse.ArgumentParser(prog="./dev bench search")
    parser.add_argument("--archive", type=Path, default=shared / "data" / "thunderbird-support")
    parser.add_argument("--queries", type=int, default=500)
    return parser.parse_args()


if __name__ == "__main__":
    main()
