"""Searches whose right answer is known, made of real communities; and texts to find them in.

Nothing of it is kept: the texts stay where they are (SAMEN_SHARED), samples are drawn by a fixed seed.

- accepted: the title of a question has to find the answer its asker accepted, among all accepted answers.
- linked: the words of a question have to find the other one that somebody, answering it, linked to (Thunderbird), or
  that it was closed or linked as the same as (Cardano, PostLinks).
- passage: words of what the asker added later have to find her question, in an index that lacks what she added.
- title: three words of a title have to find the question.
"""

from __future__ import annotations

import gettext
import html
import json
import lzma
import os
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from app.search.analysis import tokens, words
from app.search.backend import Document, State

SEED = 20_261_123
LINK = re.compile(r"questions/(\d{6,8})")
TAG = re.compile(r"<[^>]+>")
SENTENCE = re.compile(r"[^.!?\n]{40,300}")


@dataclass(frozen=True)
class Sought:
    """A search: what is typed, which document is right, and which one must not count (the one that asks)."""

    text: str
    right: int
    but: int = 0


@dataclass(frozen=True)
class Measured:
    """A measured set: what is searched in, and for what."""

    name: str
    documents: Sequence[Document]
    sought: Sequence[Sought]


@dataclass
class Thread:
    """A question of a community, and what was said to it: (who, text, was accepted, votes)."""

    id: int
    title: str
    body: str
    asker: str | None
    moment: datetime
    votes: int
    tags: tuple[str, ...]
    answers: list[tuple[str | None, str, bool, int]]

    def document(self, *, without: str = "") -> Document:
        accepted = any(each[2] for each in self.answers)
        return Document(
            kind="question",
            id=self.id,
            version=1,
            audience="public",
            language="en",
            title=self.title,
            body=self.body,
            answers="\n".join(text for _, text, _, _ in self.answers if text != without),
            tags=self.tags,
            state=State.ACCEPTED if accepted else State.ANSWERED if self.answers else State.OPEN,
            created_at=self.moment,
            updated_at=self.moment,
            votes=self.votes,
            answer_count=len(self.answers),
        )


def communities() -> dict[str, tuple[dict[int, Thread], list[tuple[int, int]]]]:
    """Return the threads and links of both, by name."""
    shared = Path(os.environ.get("SAMEN_SHARED", "../shared")) / "data"
    return {
        "Cardano": stack_exchange(shared / "cardano-stackexchange"),
        "Thunderbird": thunderbird(shared / "thunderbird-support"),
    }


def thunderbird(folder: Path) -> tuple[dict[int, Thread], list[tuple[int, int]]]:
    """Return the threads of a community archive by id, and which question's answers link to which other question."""
    threads: dict[int, Thread] = {}
    for row in _lines(folder / "questions.jsonl.xz"):
        number, tags = int(row["id"]), tuple(row["tags"])
        threads[number] = Thread(
            number, row["title"], row["body"], row["user"], _moment(row["t"]), row["score"], tags, []
        )
    links = []
    for row in _lines(folder / "answers.jsonl.xz"):
        thread = threads.get(int(row["qid"]))
        if thread is not None:
            thread.answers.append((row["user"], row["body"], row["accepted"], row["score"]))
            links += [(thread.id, int(each)) for each in LINK.findall(row["body"]) if int(each) != thread.id]
    return threads, [pair for pair in dict.fromkeys(links) if pair[1] in threads]


def stack_exchange(folder: Path) -> tuple[dict[int, Thread], list[tuple[int, int]]]:
    """The same of a community as Stack Exchange publishes it."""
    rows = list(_rows(folder / "Posts.xml.xz"))
    threads = {int(row["Id"]): _thread(row) for row in rows if row["PostTypeId"] == "1"}
    accepted = {row["AcceptedAnswerId"] for row in rows if row.get("AcceptedAnswerId")}
    for row in rows:
        if row["PostTypeId"] == "2" and int(row["ParentId"]) in threads:
            said = (row.get("OwnerUserId"), _plain(row["Body"]), row["Id"] in accepted, int(row["Score"]))
            threads[int(row["ParentId"])].answers.append(said)
    pairs = [(int(row["PostId"]), int(row["RelatedPostId"])) for row in _rows(folder / "PostLinks.xml.xz")]
    return threads, [(one, other) for one, other in dict.fromkeys(pairs) if one in threads and other in threads]


def sets(name: str, threads: dict[int, Thread], links: Sequence[tuple[int, int]], count: int) -> Iterator[Measured]:
    """Yield the measured sets of a community, of at most so many searches each."""
    chance = random.Random(SEED)
    whole = [each.document() for each in threads.values()]
    chosen = chance.sample(sorted(threads), min(count, len(threads)))
    by_title = [Sought(some_words(threads[each].title, 3, chance), each) for each in chosen]
    yield Measured(f"{name}, title", whole, [each for each in by_title if each.text])
    # One that a hundred link to is an announcement, and found by its fame.
    famous = {other for other in threads if sum(each[1] == other for each in links) > 5}
    linked = [pair for pair in links if pair[1] not in famous]
    asked = [Sought(f"{threads[one].title}\n{threads[one].body[:600]}", other, one) for one, other in linked]
    yield Measured(f"{name}, linked", whole, chance.sample(asked, min(count, len(asked))))
    yield _passages(name, threads, chance, count)
    yield _accepted(name, threads, chance, count)


def _passages(name: str, threads: dict[int, Thread], chance: random.Random, count: int) -> Measured:
    later = [
        (thread, text)
        for thread in threads.values()
        for who, text, _, _ in thread.answers
        if who is not None and who == thread.asker and SENTENCE.search(text)
    ]
    chosen = {thread.id: (thread, text) for thread, text in chance.sample(later, min(count, len(later)))}
    documents = [
        thread.document(without=chosen[thread.id][1] if thread.id in chosen else "") for thread in threads.values()
    ]
    sought = [Sought(max(SENTENCE.findall(text), key=len), thread.id) for thread, text in chosen.values()]
    return Measured(f"{name}, passage", documents, sought)


def _accepted(name: str, threads: dict[int, Thread], chance: random.Random, count: int) -> Measured:
    found = {
        each.id: text
        for each in threads.values()
        for who, text, accepted, _ in each.answers
        if accepted and who != each.asker
    }
    documents = [_answer(threads[number], text) for number, text in found.items()]
    chosen = chance.sample(sorted(found), min(count, len(found)))
    return Measured(f"{name}, accepted", documents, [Sought(threads[each].title, each) for each in chosen])


def _thread(row: dict[str, str]) -> Thread:
    tags = tuple(re.findall(r"<([^>]+)>", row.get("Tags", "")))
    moment, votes = _moment(row["CreationDate"]), int(row["Score"])
    return Thread(int(row["Id"]), row["Title"], _plain(row["Body"]), row.get("OwnerUserId"), moment, votes, tags, [])


def _answer(thread: Thread, text: str) -> Document:
    return Document(
        kind="question",
        id=thread.id,
        version=1,
        audience="public",
        language="en",
        title="",
        body=text,
        state=State.ACCEPTED,
        created_at=thread.moment,
        updated_at=thread.moment,
    )


def dutch_texts() -> list[str]:
    """Return Dutch sentences of this machine: the translated messages of its programs (/usr/share/locale/nl)."""
    found: dict[str, None] = {}
    for path in sorted(Path("/usr/share/locale/nl/LC_MESSAGES").glob("*.mo")):
        try:
            with path.open("rb") as file:
                catalogue = gettext.GNUTranslations(file)
        except (OSError, ValueError, UnicodeDecodeError):
            continue
        said = getattr(catalogue, "_catalog", {}).values()
        found.update((" ".join(each.split()), None) for each in said if isinstance(each, str) and len(each) > 30)
    return list(found)


def dutch_document(number: int, text: str) -> Document:
    """Return a Dutch question of one sentence."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Document(
        kind="question",
        id=number,
        version=1,
        audience="public",
        language="nl",
        title="",
        body=text,
        created_at=moment,
        updated_at=moment,
    )


def slip(word: str, chance: random.Random) -> str:
    """Return a word with one slip anywhere but in its first letter: a letter more, less, another, or two exchanged."""
    at = chance.randrange(1, len(word) - 1)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    made = chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return made if made != word else slip(word, chance)


def words_of_our_own(root: Path) -> frozenset[str]:
    """Return every word of the program and its tests: what is measured must not be among them."""
    files = [*root.glob("app/**/*.py"), *root.glob("tests/search/*.py")]
    return frozenset(each for path in files for each in words(path.read_text()))


def some_words(text: str, count: int, chance: random.Random) -> str:
    """Return so many words of a text that say something, by chance; fewer where there are fewer."""
    found = sorted({word for word in words(text) if word.isalpha() and any(tokens(word, "en"))})
    return " ".join(chance.sample(found, min(count, len(found))))


def _plain(text: str) -> str:
    return html.unescape(TAG.sub(" ", text))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text if text.endswith("Z") or "+" in text[10:] else text + "+00:00")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with lzma.open(path) as file:
        for _, element in Xml.iterparse(file):
            if element.tag == "row":
                yield dict(element.attrib)
