"""How long one routing decision takes: a real community, 10,000 and 100,000 synthetic candidates; one core."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from app.importers.archive_format import read_answers, read_questions, read_votes
from app.importers.rows import RowError
from app.ranking.events import Answered, Asked
from app.ranking.model import default_model
from app.ranking.need import need_of
from app.ranking.pool import pool_of
from app.ranking.rank import rank
from app.ranking.snapshot import load_state, state_bytes
from app.ranking.state import State
from app.routing import evaluation
from bench import _figures as figures
from devtools import places

DAY_S = 86_400.0
START = 1_700_000_000.0
VOCABULARY = 30_000
TOPICS = 300
RUNS = 40


def community(providers: int, *, questions: int, answers_each: int, seed: int) -> State:
    """Return a state with that many providers, a few regulars among them; words and topics as unequal as real ones."""
    rng = np.random.default_rng(seed)
    state = State()
    # Zipf-like: word w occurs in proportion to 1 / (w + 10).
    odds = 1 / (np.arange(VOCABULARY) + 10)
    drawn = rng.choice(VOCABULARY, size=(questions, 50), p=odds / odds.sum())
    everybody = rng.permutation(providers)
    turn = 0
    for request in range(questions):
        at = START + request * 600 * DAY_S / questions
        title, body = drawn[request, :8], drawn[request, 8:]
        topics = (int(rng.integers(0, TOPICS)),)
        state.apply(Asked(at, request, providers + 1, _text(title), _text(body), topics))
        for number in range(answers_each):
            if number == 0:
                who = int(rng.geometric(0.01)) % providers
            else:
                who, turn = int(everybody[turn % providers]), turn + 1
            state.apply(Answered(at + 60 * number, request, request * answers_each + number, who, who))
    state.upkeep(START + 601 * DAY_S)
    return state


def decision(state: State, rng: np.random.Generator) -> None:
    """Make one whole decision: need, factors, values, first wave."""
    words = rng.integers(0, VOCABULARY // 10, 50)
    need = need_of(
        state,
        at=START + 602 * DAY_S,
        asker=-1,
        title=_text(words[:8]),
        body=_text(words[8:]),
        topics=(int(rng.integers(0, TOPICS)),),
    )
    rank(need, pool_of(state, need), default_model(), rng=rng, k=50)


def real_community(folder: Path) -> tuple[State, list[Asked]]:
    """Return the state of a whole archive, and its newest questions to decide about."""
    made = evaluation.records(
        (row for _, row in read_questions(folder) if not isinstance(row, RowError)),
        (row for _, row in read_answers(folder) if not isinstance(row, RowError)),
        (row for _, row in read_votes(folder) if not isinstance(row, RowError)),
    )
    state = State()
    state.apply_all(made.events)
    state.upkeep(made.events[-1].at)
    return state, [event for event in made.events if isinstance(event, Asked)][-RUNS:]


def main() -> None:
    """State the figures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    folder = places.shared_data() / "data" / "thunderbird-support"
    if folder.is_dir():
        started = time.process_time()
        state, asked = real_community(folder)
        per_event = (time.process_time() - started) / state.events * 1e6
        rng = np.random.default_rng(2)
        measure("Thunderbird support", state, [partial(decide, state, one, rng) for one in asked], per_event)
    else:
        print(f"(no real community in {folder})")
    for providers, answers_each in ((10_000, 2), (100_000, 6)):
        questions = 20_000
        started = time.process_time()
        state = community(providers, questions=questions, answers_each=answers_each, seed=1)
        per_event = (time.process_time() - started) / state.events * 1e6
        rng = np.random.default_rng(2)
        runs = [lambda state=state, rng=rng: decision(state, rng)] * RUNS
        measure("synthetic", state, runs, per_event)
    figures.conclude()


def decide(state: State, asked: Asked, rng: np.random.Generator) -> None:
    """Decide about a question of an archive as if it were asked again now."""
    need = need_of(
        state,
        at=asked.at,
        asker=asked.asker,
        title=asked.title,
        body=asked.body,
        topics=asked.topics,
        request=asked.request,
    )
    rank(need, pool_of(state, need), default_model(), rng=rng, k=50)


def measure(name: str, state: State, decisions: Sequence[Callable[[], None]], per_event: float) -> None:
    """State what a decision, an event, the upkeep and the snapshot of one community cost, of the processor."""
    times = sorted(_ms(one) for one in decisions)
    upkeep = _ms(lambda: state.upkeep(float(state.requests["at"][-1]) + DAY_S))
    written = _ms(lambda: state_bytes(state))
    stored = state_bytes(state)
    read = _ms(lambda: load_state(BytesIO(stored)))
    of = f"{name}, {len(state.providers):,} candidates"
    figures.state("routing", f"{of}: one decision", f"median {times[len(times) // 2]:.1f}, worst {times[-1]:.1f} ms")
    figures.state("routing", f"{of}: one event", f"{per_event:.0f} µs")
    figures.state("routing", f"{of}: upkeep of a day", f"{upkeep:.0f} ms")
    snapshot = f"{len(stored) / 1e6:.0f} MB, written in {written:.0f} ms, read in {read:.0f} ms"
    figures.state("routing", f"{of}: snapshot", snapshot)


def _text(words: np.ndarray) -> str:
    return " ".join(f"w{word}" for word in words.tolist())


def _ms(run: Callable[[], object]) -> float:
    """Return the milliseconds of processor time: what one core needs, whatever else the machine is doing."""
    started = time.process_time()
    run()
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main()
