"""Play an archive in time order and measure the ranking against what people really did.

The protocol (docs/ranking.md): at each question everybody who has answered others before is a candidate; only what was
visible strictly before the question counts; a self-answer does not count, a person answering twice counts once. Learned
models see the questions between `train_from` and their split and are tested on what follows. The model under test is
the one given, untouched; the learned ones are reported beside it.

Relevant are, for A the author of the accepted answer, for B authors of answers that scored 1 or more (gain: the score),
for C whoever answered; each over questions where a candidate is relevant, `cold` telling the share where only
newcomers are.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.ranking.baselines import BASELINES
from app.ranking.columns import DAY_S
from app.ranking.events import Asked, Event
from app.ranking.fairness import MOST_OFFERS_A_DAY, with_load
from app.ranking.figures import FIRST, UNTRAINED, Case, Order, report
from app.ranking.fit import Sample, learn, sample_of
from app.ranking.metrics import ranks_among
from app.ranking.model import Model
from app.ranking.need import Need, need_of
from app.ranking.pool import Pool, pool_of
from app.ranking.protocol import Help
from app.ranking.rank import MINUTE_PARTS, Ranking, appraise, rank
from app.ranking.state import State

Floats = NDArray[np.float64]

SEED = 2

Progress = Callable[[int, int], None]


def evaluate(
    events: Sequence[Event],
    helpers: dict[int, dict[int, Help]],
    *,
    model: Model,
    test_from: float = 0.8,
    splits: tuple[float, ...] = (0.6, 0.7, 0.8),
    train_from: float = 0.4,
    clock: Callable[[], float] = time.perf_counter,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return the figures of one archive, as JSON can hold them: of the model as the product would have learned it by
    `test_from`, and beside it of the one given, untrained.

    events and helpers as protocol.timeline gives them; test_from is added to the splits. Raises ValueError unless
    0 <= train_from < splits < 1 and there are questions.
    """
    cuts = tuple(sorted({*splits, test_from}))
    questions = sum(1 for event in events if isinstance(event, Asked))
    if questions == 0 or not 0 <= train_from < cuts[0] or cuts[-1] >= 1:
        raise ValueError("the splits must lie between train_from and 1, and there must be questions")
    run = _Run(model, questions, cuts, test_from, train_from, clock)
    for event, state in replay(events):
        run.play(event, state, helpers.get(event.request, {}))
        if progress is not None:
            progress(run.played, questions)
    return report(
        run.cases,
        run.training,
        version=run.under_test.version,
        questions=questions,
        test_from=test_from,
        cuts=cuts,
        learned={name: each.metrics for name, each in run.models.items()},
        ms_per_question=1000 * run.seconds / max(1, run.ranked),
    )


def replay(events: Iterable[Event]) -> Iterator[tuple[Asked, State]]:
    """Yield every question with the state as it was strictly before the question's time; upkeep once a day."""
    state = State()
    next_upkeep = -np.inf
    for at, simultaneous in groupby(events, key=attrgetter("at")):
        together = list(simultaneous)
        if at >= next_upkeep:
            state.upkeep(at)
            next_upkeep = at + DAY_S
        for event in together:
            if isinstance(event, Asked):
                yield event, state
        state.apply_all(together)


def candidates_for(state: State, event: Asked) -> tuple[Need, Pool]:
    """Return the need of a question and everybody who has answered others before, the asker left out."""
    need = need_of(state, at=event.at, asker=event.asker, title=event.title, body=event.body, topics=event.topics)
    pool = pool_of(state, need)
    return need, pool.only(np.flatnonzero((pool.answers > 0) & (pool.ids != event.asker)))


class _Run:
    """The playing of one archive: what is gathered on the way."""

    def __init__(
        self,
        model: Model,
        questions: int,
        cuts: tuple[float, ...],
        test_from: float,
        train_from: float,
        clock: Callable[[], float],
    ) -> None:
        self.model, self.questions, self.cuts = model, questions, cuts
        self.test_from, self.train_from, self.clock = test_from, train_from, clock
        self.played = 0
        self.samples: list[Sample] = []
        self.models: dict[str, Model] = {}
        self.cases: list[Case] = []
        self.training: list[Case] = []
        self.seconds = 0.0
        self.ranked = 0
        self.offered: dict[int, list[float]] = {}
        self.rng = np.random.default_rng(SEED)

    def play(self, event: Asked, state: State, helpers: dict[int, Help]) -> None:
        for cut in self.cuts:
            if self.played >= int(cut * self.questions) and f"learned {cut}" not in self.models:
                self.models[f"learned {cut}"] = learn(self.samples, self.model, version=f"learned-{cut}")
        if self.played >= int(self.train_from * self.questions):
            self._rank(event, state, helpers)
        self.played += 1

    @property
    def under_test(self) -> Model:
        """The model as it was learned before the test; until then the one given."""
        return self.models.get(f"learned {self.test_from}", self.model)

    def _rank(self, event: Asked, state: State, helpers: dict[int, Help]) -> None:
        started = self.clock()
        need, pool = candidates_for(state, event)
        ranking = rank(need, pool, self.under_test, rng=self.rng, k=max(1, len(pool)))
        self.seconds += self.clock() - started
        self.ranked += 1
        case = _case(self.played, event, pool, helpers)
        case.orders["given"] = _order(ranking, case)
        if self.played < int(self.cuts[-1] * self.questions) and len(pool):
            self.samples.append(_sample(need, pool, ranking, case, self.rng))
        if self.played < int(self.cuts[0] * self.questions):
            self.training.append(case)
            return
        self.cases.append(case)
        case.orders[UNTRAINED] = _order_by(appraise(need, pool, self.model).values, case)
        for name, learned in self.models.items():
            case.orders[name] = _order_by(appraise(need, pool, learned).values, case)
        if self.played >= int(self.test_from * self.questions):
            rows = np.array([state.provider_row[int(provider)] for provider in pool.ids], dtype=np.int64)
            for name, baseline in BASELINES.items():
                case.orders[name] = _order_by(baseline(state, need, self.rng)[rows], case)
            case.orders["after"] = self._after(need, pool, ranking, case)

    def _after(self, need: Need, pool: Pool, before: Ranking, case: Case) -> Order:
        """Order once more with everything that keeps an installation healthy: capacity, load and exploration.

        before: the ranking of the whole pool without it.
        """
        at = need.at
        self.offered = {who: [then for then in times if then > at - DAY_S] for who, times in self.offered.items()}
        offers = np.array([len(self.offered.get(int(provider), ())) for provider in pool.ids], dtype=np.float64)
        solving = np.empty(len(pool))
        solving[before.positions] = before.minutes[:, MINUTE_PARTS.index("solving")]
        limits = np.full(len(pool), float(MOST_OFFERS_A_DAY))
        narrowed, kept = with_load(pool, offers, limits, solving=solving, chance_minutes=need.chance_minutes)
        ranking = rank(need, narrowed, self.under_test, rng=self.rng, k=max(1, len(narrowed)))
        for position in ranking.wave:
            self.offered.setdefault(int(narrowed.ids[position]), []).append(at)
        asked_first = np.concatenate((ranking.wave, ranking.positions[~np.isin(ranking.positions, ranking.wave)]))
        ranks = np.full(len(pool), np.inf)
        ranks[kept[asked_first]] = 1 + np.arange(len(asked_first))
        return Order(ranks[case.positions], kept[asked_first[:FIRST]])


def _case(number: int, event: Asked, pool: Pool, helpers: dict[int, Help]) -> Case:
    place = {int(provider): position for position, provider in enumerate(pool.ids)}
    known = [(place[who], what) for who, what in helpers.items() if who in place]
    newcomers = [what for who, what in helpers.items() if who not in place]
    positions = np.array([position for position, _ in known], dtype=np.int64)
    return Case(number, len(pool), positions, [what for _, what in known], newcomers, event.judged)


def _order(ranking: Ranking, case: Case) -> Order:
    """Return what a ranking of the whole pool says about a case."""
    ranks = np.empty(case.candidates)
    ranks[ranking.positions] = 1 + np.arange(case.candidates)
    # Copies: a view of five would keep the thousands behind it in memory.
    promises = {
        "hour": ranking.within_hour[:FIRST].copy(),
        "day": ranking.within_day[:FIRST].copy(),
        "confirmed": ranking.confirmed[:FIRST].copy(),
    }
    return Order(ranks[case.positions], ranking.positions[:FIRST].copy(), promises)


def _order_by(scores: Floats, case: Case) -> Order:
    """Return what plain scores say about a case."""
    first = np.argsort(-scores, kind="stable")[:FIRST].copy()
    return Order(ranks_among(scores, case.positions), first)


def _sample(need: Need, pool: Pool, ranking: Ranking, case: Case, rng: np.random.Generator) -> Sample:
    scores = np.empty(len(pool))
    scores[ranking.positions] = ranking.scores
    waits = {int(place): what.wait_minutes for place, what in zip(case.positions, case.helps, strict=True)}
    pace = need.pace
    return sample_of(
        pool.features, scores, waits, helpers_hour=pace.helpers_hour, helpers_day=pace.helpers_day, rng=rng
    )
