"""Which engine for how large a community: index time and size, search and as-you-type, the cost of who may see what.

    ./dev bench engines [--sizes 10000,100000] [--engines whoosh,tantivy,postgresql] [--searches N]

Communities of so many posts are made of the Thunderbird community's sentences (bench/_recombined.py, which says how the
vocabulary grows). Searches are three words of a title, with counts per field; what is typed is the beginning of a
title. Both as the product asks: with synonyms, compounds and slips looked for. Who may see what: the same searches by
somebody with one token and by somebody with 50, of a community in which every tenth question is an organisation's.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import flask_migrate
import sqlalchemy as sa

from app.cli import with_commands
from app.config import Config
from app.db import db
from app.factory import create_app
from app.search import widening
from app.search.backend import Document, SearchEngine, SearchRequest, State
from app.search.engine import engine_for
from app.search.query_language import parse
from bench._figures import conclude, state
from bench._installation import ARCHIVE, ROOT, new_database
from bench._recombined import Recombined

SEED = 20_261_124
PUBLIC = frozenset({"public"})
T = TypeVar("T")
MANY = frozenset({"public", *(f"org:{number}" for number in range(1, 50))})


def main() -> None:
    """Measure each engine at each size."""
    options = _options()
    recombined = Recombined(ARCHIVE)
    with tempfile.TemporaryDirectory() as scratch:
        for size in map(int, options.sizes.split(",")):
            folder = Path(scratch) / str(size)
            words = recombined.write(folder, size)
            state("engines", f"{size:,} posts", f"{words:,} different words")
            for name in options.engines.split(","):
                with engine_called(name, Path(scratch) / f"{size}-{name}") as engine:
                    _measure(engine, folder, size, options.searches)
    conclude()


def _measure(engine: SearchEngine, folder: Path, size: int, count: int) -> None:
    what = f"{size:,} posts: {engine.name}"
    started, used = time.perf_counter(), time.process_time()
    questions = engine.rebuild(_documents(folder))
    took, own = time.perf_counter() - started, time.process_time() - used
    tidied(engine)
    status = engine.status()
    said = f"{took:.0f} s (own processor {own:.0f} s), {status.size_bytes / 1e6:.0f} MB, {questions:,} questions"
    state("engines", f"{what}: index made anew", said)
    titles = [each.title for each in _sampled(folder, count)]
    chance = random.Random(SEED)
    three = [" ".join(chance.sample(title.split(), min(3, len(title.split())))) for title in titles]
    _time(f"{what}: search", three, lambda text: _search(engine, text, PUBLIC))
    typed = [title[: chance.randint(min(10, len(title)), len(title))] for title in titles]
    _time(f"{what}: as you type", typed, lambda text: _type(engine, text))
    _time(f"{what}: two letters and a star", [word[:2] + "*" for word in three], lambda text: _begin(engine, text))
    few = three[: max(count // 4, 20)]
    alone = _median(few, lambda text: _search(engine, text, PUBLIC))
    many = _median(few, lambda text: _search(engine, text, MANY))
    state("engines", f"{what}: who may see what", f"{alone:.1f} ms with one token, {many:.1f} ms with 50")
    one = replace(next(_documents(folder)), version=2)
    state("engines", f"{what}: one document changed", f"{_median([one] * 5, lambda it: engine.apply([it], [])):.0f} ms")


def _time(what: str, subjects: Sequence[str], action: Callable[[str], object]) -> None:
    pairs = [_ms(subject, action) for subject in subjects]
    wall, own = (sorted(column) for column in zip(*pairs, strict=True))
    at = int(len(pairs) * 0.95)
    said = f"p50 {statistics.median(wall):.1f}, p95 {wall[at]:.1f} ms"
    state("engines", what, f"{said}; own processor p50 {statistics.median(own):.1f}, p95 {own[at]:.1f} ms")


def _median(subjects: Sequence[T], action: Callable[[T], object]) -> float:
    return statistics.median(_ms(subject, action)[0] for subject in subjects)


def _ms(subject: T, action: Callable[[T], object]) -> tuple[float, float]:
    """Return the time it takes, and that of this process' own processor: other work on the machine disturbs it less."""
    started, used = time.perf_counter(), time.process_time()
    action(subject)
    return (time.perf_counter() - started) * 1000, (time.process_time() - used) * 1000


def _search(engine: SearchEngine, text: str, audiences: frozenset[str]) -> object:
    query = parse(text)
    wider = widening.for_terms(query.terms, engine.frequencies, ())
    return engine.search(SearchRequest(query=query, audiences=audiences, wider=wider, with_facets=True))


def _type(engine: SearchEngine, text: str) -> object:
    wider = widening.for_text(text, engine.frequencies, (), is_typing=True)
    return engine.similar(text, audiences=PUBLIC, language="en", is_typing=True, wider=wider)


def _begin(engine: SearchEngine, text: str) -> object:
    return engine.search(SearchRequest(query=parse(text + "e"), audiences=PUBLIC))


def _sampled(folder: Path, count: int) -> list[Document]:
    found = list(_documents(folder))
    return random.Random(SEED).sample(found, min(count, len(found)))


def _documents(folder: Path) -> Iterator[Document]:
    """Yield the questions of an archive with their answers, which follow in the same order."""
    with (folder / "questions.jsonl").open() as questions, (folder / "answers.jsonl").open() as answers:
        following = map(json.loads, answers)
        answer = next(following, None)
        for number, line in enumerate(questions, start=1):
            row = json.loads(line)
            given = []
            while answer is not None and answer["qid"] == row["id"]:
                given.append(answer["body"])
                answer = next(following, None)
            moment = datetime.fromisoformat(row["t"])
            yield Document(
                kind="question",
                id=number,
                version=1,
                audience=f"org:{number % 500}" if number % 10 == 0 else "public",
                language="en",
                title=row["title"],
                body=row["body"],
                answers="\n".join(given),
                tags=tuple(row["tags"]),
                category=row["category"],
                state=State.ACCEPTED if row["accepted"] else State.ANSWERED if given else State.OPEN,
                created_at=moment,
                updated_at=moment,
                answer_count=len(given),
            )


def tidied(engine: SearchEngine) -> None:
    """Take the rows that a rebuild left dead, as autovacuum does in time; a throwaway PostgreSQL has none."""
    if engine.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE search_documents"))


@contextmanager
def engine_called(name: str, folder: Path) -> Iterator[SearchEngine]:
    """Give an engine of an installation with an empty, migrated database."""
    server = os.environ.get("SAMEN_BENCH_POSTGRES", "")
    with new_database(server) if name == "postgresql" else _no_database() as url:
        own = {"SAMEN_ENV": "development", "SAMEN_INSTANCE": str(folder), "SAMEN_DATABASE_URL": url}
        os.environ.update(own | {"SAMEN_SEARCH_INDEX": str(folder / "index"), "SAMEN_SEARCH_ENGINE": name})
        app = with_commands(create_app(Config.from_environment()))
        with app.app_context():
            flask_migrate.upgrade(directory=str(ROOT / "migrations"))
            yield engine_for(app.extensions["samen.config"])


@contextmanager
def _no_database() -> Iterator[str]:
    yield ""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench engines")
    parser.add_argument("--sizes", default="10000,100000")
    engines = "whoosh,tantivy,postgresql" if os.environ.get("SAMEN_BENCH_POSTGRES") else "whoosh,tantivy"
    parser.add_argument("--engines", default=engines)
    parser.add_argument("--searches", type=int, default=200)
    return parser.parse_args()


if __name__ == "__main__":
    main()
