"""Documents for tests of search: small texts of our own, and many made-up ones by a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from app.db import db
from app.search import services, synonyms
from app.search.backend import Document, SearchRequest, State
from app.search.engine import forget_count
from app.search.query_language import parse

PUBLIC = frozenset({"public"})
# What one search asks of the database, by engine: which words are known, the head, how rare they are, the page.
STATEMENTS = {"whoosh": 0, "postgresql": 3}
FIRST = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def document(number: int, title: str, body: str = "", answers: str = "", **others: Any) -> Document:
    """Return a public English question of day `number`, unless told otherwise."""
    moment = FIRST + timedelta(days=number)
    given = {
        "kind": "question",
        "version": 1,
        "audience": "public",
        "language": "en",
        "state": State.OPEN,
        "created_at": moment,
        "updated_at": moment,
        **others,
    }
    return Document(id=number, title=title, body=body, answers=answers, **given)


def request(text: str, **others: Any) -> SearchRequest:
    return SearchRequest(query=parse(text), **{"audiences": PUBLIC, **others})


def made_up(count: int, *, words_each: int = 40, seed: int = 7) -> Iterator[Document]:
    """Yield documents of made-up words whose frequencies fall off as in a language."""
    chance = random.Random(seed)
    words = ["".join(chance.choices("bdfgklmnprst", k=2)) + f"{chance.choice('aeiou')}{n:x}" for n in range(4000)]
    weights = [1 / (n + 3) for n in range(len(words))]
    for number in range(1, count + 1):
        chosen = chance.choices(words, weights, k=words_each)
        yield document(number, " ".join(chosen[:6]), " ".join(chosen[6:]))


def fill() -> None:
    """Put everything the database holds into the index."""
    db.session.commit()
    services.rebuild()
    forget_count()
    synonyms.forget()
    synonyms.in_use()  # read once in a few seconds: here, so that no test counts it
