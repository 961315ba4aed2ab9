"""Whether search knows what was meant: slips, did you mean, beginnings, synonyms and compounds.

    ./dev bench wording [--searches N] [--engines tantivy,whoosh,postgresql]

Every set has at least 200 words, drawn by a fixed seed from the vocabulary of the index (Thunderbird's texts, for
compounds Dutch texts of this machine), that stand nowhere in our code or tests; synonyms are words made up of letters
by chance, which stand nowhere at all and are entered as curators enter them. Each control is the same without the help.
"""

import argparse
import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from app.search import widening
from app.search.analysis import stem, words
from app.search.backend import Document, SearchEngine
from app.search.correcting import is_correctable, keys
from app.search.query_language import SHORTEST_PREFIX, parse
from app.search.widening import SameMeaning
from bench._figures import conclude, control, state
from bench._installation import ROOT
from bench._measured_sets import SEED, communities, dutch_document, dutch_texts, slip, words_of_our_own
from bench.engines import engine_called
from bench.finding import request_of, typed

MOST_LOST = 0.10
LEAST_WORDS = 200
# (question, three words of its title, the one of them that is measured)
Asked = tuple[int, list[str], str]


def main() -> None:
    """Measure each engine."""
    options = _options()
    both = communities()
    (threads, _), (elsewhere, _) = both["Thunderbird"], both["Cardano"]
    documents = [thread.document() for thread in threads.values()]
    asked = _asked(documents, max(options.searches, LEAST_WORDS))
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.engines.split(","):
            with engine_called(name, Path(scratch) / name) as engine:
                engine.rebuild(iter(documents))
                _slips(engine, asked)
                _right_words(engine, [each.title for each in elsewhere.values()])
                _synonyms(engine, asked)
                _beginnings(engine, asked)
                _compounds(engine)
    conclude()


def _asked(documents: Sequence[Document], count: int) -> list[Asked]:
    """Return three words of titles, one of which stands nowhere in our code, each in a few documents at least."""
    chance = random.Random(SEED)
    own = words_of_our_own(ROOT)
    stands = Counter(word for each in documents for word in set(words(each.title)))
    asked: list[Asked] = []
    used: set[str] = set()
    for each in chance.sample(list(documents), len(documents)):
        found = [word for word in dict.fromkeys(words(each.title)) if is_correctable(word)]
        fit = [word for word in found if len(word) > 4 and word not in own | used and stands[word] >= 3]
        if len(found) >= 3 and fit:
            word = chance.choice(fit)
            used.add(word)
            asked.append((each.id, [word, *chance.sample([other for other in found if other != word], 2)], word))
        if len(asked) == count:
            break
    return asked


def _slips(engine: SearchEngine, asked: Sequence[Asked]) -> None:
    """Three words of a title, then the same with one slip in one of them."""
    chance = random.Random(SEED)

    def recall(change: Callable[[str], str], *, is_wide: bool = True) -> float:
        return _recall(asked, change, lambda text: typed(engine, text, is_wide=is_wide))

    clean = recall(lambda word: word)
    slipped = {word: slip(word, chance) for _, _, word in asked}
    wrong, naked = recall(slipped.__getitem__), recall(slipped.__getitem__, is_wide=False)
    lost, told = 1 - wrong / clean, "of {} searches, recall@10 {:.3f} typed right, {:.3f} with one slip: {:.1%} lost"
    said = told.format(len(asked), clean, wrong, lost)
    state("wording", f"{engine.name}: slips", said, "at most 10 % lost", lost <= MOST_LOST)
    lost = 1 - naked / clean
    control("wording", f"{engine.name}: slips, not corrected", f"{lost:.1%} lost", fails=lost > MOST_LOST)
    meant = [_meant(engine, slipped[word]) for _, _, word in asked]
    there = sum(bool(word in each or _same(word, each)) for (_, _, word), each in zip(asked, meant, strict=True))
    first = sum(bool(each) and _same(word, each[:1]) for (_, _, word), each in zip(asked, meant, strict=True))
    shares = [f"{n / len(asked):.0%}" for n in (first, there, sum(map(bool, meant)))]
    told = "{} meant first, {} among three; {} have a proposal".format(*shares)
    state("wording", f"{engine.name}: did you mean", told)


def _right_words(engine: SearchEngine, titles: Sequence[str]) -> None:
    """Type words that another community uses and this one does not: nothing is wrong with them."""
    stands = Counter(word for title in titles for word in set(words(title)) if is_correctable(word))
    used = sorted(word for word, n in stands.items() if n >= 2)
    known = engine.frequencies([key for word in used for key in keys(word)])
    unknown = [word for word in used if not any(key in known for key in keys(word))]
    proposed = sum(bool(_meant(engine, word)) for word in unknown)
    state("wording", f"{engine.name}: words of elsewhere", f"{proposed} of {len(unknown)} are taken for slips")


def _recall(asked: Sequence[Asked], change: Callable[[str], str], find: Callable[[str], list[int]]) -> float:
    """Return the share of searches that find their question among the first ten, with the one word changed."""
    texts = [" ".join(change(each) if each == word else each for each in said) for _, said, word in asked]
    return sum(number in find(text)[:10] for (number, _, _), text in zip(asked, texts, strict=True)) / len(asked)


def _synonyms(engine: SearchEngine, asked: Sequence[Asked]) -> None:
    """Say a word that nobody wrote for one of three; curators have entered the two as the same, or one-way."""
    chance = random.Random(SEED)
    other = {word: "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _, _, word in asked}
    both = [SameMeaning("en", (made, word), is_two_way=True) for word, made in other.items()]
    against = [SameMeaning("en", (word, made), is_two_way=False) for word, made in other.items()]

    def recall(rows: Sequence[SameMeaning], change: Callable[[str], str]) -> float:
        def find(text: str) -> list[int]:
            request = request_of(engine, text)
            wider = widening.for_terms(request.query.terms, engine.frequencies, rows)
            return [hit.key.id for hit in engine.search(replace(request, wider=wider)).hits]

        return _recall(asked, change, find)

    as_written, said = recall((), lambda word: word), recall(both, other.__getitem__)
    lost = 1 - said / as_written
    told = f"of {len(asked)}, recall@10 {as_written:.3f} as written, {said:.3f} by a synonym: {lost:.1%} lost"
    state("wording", f"{engine.name}: synonyms", told)
    unknown = recall((), other.__getitem__)
    control("wording", f"{engine.name}: the same, not entered", f"{unknown:.3f}", fails=unknown < said - 0.1)
    one_way = recall(against, other.__getitem__)
    control("wording", f"{engine.name}: the same, one-way the other way", f"{one_way:.3f}", fails=one_way < said - 0.1)


def _beginnings(engine: SearchEngine, asked: Sequence[Asked]) -> None:
    """Type a title's three words, the last one only begun: with a star in the box, and as it is while asking."""
    chance = random.Random(SEED)
    begun = {word: word[: chance.randint(SHORTEST_PREFIX, len(word) - 1)] for _, _, word in asked}
    starred = _recall(asked, lambda word: f"{begun[word]}*", lambda text: typed(engine, text))

    def beside(text: str, *, is_typing: bool) -> list[int]:
        # The word that is being typed is the last one.
        first, *others = text.split()
        said = " ".join([*others, first])
        wider = widening.for_text(said, engine.frequencies, (), is_typing=is_typing)
        hits = engine.similar(
            said, audiences=frozenset({"public"}), language="en", limit=10, is_typing=is_typing, wider=wider
        )
        return [hit.key.id for hit in hits.hits]

    whole = _recall(asked, lambda word: word, lambda text: beside(text, is_typing=True))
    typing = _recall(asked, begun.__getitem__, lambda text: beside(text, is_typing=True))
    without = _recall(asked, begun.__getitem__, lambda text: beside(text, is_typing=False))
    told = (
        f"of {len(asked)}, recall@10 {starred:.3f} with a star; while typing {typing:.3f}, {whole:.3f} when it is whole"
    )
    state("wording", f"{engine.name}: beginnings", told)
    control("wording", f"{engine.name}: the same, not taken as one", f"{without:.3f}", fails=without < typing - 0.05)


def _meant(engine: SearchEngine, word: str) -> list[str]:
    found = widening.for_terms(parse(word).terms, engine.frequencies, ()).get(word, ())
    return [each.text for each in found if each.is_guess]


def _same(word: str, others: Sequence[str]) -> bool:
    return any(stem(word, "en") == stem(each, "en") for each in others)


def _compounds(engine: SearchEngine) -> None:
    """Compounds of two Dutch words by a fixed seed: each has to find a text with both, and both a text with it."""
    texts = dutch_texts()
    if len(texts) < 1_000:
        state("wording", f"{engine.name}: compounds", "no Dutch texts on this machine")
        return
    chance = random.Random(SEED)
    own = words_of_our_own(ROOT)
    stands = Counter(word for text in texts for word in set(words(text)))
    known = sorted(word for word, n in stands.items() if n >= 3 and is_correctable(word) and len(word) <= 10)
    known = [word for word in known if word not in own]
    pairs = [tuple(chance.sample(known, 2)) for _ in range(250)]
    made = [(one + chance.choice(("", "s")) + other, one, other) for one, other in pairs]
    crowd = [dutch_document(number, text) for number, text in enumerate(texts, start=10_000)]
    apart = [
        dutch_document(number, f"Wat kost een {other} voor mijn {one} hier?")
        for number, (_, one, other) in enumerate(made, 1)
    ]
    engine.rebuild([*crowd, *apart])
    for is_wide in (True, False):
        hits = [number in typed(engine, whole, is_wide=is_wide)[:10] for number, (whole, _, _) in enumerate(made, 1)]
        share = sum(hits) / len(hits)
        if is_wide:
            said = f"{share:.1%} of {len(made)} found among the first ten, in {len(crowd):,} Dutch texts"
            state("wording", f"{engine.name}: a compound finds its parts", said)
        else:
            control("wording", f"{engine.name}: the same, compounds not cut", f"{share:.1%} found", fails=share < 0.5)
    engine.rebuild(
        [*crowd, *(dutch_document(n, f"Wat kost een {whole} hier?") for n, (whole, _, _) in enumerate(made, 1))]
    )
    hits = [n in typed(engine, f"{other} voor je {one}")[:10] for n, (_, one, other) in enumerate(made, 1)]
    state("wording", f"{engine.name}: the parts find the compound", f"{sum(hits) / len(hits):.1%} of {len(made)} found")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench wording")
    parser.add_argument("--searches", type=int, default=250)
    engines = "tantivy,whoosh,postgresql" if os.environ.get("SAMEN_BENCH_POSTGRES") else "tantivy,whoosh"
    parser.add_argument("--engines", default=engines)
    return parser.parse_args()


if __name__ == "__main__":
    main()
