"""The arrays a state is made of, the ways to read them, and the threads between answers and requests.

What the events do to them is in state.py; which columns there are, in columns.py.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from app.ranking.bm25 import TextIndex
from app.ranking.columns import ANSWERS, HALF_LIFE_S, MINUTE_S, PROVIDERS, REQUESTS, TOPICS
from app.ranking.latent import EMPTY_BASIS, Basis
from app.ranking.pace import UNKNOWN_PACE, Pace
from app.ranking.survival import NOTHING_KNOWN, Chance
from app.ranking.table import Table


class Memory:
    """Tables of providers, requests, answers and topics, the text index, and what was last learned from all of them.

    Every sum that fades is kept multiplied by 2^((t - epoch) / half-life): adding an event touches one row, reading
    applies one factor to all rows, and the order in which late events arrive does not matter.
    """

    def __init__(self) -> None:
        self.epoch = 0.0
        self.events = 0
        self.providers = Table(PROVIDERS)
        self.requests = Table(REQUESTS)
        self.answers = Table(ANSWERS)
        self.topics = Table(TOPICS)
        self.index = TextIndex()
        self.basis: Basis = EMPTY_BASIS
        self.basis_texts = 0
        self.chance: Chance = NOTHING_KNOWN
        self.pace: Pace = UNKNOWN_PACE
        # What the word of each person weighs, by id; None while nobody is verified and all words count the same.
        self.words: dict[int, float] | None = None
        self.request_topics: array[int] = array("q")
        # Per topic: which providers answered there, how often, and the same fading (TOPIC_HALF_LIFE_S).
        self.topic_providers: list[array[int]] = []
        self.topic_answers: list[array[float]] = []
        self.topic_faded: list[array[float]] = []
        self.provider_row: dict[int, int] = {}
        self.request_row: dict[int, int] = {}
        self.answer_row: dict[int, int] = {}
        self.topic_row: dict[int, int] = {}
        self.place_in_topic: dict[tuple[int, int], int] = {}

    def faded(self, name: str, now: float) -> NDArray[np.float64]:
        """Return a fading sum of `providers` as it stands at `now` (seconds); shape (n,) or (n, width)."""
        return self.providers[name] * self.fading(name, now)

    def fading(self, name: str, now: float) -> float:
        """Return what turns the stored sum into the one as it stands at `now` (seconds)."""
        return float(2.0 ** ((self.epoch - now) / HALF_LIFE_S[name]))

    def topics_of(self, request_row: int) -> Sequence[int]:
        """Return the topic rows of a request."""
        start = int(self.requests["topics_from"][request_row])
        return self.request_topics[start : start + int(self.requests["topics"][request_row])]

    def topic_rows(self, topics: Iterable[int]) -> list[int]:
        """Return the rows of those topic ids that are known, each once."""
        return [self.topic_row[topic] for topic in dict.fromkeys(topics) if topic in self.topic_row]

    def answerers_of(self, request_rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (positions in request_rows, provider rows), one pair per request and provider who answered it."""
        places: list[NDArray[np.int64]] = []
        providers: list[NDArray[np.int64]] = []
        place = np.arange(len(request_rows))
        answer = self.requests["first_answer"][request_rows]
        following, provider = self.answers["next"], self.answers["provider"]
        while True:
            on = answer >= 0
            place, answer = place[on], answer[on]
            if len(answer) == 0:
                break
            places.append(place)
            providers.append(provider[answer])
            answer = following[answer]
        if not places:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        return np.concatenate(places), np.concatenate(providers)

    def counted(self) -> NDArray[np.int64]:
        """Return the rows of the answers that count: the first of each provider to each request."""
        return np.flatnonzero(self.answers["counts_as"] == np.arange(len(self.answers)))

    def wait_minutes(self, answer: int) -> float:
        """Return the minutes from the request to this answer, at least 0."""
        asked_at = self.requests["at"][self.answers["request"][answer]]
        return max(0.0, float(self.answers["at"][answer] - asked_at) / MINUTE_S)

    def provider(self, provider_id: int) -> int:
        """Return the row of a provider, adding one without any record when it is new."""
        row = self.provider_row.get(provider_id)
        if row is None:
            row = self.provider_row[provider_id] = self.providers.append(id=provider_id)
        return row

    def topic(self, topic_id: int) -> int:
        """Return the row of a topic, adding one when it is new."""
        row = self.topic_row.get(topic_id)
        if row is None:
            row = self.topic_row[topic_id] = self.topics.append(id=topic_id)
            self.topic_providers.append(array("q"))
            self.topic_answers.append(array("d"))
            self.topic_faded.append(array("d"))
        return row

    def known_answer(self, answer_id: int) -> int:
        """Return the row of an answer. Raises ValueError when it was never given."""
        row = self.answer_row.get(answer_id)
        if row is None:
            raise ValueError(f"answer {answer_id} was never given")
        return row

    def answer_by(self, request: int, provider: int) -> int:
        """Return the row of the answer that counts for this provider and request, -1 when there is none."""
        row = int(self.requests["first_answer"][request])
        while row >= 0 and self.answers["provider"][row] != provider:
            row = int(self.answers["next"][row])
        return row

    def link(self, answer: int) -> None:
        """Put an answer at the head of its request's thread."""
        request = int(self.answers["request"][answer])
        self.answers["next"][answer] = self.requests["first_answer"][request]
        self.requests["first_answer"][request] = answer

    def unlink(self, answer: int) -> None:
        """Take an answer out of its request's thread. It must be in it."""
        request = int(self.answers["request"][answer])
        row = int(self.requests["first_answer"][request])
        if row == answer:
            self.requests["first_answer"][request] = self.answers["next"][answer]
            return
        while int(self.answers["next"][row]) != answer:
            row = int(self.answers["next"][row])
        self.answers["next"][row] = self.answers["next"][answer]
