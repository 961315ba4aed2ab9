"""How fast search is on a real community: build, search, as-you-type, one more post. Prints its figures.

    .venv/bin/python -m bench.search [--archive FOLDER] [--queries N] [--folder INDEX]

The texts are read from the Thunderbird archive in $SAMEN_SHARED (default ../shared) and never leave the machine.
Queries are made of the titles by a fixed seed: three words of one title, and a title cut off while it is being typed.
"""

import argparse
import itertools
import json
import lzma
import os
import random
import resource
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from app.search.analysis import tokens
from app.search.backend import Document, SearchRequest, Sort, State
from app.search.query_language import parse
from app.search.whoosh_engine.engine import WhooshEngine
from tests.search.hostile import HOSTILE

SEED = 20_261_121
PUBLIC = frozenset({"public"})
T = TypeVar("T")


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(options.folder or scratch)
        engine = WhooshEngine(folder)
        started = time.perf_counter()
        count = engine.rebuild(documents(options.archive))
        took = time.perf_counter() - started
        status = engine.status()
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"built {count:,} documents in {took:.1f} s ({count / took:,.0f} per s), {status.parts} parts,", end=" ")
        print(f"{status.size_bytes / 1e6:.1f} MB; peak memory {own:.0f} MB here, {children:.0f} MB in a builder")

        titles = [document.title for document in documents(options.archive)]
        chance = random.Random(SEED)
        sample = chance.sample(titles, min(options.queries, len(titles)))
        three = [_some_words(title, 3, chance) for title in sample]
        typed = [title[: chance.randint(min(10, len(title)), len(title))] for title in sample]

        fresh = WhooshEngine(folder)
        print(f"{'first search of a new process':34}", f"{_ms(lambda: _search(fresh, three[0])):8.1f} ms")
        _report("three words", three, lambda text: _search(engine, text))
        _report("three words, counts per field", three, lambda text: _search(engine, text, with_facets=True))
        _report("a phrase of two", three, lambda text: _search(engine, f'"{" ".join(text.split()[:2])}"'))
        _report("prefix of three letters", three, lambda text: _search(engine, text[:3] + "*"))
        _report("newest of a filter", three, lambda _: _search(engine, "is:accepted", sort=Sort.NEWEST))
        _report("as you type", typed, lambda text: _similar(engine, text))
        _report("similar to a whole text", _bodies(options), lambda text: _similar(engine, text))
        _report("what a slip was meant to be", [_slip(text) for text in three if text], engine.alike)
        _report("add one document and commit", _few(options), lambda one: engine.apply([one], []))
        _report("a hostile query, both ways", HOSTILE, lambda text: (_search(engine, text), _similar(engine, text)))
        batches = [_few(options)] * 10
        _report("add fifty and commit", batches, lambda many: engine.apply(many, []))
        print(f"{'check of every file':34}", f"{_ms(engine.check):8.1f} ms")


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


def _some_words(title: str, count: int, chance: random.Random) -> str:
    words = [word for word in title.split() if word.isalpha() and any(tokens(word, "en"))]
    return " ".join(chance.sample(words, min(count, len(words))))


def _slip(text: str) -> str:
    """Return the longest word with two letters in its middle changed about."""
    word = max(text.split(), key=len)
    middle = max(2, len(word) // 2)
    return word[:middle] + word[middle : middle + 2][::-1] + word[middle + 2 :]


def _bodies(options: argparse.Namespace) -> list[str]:
    return [document.body for document in itertools.islice(documents(options.archive), options.queries)]


def _few(options: argparse.Namespace) -> list[Document]:
    return list(itertools.islice(documents(options.archive), 50))


def _search(engine: WhooshEngine, text: str, *, with_facets: bool = False, sort: Sort = Sort.RELEVANCE) -> None:
    engine.search(SearchRequest(query=parse(text), audiences=PUBLIC, with_facets=with_facets, sort=sort))


def _similar(engine: WhooshEngine, text: str) -> None:
    engine.similar(text, audiences=PUBLIC, language="en", is_typing=True)


def _ms(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def _report(name: str, subjects: Sequence[T], action: Callable[[T], object]) -> None:
    processor = time.process_time()
    times = sorted(_ms(lambda subject=subject: action(subject)) for subject in subjects)  # type: ignore[misc]
    processor = (time.process_time() - processor) * 1000 / len(times)
    p50, p95, worst = statistics.median(times), times[int(len(times) * 0.95)], times[-1]
    print(f"{name:34} p50 {p50:7.2f}   p95 {p95:7.2f}   worst {worst:7.2f} ms   processor, mean {processor:7.2f} ms")


def _options() -> argparse.Namespace:
    shared = Path(os.environ.get("SAMEN_SHARED", "../shared"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, default=shared / "data" / "thunderbird-support")
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--folder", type=Path, help="keep the index here")
    return parser.parse_args()


if __name__ == "__main__":
    main()
