"""A community of any size, made of a real one's sentences: an archive whose posts say new things in known words.

Each text is put together of sentences drawn from all texts of its kind by a fixed seed, as many as a real text of that
kind has. One word in 250 is one that nobody wrote before, so that the vocabulary goes on growing with the texts, as it
does in real communities; the bench states how many words there are. Tags, dates and acceptance follow the original.
"""

import json
import lzma
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SEED = 20_261_122
SENTENCE = re.compile(r"[^.!?\n]{12,400}[.!?]?")
WORD = re.compile(r"[a-z]{4,}", re.IGNORECASE)
NEW_WORD_EVERY = 250
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Recombined:
    """Reads the original once; `write` makes an archive of about so many posts."""

    def __init__(self, original: Path) -> None:
        self._questions = list(_rows(original / "questions.jsonl.xz"))
        self._answers: dict[str, list[dict[str, Any]]] = {}
        for answer in _rows(original / "answers.jsonl.xz"):
            self._answers.setdefault(answer["qid"], []).append(answer)
        self._asked = [sentence for row in self._questions for sentence in SENTENCE.findall(row["body"])]
        self._said = [each for rows in self._answers.values() for row in rows for each in SENTENCE.findall(row["body"])]
        self._titles = [row["title"].split() for row in self._questions]

    def write(self, folder: Path, posts: int) -> int:
        """Write an archive of at least this many posts; return how many different words its texts hold."""
        chance = random.Random(SEED)
        folder.mkdir(parents=True, exist_ok=True)
        words: set[str] = set()
        written, number, people = 0, 0, max(1, posts // 12)
        with (folder / "questions.jsonl").open("w") as questions, (folder / "answers.jsonl").open("w") as answers:
            while written < posts:
                model = self._questions[number % len(self._questions)]
                number += 1
                given = self._answers.get(model["id"], [])
                question = {**model, "id": f"q{number}", "user": _person(model["user"], chance, people)}
                question["title"] = self._title(chance)
                question["body"] = self._text(self._asked, model["body"], chance)
                ids = {each["id"]: f"a{number}-{place}" for place, each in enumerate(given)}
                question["accepted"] = ids.get(model.get("accepted"))
                questions.write(json.dumps(question) + "\n")
                words.update(WORD.findall(question["body"]), question["title"].split())
                for each in given:
                    answer = {**each, "id": ids[each["id"]], "qid": question["id"]}
                    is_asker = each["user"] == model["user"]
                    answer["user"] = question["user"] if is_asker else _person(each["user"], chance, people)
                    answer["body"] = self._text(self._said, each["body"], chance)
                    answers.write(json.dumps(answer) + "\n")
                    words.update(WORD.findall(answer["body"]))
                written += 1 + len(given)
        return len(words)

    def _title(self, chance: random.Random) -> str:
        one, other = chance.choice(self._titles), chance.choice(self._titles)
        return " ".join([*one[: max(1, len(one) // 2)], *other[len(other) // 2 :]])[:200] or "What is this"

    def _text(self, sentences: list[str], model: str, chance: random.Random) -> str:
        wanted = max(1, len(SENTENCE.findall(model)))
        words = " ".join(chance.choice(sentences).strip() for _number in range(wanted)).split()
        for _number in range(int(len(words) / NEW_WORD_EVERY + chance.random())):
            words[chance.randrange(len(words))] = _new_word(chance)
        return " ".join(words)


def _new_word(chance: random.Random) -> str:
    return "".join(chance.choice(LETTERS) for _number in range(chance.randint(5, 11)))


def _person(original: str | None, chance: random.Random, people: int) -> str | None:
    """Return somebody: the few who write much stay the same everywhere, the many grow in number with the community."""
    if original is None or original < "u000400":
        return original
    return f"v{chance.randrange(people)}"


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
