"""What is known about a community at one moment, kept up to date by its events.

The evaluation and the live product feed the same events to this same class, so a feature cannot differ between them.
Left to others: the arrays (memory.py), what the features are (features.py), how a state is kept on disk (snapshot.py).
"""

from collections import Counter
from collections.abc import Iterable
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from app.ranking.columns import (
    BLOCK_S,
    HALF_LIFE_S,
    HOUR_S,
    MINUTE_S,
    NEVER,
    NOBODY,
    TOPIC_HALF_LIFE_S,
    WEEK_BLOCKS,
)
from app.ranking.credence import Known, count_judged, first_word, trust_again, weigh_verdict
from app.ranking.events import Accepted, Answered, Asked, Described, Event, Joined, Unaccepted, Voted, Withdrawn
from app.ranking.latent import WIDTH, fit_basis
from app.ranking.memory import Memory
from app.ranking.pace import DAY_S, pace_of
from app.ranking.survival import chance_of
from app.ranking.text import words

EPOCH_MOVES_S = 1_000 * DAY_S  # before 2^((t - epoch) / 7 days) nears the end of the numbers
TITLE_COUNTS = 2  # a word in the title weighs as two in the body
FIRST_BASIS = 200  # texts; below this there is too little to learn word meanings from
BASIS_GROWTH = 1.4  # the basis is made anew when the texts have grown by this factor


class State(Memory):
    """The community so far. `apply` events in the order they became visible; `upkeep` now and then."""

    def apply_all(self, events: Iterable[Event]) -> None:
        """Apply events in their order."""
        for event in events:
            self.apply(event)

    def apply(self, event: Event) -> None:
        """Take one event into account.

        Raises ValueError when it speaks of a request or answer that never came, repeats one that did, or has no time;
        the state is then as it was.
        """
        if not isfinite(event.at):
            raise ValueError("an event needs a time, in seconds")
        match event:
            case Asked():
                self._asked(event)
            case Answered():
                self._answered(event)
            case Accepted():
                self._accepted(event)
            case Unaccepted():
                self._confirm(self.known_answer(event.answer), -1)
            case Voted():
                self._voted(self.known_answer(event.answer), event.change)
            case Withdrawn():
                self._withdrawn(self.known_answer(event.answer))
            case Joined():
                self.provider(event.provider)
            case Described():
                self._described(event)
        self.events += 1

    def upkeep(self, now: float, known: Known | None = None) -> None:
        """Do what is too slow for every event: learn word meanings anew when due, how long solutions take, whose word
        weighs how much.

        known: who is verified; where it is not said, words weigh what they weighed before.
        """
        if known is not None:
            trust_again(self, known, now)
        due = FIRST_BASIS if self.basis_texts == 0 else BASIS_GROWTH * self.basis_texts
        if len(self.index) >= due:
            self._learn_basis()
        requests, answers = self.requests, self.answers
        self.chance = chance_of(
            asked_at=requests["at"],
            solved_wait=requests["solved_wait"],
            known=requests["judged"],
            topics=np.frombuffer(self.request_topics, dtype=np.int64) if self.request_topics else np.zeros(0, np.int64),
            topics_each=requests["topics"],
            topic_count=len(self.topics),
            now=now,
        )
        asked = requests["asker"] != NOBODY
        counted = self.counted()
        counted = counted[asked[answers["request"][counted]]]
        of_request = answers["request"][counted]
        self.pace = pace_of(
            np.where(asked, requests["at"], np.inf),
            (answers["at"][counted] - requests["at"][of_request]) / MINUTE_S,
            of_request,
            now,
        )

    def _asked(self, event: Asked) -> None:
        if event.request in self.request_row:
            raise ValueError(f"request {event.request} was asked before")
        self._move_epoch(event.at)
        row = self._add_text(event.at, text_counts(event.title, event.body), event.topics)
        self.requests["id"][row] = event.request
        self.requests["asker"][row] = event.asker
        self.requests["judged"][row] = event.judged
        self.request_row[event.request] = row
        for topic in self.topics_of(row):
            self.topics["requests"][topic] += 1

    def _answered(self, event: Answered) -> None:
        if event.answer in self.answer_row:
            raise ValueError(f"answer {event.answer} was given before")
        request = self.request_row.get(event.request)
        if request is None:
            raise ValueError(f"answer {event.answer} is to request {event.request}, which was never asked")
        self._move_epoch(event.at)
        row = self.answers.append(id=event.answer, request=request, at=event.at, person=event.person)
        self.answer_row[event.answer] = row
        if event.person != self.requests["asker"][request]:
            self.answers["provider"][row] = self.provider(event.provider)
            self._count(row)

    def _described(self, event: Described) -> None:
        self._move_epoch(event.at)
        request = self._add_text(event.at, text_counts("", event.text), event.topics)
        self.requests["id"][request] = NOBODY
        self.requests["asker"][request] = NOBODY
        provider = self.provider(event.provider)
        answer = self.answers.append(id=NOBODY, request=request, at=event.at, provider=provider, profile=True)
        self.answers["counts_as"][answer] = answer
        self.link(answer)
        self._add_evidence(answer, 1.0)

    def _accepted(self, event: Accepted) -> None:
        answer = self.known_answer(event.answer)
        self.answers["confirmer"][answer] = NOBODY if event.person is None else event.person
        self._confirm(answer, 1)

    def _voted(self, answer: int, change: int) -> None:
        self.answers["votes"][answer] += change
        provider = int(self.answers["provider"][answer])
        if provider >= 0:
            self.providers["votes"][provider] += change

    def _withdrawn(self, answer: int) -> None:
        # Its id is free again: an answer that was taken back may be put back.
        del self.answer_row[int(self.answers["id"][answer])]
        self.answers["id"][answer] = NOBODY
        provider = int(self.answers["provider"][answer])
        if provider < 0:
            return
        self._voted(answer, -int(self.answers["votes"][answer]))
        # Later answers by the same provider stand behind this one; the first of them counts when it is gone.
        behind = np.flatnonzero(self.answers["counts_as"] == answer).tolist()
        group = behind or [answer]
        confirmations = {row: int(self.answers["confirmations"][row]) for row in group}
        for row in group:
            self._confirm(row, -confirmations[row])
        if behind:
            self._uncount(answer)
        self.answers["provider"][answer] = -1
        self.answers["counts_as"][answer] = -1
        for row in group:
            if row != answer:
                self._count(row)
                self._confirm(row, confirmations[row])

    def _confirm(self, answer: int, change: int) -> None:
        """Add confirmations to an answer; its provider is credited once per request, however many there are."""
        if change == 0:
            return
        answers, request = self.answers, int(self.answers["request"][answer])
        if not self.requests["judged"][request]:
            self._judge(request)
        answers["confirmations"][answer] += change
        first, provider = int(answers["counts_as"][answer]), int(answers["provider"][answer])
        if provider >= 0:
            before = int(answers["credits"][first])
            answers["credits"][first] = before + change
            credit = float(before + change > 0) - float(before > 0)
            self.providers["accepted"][provider] += credit
            weigh_verdict(self, first, accepted_before=before > 0)
            for topic in self.topics_of(request):
                self.topics["accepted"][topic] += credit
        solving = [answer] if change > 0 else map(int, np.flatnonzero(answers["request"] == request))
        waits = [self.wait_minutes(row) for row in solving if answers["confirmations"][row] > 0]
        if change > 0 and not np.isnan(self.requests["solved_wait"][request]):
            waits.append(float(self.requests["solved_wait"][request]))
        self.requests["solved_wait"][request] = min(waits, default=np.nan)

    def _judge(self, request: int) -> None:
        """Note that the source of this request does record confirmations after all."""
        self.requests["judged"][request] = True
        _, providers = self.answerers_of(np.array([request]))
        self.providers["judged"][providers] += 1
        for provider in providers.tolist():
            count_judged(self, self.answer_by(request, provider), 1.0)
        for topic in self.topics_of(request):
            self.topics["judged"][topic] += len(providers)

    def _count(self, answer: int) -> None:
        """Let an answer count for its provider, unless the provider has answered this request already."""
        request, provider = int(self.answers["request"][answer]), int(self.answers["provider"][answer])
        first = self.answer_by(request, provider)
        self.answers["counts_as"][answer] = answer if first < 0 else first
        if first < 0:
            self.link(answer)
            self._add_evidence(answer, 1.0)
            first_word(self, answer)
            self._add_activity(answer, 1.0)
            self.providers["last"][provider] = max(self.providers["last"][provider], self.answers["at"][answer])

    def _uncount(self, answer: int) -> None:
        self.unlink(answer)
        self._add_evidence(answer, -1.0)
        self._add_activity(answer, -1.0)
        provider = int(self.answers["provider"][answer])
        counted = self.counted()
        own = counted[(self.answers["provider"][counted] == provider) & ~self.answers["profile"][counted]]
        self.providers["last"][provider] = self.answers["at"][own[own != answer]].max(initial=NEVER)

    def _add_activity(self, answer: int, amount: float) -> None:
        at = float(self.answers["at"][answer])
        provider, request = int(self.answers["provider"][answer]), int(self.answers["request"][answer])
        providers = self.providers
        providers["answers"][provider] += amount
        _add_clipped(providers["recent"], provider, amount * self._grown(at, "recent"))
        _add_clipped(providers["longer"], provider, amount * self._grown(at, "longer"))
        _add_clipped(providers["year"], provider, amount * self._grown(at, "year"))
        asked_hour = int(self.requests["at"][request] // HOUR_S) % 24
        _add_clipped(providers["asked_hours"][provider], asked_hour, amount * self._grown(at, "asked_hours"))
        _add_clipped(providers["week"][provider], int(at // BLOCK_S) % WEEK_BLOCKS, amount * self._grown(at, "week"))
        if self.requests["judged"][request]:
            providers["judged"][provider] += amount
            count_judged(self, answer, amount)
            for topic in self.topics_of(request):
                self.topics["judged"][topic] += amount
        wait = self.wait_minutes(answer)
        if wait > 0:
            weight, log_wait = amount * self._grown(at, "speed_count"), float(np.log(max(wait, 1.0)))
            _add_clipped(providers["speed_count"], provider, weight)
            _add_clipped(providers["speed_sum"], provider, weight * log_wait)

    def _add_evidence(self, answer: int, amount: float) -> None:
        at = float(self.answers["at"][answer])
        provider, request = int(self.answers["provider"][answer]), int(self.answers["request"][answer])
        weight = np.float32(amount * self._grown(at, "vector"))
        self.providers["vector"][provider] += weight * self.requests["vector"][request]
        self.providers["profile_length"][provider] += amount * self.index.texts["length"][request]
        grown = amount * 2.0 ** ((at - self.epoch) / TOPIC_HALF_LIFE_S)
        for topic in self.topics_of(request):
            place = self.place_in_topic.setdefault((topic, provider), len(self.topic_providers[topic]))
            if place == len(self.topic_providers[topic]):
                self.topic_providers[topic].append(provider)
                self.topic_answers[topic].append(0.0)
                self.topic_faded[topic].append(0.0)
            self.topic_answers[topic][place] += amount
            self.topic_faded[topic][place] = max(0.0, self.topic_faded[topic][place] + grown)

    def _add_text(self, at: float, counts: Counter[str], topics: Iterable[int]) -> int:
        """Add a request row with its text and topics; rows of `requests` and texts of the index are the same."""
        rows = [self.topic(topic) for topic in dict.fromkeys(topics)]
        text = self.index.add(counts)
        row = self.requests.append(
            at=at,
            topics_from=len(self.request_topics),
            topics=len(rows),
            vector=self.basis.of_words(counts, self.index),
        )
        assert row == text
        self.request_topics.extend(rows)
        return row

    def _learn_basis(self) -> None:
        self.basis, vectors = fit_basis(self.index)
        self.basis_texts = len(self.index)
        self.requests["vector"][:] = vectors
        counted = self.counted()
        weights = 2.0 ** ((self.answers["at"][counted] - self.epoch) / HALF_LIFE_S["vector"])
        sums = np.zeros((len(self.providers), WIDTH))
        of_request = vectors[self.answers["request"][counted]]
        np.add.at(sums, self.answers["provider"][counted], weights[:, None] * of_request)
        self.providers["vector"][:] = sums

    def _grown(self, at: float, name: str) -> float:
        return float(2.0 ** ((at - self.epoch) / HALF_LIFE_S[name]))

    def _move_epoch(self, at: float) -> None:
        """Bring the reference time of the fading sums near `at` before the numbers grow too large."""
        if len(self.requests) == 0:
            self.epoch = at
        elif at - self.epoch > EPOCH_MOVES_S:
            for name, half_life_s in HALF_LIFE_S.items():
                self.providers[name][:] *= 2.0 ** ((self.epoch - at) / half_life_s)
            for faded in self.topic_faded:
                np.frombuffer(faded, dtype=np.float64)[:] *= 2.0 ** ((self.epoch - at) / TOPIC_HALF_LIFE_S)
            self.epoch = at


def text_counts(title: str, body: str) -> Counter[str]:
    """Return how often each word occurs, those of the title counted twice."""
    counts = Counter(words(body))
    for word in words(title):
        counts[word] += TITLE_COUNTS
    return counts


def _add_clipped(column: NDArray[np.floating], row: int, amount: float) -> None:
    """Add, never below zero: taking back what was added may leave a rounding error of either sign."""
    column[row] = max(0.0, column[row] + amount)
