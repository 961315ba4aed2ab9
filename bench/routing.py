"""How long one routing decision takes: 10,000 and 100,000 synthetic candidates, events, snapshots; one core."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from io import BytesIO

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from app.ranking.events import Answered, Asked
from app.ranking.model import default_model
from app.ranking.need import need_of
from app.ranking.pool import pool_of
from app.ranking.rank import rank
from app.ranking.snapshot import load_state, state_bytes
from app.ranking.state import State

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


def main() -> None:
    """Print the figures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    print("| candidates | median ms | worst of 40 | event µs | upkeep ms | snapshot MB | written, read ms |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for providers, answers_each in ((10_000, 2), (100_000, 6)):
        questions = 20_000
        started = time.process_time()
        state = community(providers, questions=questions, answers_each=answers_each, seed=1)
        per_event = (time.process_time() - started) / (questions * (1 + answers_each)) * 1e6
        rng = np.random.default_rng(2)
        times = sorted(_ms(lambda state=state, rng=rng: decision(state, rng)) for _ in range(RUNS))
        upkeep = _ms(lambda state=state: state.upkeep(START + 601 * DAY_S))
        written = _ms(lambda state=state: state_bytes(state))
        stored = state_bytes(state)
        read = _ms(lambda stored=stored: load_state(BytesIO(stored)))
        print(
            f"| {len(state.providers):,} | {times[RUNS // 2]:.1f} | {times[-1]:.1f} | {per_event:.0f} | {upkeep:.0f} "
            f"| {len(stored) / 1e6:.0f} | {written:.0f}, {read:.0f} |"
        )


def _text(words: np.ndarray) -> str:
    return " ".join(f"w{word}" for word in words.tolist())


def _ms(run: Callable[[], object]) -> float:
    """Return the milliseconds of processor time: what one core needs, whatever else the machine is doing."""
    started = time.process_time()
    run()
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main()
