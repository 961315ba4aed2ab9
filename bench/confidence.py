"""How much an article's confidence may weigh in a search: what it costs where it says nothing, what it brings where two
articles say the same.

    ./dev bench confidence [--searches N]

Neither community has articles, so they are made: each accepted answer is one, under the title of its question. How sure
each is comes from the product's own formula (app/knowledge/confidence.py), of evidence drawn by a fixed seed: it has
nothing to do with what is sought.

*Cost.* Three words of a title, and two thirds of its words with others between them (bench/_paraphrased.py), have to
find the article: MRR at each weight beside MRR without. Whatever is lost is lost for nothing.

*Gain.* Of the articles sought there are two, each told in other words by the same generator: one was verified a month
ago and worked twice, the other was verified over a year ago and two people say that it is outdated. Three words that
both titles have are typed; of the searches that show both on the first page, in how many does the surer one come first.

Taken is the largest weight that costs at most 1 % of MRR on the choosing half of the threads; the testing half is the
control of that.
"""

import argparse
import random
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from app.knowledge.confidence import Evidence, confidence_of
from app.search.analysis import words
from app.search.backend import Document
from app.search.weighing import STANDING, standing_of
from bench._figures import conclude, state
from bench._measured_sets import SEED, Measured, Sought, Thread, communities, some_words
from bench._paraphrased import Paraphraser
from bench.weights import Asked, Ranking, found_by_words, halved, mrr

WEIGHTS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)
MOST_LOST = 0.01
HALVES = ("choosing", "testing")
SURE, UNSURE = Evidence(days=30, worked=2), Evidence(days=400, outdated=2)
FIRST_PAGE = 10


def main() -> None:
    """Measure both on both communities, and say which weight to take."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        alone, twins = [], []
        for name, (threads, _links) in communities().items():
            made = _Made(threads, options.searches)
            alone += [halved(each, Path(scratch) / f"{name} {each.name}") for each in made.alone(name)]
            twins.append(halved(made.twins(name), Path(scratch) / f"{name} twins"))
        for half in HALVES:
            _told(half, alone, twins)
    conclude()


class _Made:
    """Articles of a community, and searches for some of them."""

    def __init__(self, threads: Mapping[int, Thread], searches: int) -> None:
        self._chance = random.Random(SEED)
        answers = {
            each.id: text
            for each in threads.values()
            for who, text, accepted, _ in each.answers
            if accepted and who != each.asker
        }
        self._articles = {number: self._article(threads[number], text) for number, text in answers.items()}
        self._sought = self._chance.sample(sorted(self._articles), min(searches, len(self._articles)))
        self._titles = {each: some_words(threads[each].title, 3, self._chance) for each in self._sought}
        texts = [f"{each.title} {each.body}" for each in self._articles.values()]
        self._paraphraser = Paraphraser(texts, seed=SEED)

    def alone(self, name: str) -> list[Measured]:
        """Return the two sets in which each article is there once."""
        documents = list(self._articles.values())
        by_words = [Sought(text, each) for each, text in self._titles.items() if text]
        again = {each: self._paraphraser.again(self._articles[each].title, "") for each in self._sought}
        in_others = [Sought(text.strip(), each) for each, text in again.items() if text.strip()]
        sets_ = {"three words": by_words, "reworded": in_others}
        return [Measured(f"{name}, {what}", documents, sought) for what, sought in sets_.items()]

    def twins(self, name: str) -> Measured:
        """Return the set in which what is sought is there twice: id 2n is sure and right, 2n + 1 is unsure."""
        documents, sought = [], []
        for number, article in self._articles.items():
            if number not in self._titles:
                documents.append(replace(article, id=2 * number))
                continue
            told = [self._paraphraser.again(article.title, article.body).split("\n", 1) for _known in (SURE, UNSURE)]
            for offset, ((title, body), known) in enumerate(zip(told, (SURE, UNSURE), strict=True)):
                sure = confidence_of(known).value
                documents.append(replace(article, id=2 * number + offset, title=title, body=body, confidence=sure))
            in_both = " ".join(sorted({*words(told[0][0])} & {*words(told[1][0])}))
            if typed := some_words(in_both, 3, self._chance):
                sought.append(Sought(typed, 2 * number))
        return Measured(name, documents, sought)

    def _article(self, thread: Thread, text: str) -> Document:
        known = Evidence(
            days=self._chance.uniform(0, 730), worked=self._chance.randrange(4), outdated=self._chance.randrange(3)
        )
        return Document(
            kind="article",
            id=thread.id,
            version=1,
            audience="public",
            language="en",
            title=thread.title,
            body=text,
            created_at=thread.moment,
            updated_at=thread.moment,
            confidence=confidence_of(known).value,
        )


def _told(half: str, alone: Sequence[Asked], twins: Sequence[Asked]) -> None:
    found = [found_by_words(each, getattr(each, half)) for each in alone]
    both = [found_by_words(each, getattr(each, half)) for each in twins]
    said, without, taken = [], 0.0, 0.0
    for weight in WEIGHTS:
        costs = [_mrr(rankings, each, half, weight) for rankings, each in zip(found, alone, strict=True)]
        mean = statistics.mean(costs)
        without = without or mean
        lost = 1 - mean / without
        gains = [_surer_first(rankings, each, half, weight) for rankings, each in zip(both, twins, strict=True)]
        if lost <= MOST_LOST:
            taken = weight
        said.append(f"{weight:g}: MRR {mean:.4f} ({100 * lost:.1f} % lost), surer first {' and '.join(gains)}")
    searches = sum(len(getattr(each, half)) for each in (*alone, *twins))
    for each in said:
        state("confidence", f"{half} half, {searches} searches", each)
    state(
        "confidence", f"{half} half: the largest that costs at most 1 %", f"{taken:g}; in use {STANDING.confidence:g}"
    )


def _mrr(rankings: Sequence[Ranking], asked: Asked, half: str, weight: float) -> float:
    weights = replace(STANDING, confidence=weight)
    return mrr(rankings, getattr(asked, half), lambda number: standing_of(asked.documents[number], weights))


def _surer_first(rankings: Sequence[Ranking], asked: Asked, half: str, weight: float) -> str:
    """Return in how many of the searches that show both the surer one comes first, as a share of so many."""
    weights = replace(STANDING, confidence=weight)
    shown, first = 0, 0
    for ranking, each in zip(rankings, getattr(asked, half), strict=True):
        scored = sorted((-score * standing_of(asked.documents[number], weights), number) for number, score in ranking)
        ids = [number for _, number in scored[:FIRST_PAGE]]
        if each.right in ids and each.right + 1 in ids:
            shown += 1
            first += ids.index(each.right) < ids.index(each.right + 1)
    return f"{first / shown:.0%} of {shown}" if shown else "none shown"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench confidence")
    parser.add_argument("--searches", type=int, default=600)
    return parser.parse_args()


if __name__ == "__main__":
    main()
