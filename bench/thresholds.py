"""From where on a question counts as asked before, and sentences as an answer: precision and recall at each threshold.

    ./dev bench thresholds [--searches N]

*Duplicates.* Asked again are questions that were closed or linked as the same (Cardano, PostLinks), those whose answers
link to another question (Thunderbird), and questions in other words (bench/_paraphrased.py). Shown is what
app/search/duplicates.py would show: at most three, that share so much of the weight of the rarest words. Right is the
known one; anything else that is shown counts as wrong, though some of it is a duplicate that nobody noted, so that
precision is a lower bound. Beside them stand questions of which no duplicate is known: how many of these are shown
something.

*Suggested answers.* The title of a question that was asked again is typed; right are sentences of the accepted answer
of the one it was asked again of, wrong any other. Typed in other words too: two thirds of the words of a title, whose
own accepted answer is right.

Half of the threads choose, by a checksum of their id; the other half is the table.
"""

import argparse
import random
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path

from app.prose.rendering import MAX_CHARACTERS, render
from app.search import answering, duplicates
from app.search.analysis import tokens, words
from app.search.tantivy_engine.engine import TantivyEngine
from bench._figures import conclude, state
from bench._measured_sets import SEED, Thread, communities
from bench._paraphrased import Paraphraser
from bench.finding import PUBLIC, request_of

STEPS = (0.3, 0.4, 0.45, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1.0)
HALVES = ("choosing", "testing")
EXCERPT = 400
# (question, its text, the one it repeats or 0)
Again = tuple[int, str, int]


def main() -> None:
    """Measure both thresholds on both communities."""
    options = _options()
    for name, (threads, links) in communities().items():
        with tempfile.TemporaryDirectory() as scratch:
            engine = TantivyEngine(Path(scratch))
            engine.rebuild(thread.document() for thread in threads.values())
            _duplicates(name, engine, threads, links, options.searches)
            _answers(name, engine, threads, links, options.searches)
    conclude()


def _duplicates(
    name: str, engine: TantivyEngine, threads: Mapping[int, Thread], links: Sequence[tuple[int, int]], count: int
) -> None:
    chance = random.Random(SEED)
    again = Paraphraser([each.body for each in threads.values()], seed=SEED)
    linked = chance.sample(list(links), min(count, len(links)))
    chosen = chance.sample(sorted(threads), min(count, len(threads)))
    repeats = {one for one, _ in links} | {other for _, other in links}
    alone = chance.sample(sorted(set(threads) - repeats), min(count, len(threads) // 2))
    sets: dict[str, list[Again]] = {
        "linked as the same": [(one, _asked(threads[one]), other) for one, other in linked],
        "in other words": [
            (0, again.again(threads[each].title, threads[each].body)[:EXCERPT], each) for each in chosen
        ],
        "no duplicate known": [(each, _asked(threads[each]), 0) for each in alone],
    }
    shares: dict[tuple[str, int, float], float] = {}
    for what, asked in sets.items():
        found = {each: _alike(engine, each) for each in asked}
        for half in (0, 1):
            these = [each for each in asked if _half(each[2] or each[0]) == half]
            for step in STEPS:
                shares[what, half, step] = _state_duplicates(f"{name}, {HALVES[half]}, {what}", these, found, step)
    for half, step in product((0, 1), STEPS):
        seen, vain = (
            shares[what, half, step] * of for what, of in (("in other words", 0.1), ("no duplicate known", 0.9))
        )
        balance = 2 * seen / (seen + vain + 0.1)
        state("thresholds", f"{name}, {HALVES[half]}, F1 if one in ten was asked before, {step:.0%}", f"{balance:.2f}")


def _asked(thread: Thread) -> str:
    return f"{thread.title}\n{' '.join(thread.body.split())[:EXCERPT]}"


def _again(paraphraser: Paraphraser, thread: Thread) -> str:
    return paraphraser.again(thread.title, thread.body)[:EXCERPT]


def _alike(engine: TantivyEngine, asked: Again) -> list[tuple[int, float]]:
    own, text, _ = asked
    hits = engine.similar(text, audiences=PUBLIC, language="en", limit=duplicates.MOST + 5).hits
    return [(hit.key.id, hit.coverage) for hit in hits if hit.key.id != own]


def _state_duplicates(
    what: str, asked: Sequence[Again], found: Mapping[Again, Sequence[tuple[int, float]]], least: float
) -> float:
    """Return which share of the questions is shown the right one; where none is, which share is shown something."""
    shown = {
        each: [number for number, likeness in found[each] if likeness >= least][: duplicates.MOST] for each in asked
    }
    some = sum(map(bool, shown.values()))
    if not any(right for _, _, right in asked):
        state("thresholds", f"{what}, {least:.0%}", f"{some / len(asked):.1%} of {len(asked)} are shown something")
        return some / len(asked)
    right = sum(each[2] in numbers for each, numbers in shown.items())
    first = sum(numbers[:1] == [each[2]] for each, numbers in shown.items())
    said = f"recall {right / len(asked):.3f} of {len(asked)}; of {some} shown something, {_share(right, some)} see it"
    state("thresholds", f"{what}, {least:.0%}", f"{said}, {_share(first, some)} first")
    return right / len(asked)


def _answers(
    name: str, engine: TantivyEngine, threads: Mapping[int, Thread], links: Sequence[tuple[int, int]], count: int
) -> None:
    solved = {each.id for each in threads.values() if _accepted(each)}
    linked = [(threads[one].title, other, one) for one, other in links if other in solved]
    chance = random.Random(SEED)
    said = [(_two_thirds(threads[each].title, chance), each, 0) for each in chance.sample(sorted(solved), len(solved))]
    sets = {
        "the title of one asked again": chance.sample(linked, min(count, len(linked))),
        "two thirds of a title": [each for each in said if each[0]][:count],
    }
    for what, asked in sets.items():
        for half in (0, 1):
            these = [each for each in asked if _half(each[1]) == half]
            found = [_found(engine, threads, text, but) for text, _, but in these]
            for step in STEPS:
                answers = [_answer(engine, texts, text, step) for (text, _, _), texts in zip(these, found, strict=True)]
                right = sum(given == wanted for given, (_, wanted, _) in zip(answers, these, strict=True))
                none = sum(given is None for given in answers)
                shares = f"right {right / len(these):.1%}, wrong {(len(these) - right - none) / len(these):.1%}"
                shares += f", no answer yet {none / len(these):.1%} of {len(these)}"
                state("thresholds", f"{name}, {HALVES[half]}, {what}, {step:.0%}", shares)


def _found(engine: TantivyEngine, threads: Mapping[int, Thread], text: str, but: int) -> list[tuple[int, str, str]]:
    """Return the first threads found that have all words, as (id, title, accepted answer or nothing)."""
    hits = engine.search(request_of(engine, text))
    if not hits.all_words:
        return []
    first = [threads[hit.key.id] for hit in hits.hits if hit.key.id != but][: answering.MOST_LOOKED_AT]
    return [(each.id, each.title, _accepted(each)) for each in first]


def _answer(engine: TantivyEngine, texts: Sequence[tuple[int, str, str]], text: str, least: float) -> int | None:
    given = [(title, said, "en") if said else None for _, title, said in texts]
    best = answering.best_sentences(given, words(text), least=least)
    if best is None or not answering.weighs_enough(words(text), engine.frequencies, lambda: engine.status().documents):
        return None
    return texts[best[0]][0]


def _accepted(thread: Thread) -> str:
    """Return the HTML of the accepted answer, as a plain text becomes it."""
    said = next((text for _, text, is_accepted, _ in thread.answers if is_accepted), "")
    return render(said[:MAX_CHARACTERS], source_format="plain").html if said.strip() else ""


def _two_thirds(title: str, chance: random.Random) -> str:
    found = [word for word in dict.fromkeys(words(title)) if any(tokens(word, "en"))]
    return " ".join(chance.sample(found, round(len(found) * 2 / 3))) if len(found) > 2 else ""


def _half(number: int) -> int:
    return zlib.crc32(str(number).encode()) % 2


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "none"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench thresholds")
    parser.add_argument("--searches", type=int, default=300)
    return parser.parse_args()


if __name__ == "__main__":
    main()
