"""Which weights order what was found best: chosen on one half of the threads, tested on the other.

    ./dev bench weights [--searches N]

The sets are those of `./dev bench finding` (bench/_measured_sets.py). Threads are split by a checksum of their id, so
that no thread both chooses and tests. Each weight is tried by itself at several strengths, all others as they are; the
one with the best mean MRR over the sets on the choosing half is proposed, and all proposed together are tested on the
other half beside those in use and beside none. Weights of the words (title, share, rarest words) ask the engine anew;
those of standing order the first 100 that were found anew. What is measured is Tantivy: all engines weigh alike.

Nothing in the two communities says how sure an article is: how much that weighs, ./dev bench confidence says.
"""

import argparse
import statistics
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

from app.search import weighing
from app.search.backend import Document, SearchRequest
from app.search.query_language import of_text
from app.search.tantivy_engine import engine as engine_module
from app.search.tantivy_engine.engine import TantivyEngine
from app.search.weighing import STANDING, Standing, standing_of
from bench._figures import conclude, state
from bench._measured_sets import Measured, Sought, communities, sets
from bench.finding import PUBLIC, request_of

NONE = Standing(accepted=0.0, vote=0.0, year=0.0, confidence=0.0)
STRENGTHS: Mapping[str, Sequence[float]] = {
    "accepted": (0.0, 0.03, 0.06, 0.12, 0.2, 0.3),
    "vote": (0.0, 0.01, 0.03, 0.06, 0.1),
    "year": (0.0, 0.002, 0.005, 0.01, 0.02, 0.04),
}
OF_WORDS: Mapping[str, Sequence[float]] = {
    "TITLE_WEIGHT": (0.0, 0.3, 0.6, 1.2, 2.0, 3.0),
    "TITLE_WEIGHT_OF_TEXTS": (0.0, 0.3, 0.6, 0.9, 1.2, 2.0),
    "SHARE_POWER": (0.0, 0.25, 0.5, 0.75, 1.0),
    "RAREST_WORDS": (12, 20, 30, 45, 60),
}
LOOKED_AT = 100
# What is not this much better is as good: of two weights as good the smaller one is taken.
AS_GOOD = 0.001


@dataclass(frozen=True)
class Asked:
    """A measured set in its engine, in two halves."""

    name: str
    engine: TantivyEngine
    documents: Mapping[int, Document]
    choosing: Sequence[Sought]
    testing: Sequence[Sought]


def main() -> None:
    """Try every weight, propose, and test."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        asked = [
            halved(measured, Path(scratch) / measured.name)
            for community, (threads, links) in communities().items()
            for measured in sets(community, threads, links, options.searches)
            if not measured.name.endswith("accepted")
        ]
        sizes = f"{sum(len(each.choosing) for each in asked)} choose, {sum(len(each.testing) for each in asked)} test"
        state("weights", "searches", sizes)
        words = _tried_words(asked)
        chosen = _tried_standing(asked)
        _tested(asked, words, chosen)
    conclude()


def halved(measured: Measured, folder: Path) -> Asked:
    """Return a measured set in its engine, its searches split by a checksum of what is right."""
    engine = TantivyEngine(folder)
    engine.rebuild(iter(measured.documents))
    halves: tuple[list[Sought], list[Sought]] = ([], [])
    for each in measured.sought:
        halves[zlib.crc32(str(each.right).encode()) % 2].append(each)
    return Asked(measured.name, engine, {each.id: each for each in measured.documents}, *halves)


def _tried_words(asked: Sequence[Asked]) -> dict[str, float]:
    chosen: dict[str, float] = {}
    for name, strengths in OF_WORDS.items():
        results = []
        for strength in strengths:
            with _words_weigh({name: strength}):
                results.append(
                    _each([found_by_words(each, each.choosing) for each in asked], asked, "choosing", STANDING)
                )
        chosen[name] = _proposed(name, strengths, results, _in_use(name))
    return chosen


def _tried_standing(asked: Sequence[Asked]) -> Standing:
    found = [found_by_words(each, each.choosing) for each in asked]
    _each_said("words alone", _each(found, asked, "choosing", NONE))
    chosen = STANDING
    for name, strengths in STRENGTHS.items():
        results = [_each(found, asked, "choosing", replace(STANDING, **{name: strength})) for strength in strengths]
        strength = _proposed(name, strengths, results, getattr(STANDING, name))
        chosen = replace(chosen, **{name: strength})
    return chosen


def _tested(asked: Sequence[Asked], words: Mapping[str, float], chosen: Standing) -> None:
    """State each set on the half that chose nothing."""
    found = [found_by_words(each, each.testing) for each in asked]
    _each_said("testing half: no standing", _each(found, asked, "testing", NONE), asked)
    _each_said("testing half: in use", _each(found, asked, "testing", STANDING), asked)
    with _words_weigh(words):
        found = [found_by_words(each, each.testing) for each in asked]
    _each_said("testing half: proposed", _each(found, asked, "testing", chosen), asked)


Ranking = Sequence[tuple[int, float]]


def found_by_words(asked: Asked, sought: Sequence[Sought]) -> list[Ranking]:
    """Return of each search (id, what the words weigh), without what standing makes of it."""
    rankings: list[Ranking] = []
    for each in sought:
        if asked.name.endswith("linked"):
            request = SearchRequest(query=of_text(each.text), audiences=PUBLIC, language="en", is_unasked=True)
        else:
            request = request_of(asked.engine, each.text)
        hits = asked.engine.search(replace(request, limit=LOOKED_AT)).hits
        rankings.append([(hit.key.id, hit.score / standing_of(asked.documents[hit.key.id])) for hit in hits])
    return rankings


def _each(found: Sequence[Sequence[Ranking]], asked: Sequence[Asked], half: str, weights: Standing) -> list[float]:
    """Return the MRR of the first ten of each set."""
    return [
        mrr(rankings, getattr(each, half), lambda number, each=each: standing_of(each.documents[number], weights))  # type: ignore[misc]
        for rankings, each in zip(found, asked, strict=True)
    ]


def mrr(rankings: Sequence[Ranking], sought: Sequence[Sought], standing: Callable[[int], float]) -> float:
    """Return the mean of 1 / the place of what is right among the first ten."""
    places = []
    for ranking, each in zip(rankings, sought, strict=True):
        ordered = sorted(((-score * standing(number), number) for number, score in ranking if number != each.but))
        ids = [number for _, number in ordered[:10]]
        places.append(1 / (ids.index(each.right) + 1) if each.right in ids else 0.0)
    return statistics.mean(places)


def _proposed(name: str, strengths: Sequence[float], results: Sequence[Sequence[float]], in_use: float) -> float:
    means = [statistics.mean(each) for each in results]
    best = min(strength for strength, mean in zip(strengths, means, strict=True) if mean >= max(means) - AS_GOOD)
    said = ", ".join(f"{strength:g}: {mean:.4f}" for strength, mean in zip(strengths, means, strict=True))
    state("weights", name, f"mean MRR {said}; best {best:g}, in use {in_use:g}")
    return best


def _each_said(what: str, results: Sequence[float], asked: Sequence[Asked] = ()) -> None:
    sets_ = "".join(f"; {each.name} {result:.3f}" for each, result in zip(asked, results, strict=bool(asked)))
    state("weights", what, f"mean MRR {statistics.mean(results):.4f}{sets_}")


def _in_use(name: str) -> float:
    return float(getattr(weighing, name))


@contextmanager
def _words_weigh(values: Mapping[str, float]) -> Iterator[None]:
    with ExitStack() as stack:
        for name, value in values.items():
            for module in (weighing, engine_module):
                if hasattr(module, name):
                    stack.enter_context(patch.object(module, name, value))
        yield


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench weights")
    parser.add_argument("--searches", type=int, default=300)
    return parser.parse_args()


if __name__ == "__main__":
    main()
