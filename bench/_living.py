"""One policy lets a made-up world (_people.py) live: invitations, answers, tiredness, and who stops or leaves.

The rules are the same for every policy: three are asked at once; after two days of silence as many others, at most
three times; whoever is asked more than is comfortable answers less and some day stops; a newcomer nobody asks leaves.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.ranking.events import Accepted, Answered, Asked, Event, Joined
from bench._people import Question, World

START = 1_700_438_400.0  # a Monday at midnight
PLACES, ROUNDS, OFFER_HOURS = 3, 3, 48.0
STRANGERS = 1_000_000  # ids of people who only ask
REMEMBERED_DAYS = 3.0  # over which people feel how often they are asked
STOPS, STOPS_AT_MOST = 0.02, 0.25  # a day, for each time as much as is comfortable
ACCEPTS = 0.85


@dataclass(frozen=True)
class Ask:
    """A question for which `places` more people are to be asked, none of them `invited` before."""

    question: Question
    invited: frozenset[int]
    places: int


@dataclass(frozen=True)
class Moment:
    """What an installation knows when it decides: the hour, who is a member, and everybody's invitations."""

    at: float
    members: NDArray[np.int64]
    open_offers: NDArray[np.float64]
    offers_today: NDArray[np.float64]


class Policy(Protocol):
    """Decides who is asked, where it `asks` at all. It sees what an installation sees: what was asked and answered."""

    name: str
    asks: bool

    def see(self, event: Event) -> None: ...

    def day(self, at: float) -> None: ...

    def choose(self, asks: Sequence[Ask], moment: Moment) -> list[list[int]]: ...


@dataclass
class Course:
    """What became of the world. Hours; inf where it never happened."""

    solved: NDArray[np.float64]  # (questions,) hours after asking until an answer that solved it
    offers: NDArray[np.float64]  # (n,) invitations
    late_offers: NDArray[np.float64]  # (n,) of the second half
    first_asked: NDArray[np.float64]
    gone: NDArray[np.float64]  # (n,) when somebody stopped or left
    tired: NDArray[np.bool_]  # (n,) stopped because of too many invitations
    decisions: int = 0
    waited_together: int = 0


@dataclass
class _Case:
    question: Question
    invited: set[int] = field(default_factory=set)
    open: dict[int, float] = field(default_factory=dict)  # person → until when
    answered: set[int] = field(default_factory=set)
    closed: bool = False
    rounds: int = 0
    wanted: int = 0  # places for which nobody was free


class Life:
    """The world under one policy. live() plays it once."""

    def __init__(self, world: World, policy: Policy, *, seed: int) -> None:
        n, self.world, self.policy = len(world), world, policy
        self.cases: dict[int, _Case] = {}
        self.waiting: set[int] = set()  # questions with open invitations, or places nobody could take
        self.asked_lately = np.zeros(n)
        self.per_hour = np.zeros((world.hours + 1, n), dtype=np.int16)
        self.open_offers = np.zeros(n)
        self.hazard = np.random.default_rng([seed, 7]).random((world.hours // 24 + 1, n))
        self.last_active = world.joins.copy()
        self.course = Course(
            np.full(len(world.questions), np.inf),
            np.zeros(n),
            np.zeros(n),
            np.full(n, np.inf),
            np.full(n, np.inf),
            np.zeros(n, dtype=np.bool_),
        )
        self.answers = 0
        self.events: list[tuple[float, int, str, int, int]] = []
        self.order = 0

    def live(self) -> Course:
        """Play from the first question to the end."""
        world = self.world
        for person, joins in enumerate(world.joins):
            self._later(joins, "join", 0, person)
        for question in world.questions:
            self._later(question.at, "ask", question.number, -1)
            for after, person in question.passers_by:
                self._later(question.at + after, "pass", question.number, person)
        for hour in range(1, world.hours):
            self._later(float(hour), "hour", 0, -1)
        while self.events:
            at, _, kind, number, person = heapq.heappop(self.events)
            match kind:
                case "join":
                    self.policy.see(Joined(_seconds(at), person))
                case "ask":
                    self._ask(world.questions[number])
                case "pass" | "answer":
                    self._answer(at, self.cases[number], person, invited=kind == "answer")
                case "accept":
                    self._accept(at, self.cases[number], person)
                case _:
                    self._hour(int(at))
        return self.course

    def _ask(self, question: Question) -> None:
        at, number = question.at, question.number
        case = self.cases[number] = _Case(question)
        self.policy.see(
            Asked(_seconds(at), number, STRANGERS + number, question.title, question.body, (question.topic,))
        )
        if self.policy.asks and number >= self.world.first_routed:
            case.wanted, case.rounds = PLACES, 1
            self._route([case], at)

    def _hour(self, hour: int) -> None:
        again = []
        for number in sorted(self.waiting):
            case = self.cases[number]
            over = [person for person, until in case.open.items() if until <= hour]
            for person in over:
                self._no_longer_open(case, person)
            if case.closed or case.answered:
                case.wanted = 0
            elif over and case.rounds < ROUNDS:
                case.wanted += len(over)
                case.rounds += 1
            if case.wanted:
                again.append(case)
            elif not case.open:
                self.waiting.discard(number)
        if again:
            self.course.waited_together += len(again) if len(again) > 1 else 0
            self._route(again, float(hour))
        if hour % 24 == 0:
            self._day(hour)

    def _day(self, hour: int) -> None:
        """Let the day's tiredness show: who is asked too much may stop, a newcomer whom nobody asked may leave."""
        course, world, at = self.course, self.world, float(hour)
        self.policy.day(_seconds(at))
        here = (world.joins <= at) & (course.gone > at)
        if world.customs.tires:
            excess = np.maximum(0.0, self._asked_a_day() / world.comfortable - 1.5)
            stops = here & (self.hazard[hour // 24] < np.minimum(STOPS_AT_MOST, STOPS * excess))
            course.gone[stops], course.tired[stops] = at, True
            unasked = here & (world.joins > 0) & np.isinf(course.first_asked)
            course.gone[unasked & (at - self.last_active > world.patience)] = at
        self.asked_lately *= np.exp(-1 / REMEMBERED_DAYS)

    def _asked_a_day(self) -> NDArray[np.float64]:
        return self.asked_lately / REMEMBERED_DAYS

    def _route(self, cases: Sequence[_Case], at: float) -> None:
        """Let the policy decide about these questions at once, and deliver its invitations."""
        asks = [Ask(case.question, frozenset(case.invited | case.answered), case.wanted) for case in cases]
        hour = int(at)
        members = np.flatnonzero((self.world.joins <= at) & (self.course.gone > at))
        today = self.per_hour[max(0, hour - 23) : hour + 1].sum(axis=0).astype(np.float64)
        chosen = self.policy.choose(asks, Moment(at, members, self.open_offers.copy(), today))
        self.course.decisions += len(cases)
        for case, people in zip(cases, chosen, strict=True):
            case.wanted -= len(people)
            for person in people:
                self._invite(at, case, person)
            if case.wanted or case.open:
                self.waiting.add(case.question.number)

    def _invite(self, at: float, case: _Case, person: int) -> None:
        world, hour, number = self.world, int(at), case.question.number
        assert person not in case.invited
        case.invited.add(person)
        case.open[person] = at + OFFER_HOURS
        self.open_offers[person] += 1
        self.per_hour[hour, person] += 1
        self.asked_lately[person] += 1
        self.course.offers[person] += 1
        if number >= (world.first_routed + len(world.questions)) // 2:
            self.course.late_offers[person] += 1
        self.course.first_asked[person] = min(self.course.first_asked[person], at)
        coming = np.flatnonzero(world.there[person, hour : hour + int(OFFER_HOURS)])
        if len(coming) == 0:
            return
        seen, willing, writing, _ = world.luck[number, person].tolist()
        load = float(self._asked_a_day()[person] / world.comfortable[person])
        fresh = 1.0 if load <= 1 or not world.customs.tires else float(np.exp(1 - load))
        interest = 0.4 + 0.6 * world.skill[person, case.question.topic] / world.skill[person].max()
        if willing < world.will[person] * interest * fresh:
            looks = max(at, hour + int(coming[0]) + seen)
            self._later(looks + 0.1 + 0.9 * writing, "answer", number, person)

    def _answer(self, at: float, case: _Case, person: int, *, invited: bool) -> None:
        question, course = case.question, self.course
        if course.gone[person] <= at or case.closed or person in case.answered:
            return
        if invited and person not in case.open:
            return
        case.answered.add(person)
        self._no_longer_open(case, person)
        self.last_active[person] = at
        answer, self.answers = self.answers, self.answers + 1
        self.policy.see(Answered(_seconds(at), question.number, answer, person, person))
        if self.world.luck[question.number, person, 3] < self.world.skill[person, question.topic]:
            course.solved[question.number] = min(course.solved[question.number], at - question.at)
            if self.world.luck[question.number, 0, 0] < ACCEPTS:
                self._later(at + 1.0, "accept", question.number, answer)

    def _accept(self, at: float, case: _Case, answer: int) -> None:
        if not case.closed:
            case.closed = True
            for person in list(case.open):
                self._no_longer_open(case, person)
            self.policy.see(Accepted(_seconds(at), answer))

    def _no_longer_open(self, case: _Case, person: int) -> None:
        if case.open.pop(person, None) is not None:
            self.open_offers[person] -= 1

    def _later(self, at: float, kind: str, number: int, person: int) -> None:
        if at < self.world.hours:
            self.order += 1
            heapq.heappush(self.events, (at, self.order, kind, number, person))


def _seconds(hours: float) -> float:
    return START + 3600.0 * hours
