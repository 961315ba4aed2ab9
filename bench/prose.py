"""How long texts take to render: ordinary ones, the densest honest ones, and those made to take long.

Seconds are of computing (this thread), so that a busy machine changes little. Ends with 1 when a text takes a second or
more. `--seed N` hunts with other mixtures. What stands in $SAMEN_SHARED is left out where it is absent.
"""

import argparse
import json
import lzma
import os
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from app.prose import parser
from app.prose.extract import excerpt, own_words, plain_text
from app.prose.highlight import LANGUAGE_CLASSES, Allowance, coloured
from app.prose.language import detect_language
from app.prose.rendering import MAX_CHARACTERS, render
from bench._figures import conclude, state
from tests.prose import hostile

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SAMEN_SHARED", ROOT.parent / "shared")) / "data"
PROMISE_S = 1.0

HONEST = {
    "a column of letters": "a\n" * 15_000,
    "a table": "|a|b|c|\n|-|-|-|\n" + "|1|2|3|\n" * 3_700,
    "tasks": "- [ ] x\n" * 3_700,
    "four lists deep": "- a\n  - b\n    - c\n      - d\n" * 1_100,
    "a quoted mail": "> > > > the words of a mail\n" * 1_000,
    "bold words": "**a** " * 5_000,
    "links": "- [a](https://example.org/path/to/something) and @jan\n" * 550,
    "definitions": "[1]: https://example.org/a/b\n" * 1_000,
    "a log": "[2024-01-01 10:00:00] [INFO] [main] something happened [x]\n" * 500,
    "JSON": '{"a": [1, [2, [3]]], "b": "c"},\n' * 900,
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--seed", type=int, default=1)
    seed = arguments.parse_args().seed
    render("warm up", source_format="markdown")
    ordinary()
    language()
    honest()
    worst = max(
        slowest("listed pathological texts", listed()),
        slowest("every piece in every shape", ((n, "markdown", t) for n, t in hostile.simple(MAX_CHARACTERS))),
        slowest("mixtures, Markdown", mixtures("markdown", hostile.MARKDOWN + hostile.ADDRESSES, seed)),
        slowest("mixtures, plain", mixtures("plain", hostile.ADDRESSES, seed)),
        slowest("mixtures, HTML", mixtures("html", hostile.HTML, seed)),
        slowest("code in every language", code(seed)),
    )
    state("W3", "slowest text of all", f"{worst:.2f} s", f"< {PROMISE_S:.0f} s", worst < PROMISE_S)
    conclude()


def seconds_for(text: str, source_format: str) -> float:
    started = time.thread_time()
    render(text, source_format=source_format, mention_url=lambda handle: f"/people/{handle}")
    return time.thread_time() - started


def slowest(title: str, texts: Iterable[tuple[str, str, str]]) -> float:
    """State the slowest of some texts; return its seconds."""
    took = sorted(((seconds_for(text, form), name) for name, form, text in texts), reverse=True)
    if not took:
        state("W3", title, "left out, not there")
        return 0.0
    seconds, name = took[0]
    state("W3", f"{title}: slowest of {len(took)} texts", f"{seconds:.3f} s ({name[:60]!r})")
    return seconds


def listed() -> Iterator[tuple[str, str, str]]:
    folder = SHARED / "corpora" / "markdown"
    if folder.is_dir():
        yield from ((name, "markdown", text) for name, text in hostile.listed(folder, MAX_CHARACTERS))


def mixtures(source_format: str, pieces: list[str], seed: int) -> Iterator[tuple[str, str, str]]:
    for name, text in hostile.mixed(pieces, MAX_CHARACTERS, number=150, seed=seed):
        yield name, source_format, text


def code(seed: int) -> Iterator[tuple[str, str, str]]:
    """Yield texts of three blocks of hostile code, the most that fits while still being coloured."""
    for language_class in sorted(LANGUAGE_CLASSES):
        language_name = language_class.removeprefix("language-")
        for name, text in hostile.mixed(hostile.CODE, 7_900, number=6, seed=seed):
            yield f"{language_name}: {name}", "markdown", f"```{language_name}\n{text}\n```\n" * 3


def honest() -> None:
    """State what the densest texts people may honestly write cost, in seconds and in units of work."""
    for name, text in HONEST.items():
        started = time.thread_time()
        work = parser.Work()
        environment = {"work": work, "mentions": lambda _handle: None, "colour": Allowance()}
        parser._FRIENDLY.render(text[:MAX_CHARACTERS], environment)
        spent, took = parser.ENOUGH_WORK - work.left, time.thread_time() - started
        told = f"{took:.3f} s, {spent:,} units of work"
        state("prose", f"{MAX_CHARACTERS:,} characters of {name}", told, f"< {parser.ENOUGH_WORK:,}", work.left > 0)
    started = time.thread_time()
    coloured((ROOT / "app" / "prose" / "finishing.py").read_text()[:8_000], "python", Allowance())
    state("prose", "8,000 characters of Python in colour", f"{time.thread_time() - started:.3f} s")


def ordinary() -> None:
    """State the milliseconds an ordinary text takes, from rendering to language."""
    texts = [body for body, _title in islice(thunderbird(), 4_000)]
    if not texts:
        state("prose", "ordinary texts", "left out, not there")
        return
    of = f"one of {len(texts):,} questions of {sum(map(len, texts)) / len(texts):.0f} characters"
    for form in ("plain", "markdown", "html"):
        took = sum(seconds_for(text, form) for text in texts)
        state("prose", f"{of}, {form}", f"{took / len(texts) * 1e3:.3f} ms")
    html = [render(text, source_format="plain").html for text in texts]
    detect_language("the model is loaded once, before the clock runs", "en")
    started = time.thread_time()
    for each in html:
        plain_text(each)
        excerpt(each, 200)
        detect_language(own_words(each), "en")
    took = (time.thread_time() - started) / len(texts) * 1e3
    state("prose", f"{of}: words, excerpt and language", f"{took:.3f} ms")


def language() -> None:
    """State how often the first words of a text tell its language, by the number of its letters."""
    samples = {"en": [title for _body, title in islice(thunderbird(), 2_000)], "nl": dutch()}
    for code_, texts in samples.items():
        for low, high in ((1, 12), (12, 20), (20, 30), (30, 50), (50, 400)):
            beginnings = {" ".join(text.split()[:words]) for text in texts for words in (1, 2, 3, 4, 6, 8, 12, 20)}
            some = [text for text in beginnings if low <= sum(map(str.isalpha, text)) < high]
            other = "nl" if code_ == "en" else "en"
            for prior in (None, other):
                what = f"language of {len(some)} beginnings in {code_}, {low} to {high - 1} letters, prior {prior}"
                state("language", what, _shares(some, code_, prior))


def _shares(texts: list[str], code_: str, prior: str | None) -> str:
    answers = [detect_language(text, prior) for text in texts]
    detected = [answer for answer, how in answers if how == "detected"]
    right = sum(answer == code_ for answer in detected)
    total = max(1, len(answers))
    wrong, assumed = (len(detected) - right) / total, 1 - len(detected) / total
    return f"right {right / total:.1%}, assumed {assumed:.1%}, wrong {wrong:.1%}"


def thunderbird() -> Iterator[tuple[str, str]]:
    path = SHARED / "thunderbird-support" / "questions.jsonl.xz"
    if path.is_file():
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                question = json.loads(line)
                yield question["body"], question["title"]


def dutch() -> list[str]:
    """Return the Dutch titles and sentences of the demo."""
    content = json.loads((ROOT / "app" / "importers" / "demo_content" / "questions_nl.json").read_text())
    return [text for text in _strings(content) if len(text.split()) >= 6]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


if __name__ == "__main__":
    main()
