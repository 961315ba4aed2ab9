"""Second, slow and plain versions of the factors, straight from their definitions: loops over lists of events.

They share nothing with app.ranking but the words of a text and the event types.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict

from app.ranking.events import Accepted, Answered, Asked, Event
from app.ranking.text import words

DAY = 86_400.0
K1, B = 1.2, 0.75


def word_counts(title: str, body: str) -> Counter[str]:
    return Counter(words(title) * 2 + words(body))


class Plain:
    """A community as lists: requests, and per provider the first answer to each."""

    def __init__(self, events: list[Event]) -> None:
        self.requests: dict[int, Asked] = {}
        self.first: dict[tuple[int, int], float] = {}  # (provider, request) → time
        self.of_answer: dict[int, tuple[int, int]] = {}
        self.solved: set[tuple[int, int]] = set()
        judged = {}
        for event in events:
            match event:
                case Asked():
                    self.requests[event.request] = event
                    judged[event.request] = event.judged
                case Answered() if event.person != self.requests[event.request].asker:
                    self.first.setdefault((event.provider, event.request), event.at)
                    self.of_answer[event.answer] = (event.provider, event.request)
                case Accepted() if event.answer in self.of_answer:
                    self.solved.add(self.of_answer[event.answer])
                    judged[self.of_answer[event.answer][1]] = True
                case Accepted():
                    # A follow-up by the asker was accepted: the record of solutions exists all the same.
                    judged[next(e.request for e in events if isinstance(e, Answered) and e.answer == event.answer)] = (
                        True
                    )
        self.judged = judged
        self.texts = {number: word_counts(each.title, each.body) for number, each in self.requests.items()}
        self.documents = Counter(word for text in self.texts.values() for word in text)

    def times(self, provider: int) -> list[float]:
        return [at for (who, _), at in self.first.items() if who == provider]

    def faded(self, provider: int, now: float, half_life_days: float) -> float:
        return sum(2 ** (-(now - at) / DAY / half_life_days) for at in self.times(provider))

    def steady_activity(self, provider: int, now: float) -> float:
        answers = self.faded(provider, now, 90)
        return math.log(17 * (answers + 1) / (answers + 17))

    def momentum(self, provider: int, now: float) -> float:
        return math.log((self.faded(provider, now, 7) + 1) / (self.faded(provider, now, 365) * 7 / 365 + 1))

    def silence_minutes(self, provider: int, now: float) -> float:
        times = self.times(provider)
        minutes = (now - max(times)) / 60 if times else 730 * 1440
        return math.log(1 + min(730 * 1440, max(0, minutes)))

    def topic_answers(self, provider: int, topics: tuple[int, ...], now: float) -> float:
        total, known = 0.0, 0
        for topic in topics:
            holders = [number for number, each in self.requests.items() if topic in each.topics]
            known += bool(holders)
            mine = [at for (who, request), at in self.first.items() if who == provider and request in holders]
            total += math.log(1 + 2 * sum(2 ** (-(now - at) / DAY / 60) for at in mine))
        return total / max(1, known)

    def asked_hour(self, provider: int, now: float) -> float:
        near = total = 0.0
        for (who, request), at in self.first.items():
            if who == provider:
                weight = 2 ** (-(now - at) / DAY / 60)
                apart = (int(self.requests[request].at // 3600) - int(now // 3600)) % 24
                near += weight * {0: 1.0, 1: 0.5, 23: 0.5}.get(apart, 0.0)
                total += weight
        return math.log((near + 4 / 12) / (total + 4) * 12)

    def usual_week(self, provider: int, now: float) -> float:
        block, gone = int(now // 10_800), now / 10_800 % 1
        near = total = 0.0
        for at in self.times(provider):
            weight = 2 ** (-(now - at) / DAY / 120)
            ahead = (int(at // 10_800) - block) % 56
            near += weight * {0: 1 - gone, 1: 1.0, 2: gone}.get(ahead, 0.0)
            total += weight
        return math.log((near + 2) / (total * 6 / 168 + 2))

    def rarity(self, word: str) -> float:
        n, df = len(self.requests), self.documents[word]
        return math.log(1 + (n - df + 0.5) / (df + 0.5))

    def bm25(self, query: Counter[str], text: Counter[str], mean_length: float) -> float:
        length = sum(text.values())
        total = 0.0
        for word in query:
            if text[word]:
                norm = K1 * (1 - B + B * length / mean_length)
                total += self.rarity(word) * text[word] * (K1 + 1) / (text[word] + norm)
        return total

    def request_weights(self, query: Counter[str]) -> dict[int, float]:
        mean = sum(sum(text.values()) for text in self.texts.values()) / len(self.texts)
        return {number: self.bm25(query, text, mean) for number, text in self.texts.items()}

    def similar_answered(self, query: Counter[str], now: float) -> dict[int, float]:
        weights = {number: weight for number, weight in self.request_weights(query).items() if weight > 0}
        nearest = sorted(weights, key=lambda number: -weights[number])[:100]
        best = max(weights.values(), default=1.0)
        votes: dict[int, float] = defaultdict(float)
        for provider, request in self.first:
            if request in nearest:
                age = (now - self.requests[request].at) / DAY
                votes[provider] += (weights[request] / best) ** 2 * 2 ** (-age / 180)
        return {provider: math.log(1 + vote) for provider, vote in votes.items()}

    def alike_lately(self, vectors: dict[int, list[float]], wanted: list[float], now: float) -> dict[int, float]:
        votes: dict[int, float] = defaultdict(float)
        weights = {}
        for number, vector in vectors.items():
            near = max(0.0, sum(a * b for a, b in zip(vector, wanted, strict=True)))
            weights[number] = near**4 * 2 ** (-max(0.0, now - self.requests[number].at) / DAY / 60)
        nearest = sorted((n for n in weights if weights[n] > 0), key=lambda number: -weights[number])[:100]
        for provider, request in self.first:
            if request in nearest:
                votes[provider] += weights[request]
        return {provider: math.log(1 + vote) for provider, vote in votes.items()}

    def profile_match(self, query: Counter[str]) -> dict[int, float]:
        profiles: dict[int, Counter[str]] = defaultdict(Counter)
        for provider, request in self.first:
            profiles[provider].update(self.texts[request])
        mean = sum(sum(text.values()) for text in profiles.values()) / max(1, len(profiles))
        return {provider: self.bm25(query, text, mean) for provider, text in profiles.items()}
