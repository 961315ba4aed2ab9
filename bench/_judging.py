"""How far the off-policy estimates can be believed: many worlds in which it is known what another model would bring."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np

from app.ranking.exploration import first_wave, wave_propensities
from app.ranking.model import Model, default_model
from app.ranking.need import Need
from app.ranking.offpolicy import Logged, Method, off_policy
from app.ranking.pace import Pace
from app.ranking.pool import TERMS, Pool
from app.ranking.rank import Appraisal, appraise, uncertainty
from bench._figures import control, state

METHODS: tuple[Method, ...] = ("ips", "self_normalised", "doubly_robust")
NAMES = {"ips": "IPS", "self_normalised": "self-normalised", "doubly_robust": "doubly robust"}
CANDIDATES, PLACES = 40, 3
PACE = Pace(helpers_hour=0.6, helpers_day=3.0, log_minutes=5.0, spread=2.0)
NEED = Need(1.7e9, -5, Counter(), (), np.zeros(64, dtype=np.float32), 10_000.0, 0.2, PACE)


def measure_estimates(*, worlds: int, decisions: int, seed: int) -> None:
    """State how often the intervals hold the truth, how far off the means are, how wide the intervals.

    Of a model like the one that decided, as a refit gives; and of one so different that it would ask other people.
    """
    _measure("a refit", 0.2, worlds=worlds, decisions=decisions, seed=seed)
    _measure("a stranger", 0.6, worlds=worlds, decisions=decisions, seed=seed)


def _measure(who: str, apart: float, *, worlds: int, decisions: int, seed: int) -> None:
    is_refit = who == "a refit"
    held: dict[str, list[bool]] = defaultdict(list)
    off: dict[str, list[float]] = defaultdict(list)
    width: dict[str, list[float]] = defaultdict(list)
    wrong, unsupported, effective = [], [], []
    for number in range(worlds):
        logged, other, truth = _world(decisions, apart, np.random.default_rng([seed, number]))
        for method in METHODS:
            found = off_policy(logged, other, method=method)
            held[method].append(found.low <= truth <= found.high)
            off[method].append(found.mean - truth)
            width[method].append(found.high - found.low)
        unsupported.append(found.unsupported)
        effective.append(found.effective / (PLACES * decisions))
        even = [replace(each, propensities=np.full(len(each.propensities), PLACES / CANDIDATES)) for each in logged]
        found = off_policy(even, other, method="ips")
        wrong.append(found.low <= truth <= found.high)
    for method in METHODS:
        mean, error = float(np.mean(off[method])), float(np.std(off[method]) / np.sqrt(worlds))
        share = float(np.mean(held[method]))
        # Far from what was decided, weights alone mislead; that is what the doubly robust estimate is for.
        demanded = is_refit or method == "doubly_robust"
        # Weights spread like these make intervals of finite samples a bit too narrow; and three standard errors less,
        # which is what chance may take off in so many worlds.
        meant = 0.93 if is_refit else 0.9
        least = meant - 3 * float(np.sqrt(meant * (1 - meant) / worlds))
        unbiased = abs(mean) <= 3 * error or not is_refit
        state(
            "offpolicy",
            f"{who}, {NAMES[method]}: 95 % intervals that hold the truth, {worlds} worlds of {decisions} decisions",
            f"{share:.0%}; off by {mean:+.4f} ± {1.96 * error:.4f}; interval ± {np.mean(width[method]) / 2:.3f}",
            f"at least {least:.0%}" + (", no bias beyond chance" if is_refit else "") if demanded else "",
            share >= least and unbiased if demanded else None,
        )
    state(
        "offpolicy",
        f"{who}: invitations without support; effective sample, of all; interval doubly robust, of that of IPS",
        f"{np.mean(unsupported):.1%}; {np.mean(effective):.0%}; "
        f"{np.mean(width['doubly_robust']) / np.mean(width['ips']):.0%}",
    )
    if is_refit:
        share = float(np.mean(wrong))
        control("offpolicy", "IPS with propensities nobody drew by", f"{share:.0%} hold the truth", fails=share < 0.5)


def _world(decisions: int, apart: float, rng: np.random.Generator) -> tuple[list[Logged], list[np.ndarray], float]:
    """Return decisions of the default model, what another would do, and the share of its invitations answered."""
    mine, other = default_model(), _another(default_model(), apart, rng)
    logged, wanted, answered, places = [], [], 0.0, 0.0
    for number in range(decisions):
        pool = _pool(rng)
        worth = appraise(NEED, pool, mine)
        # The model is right on the whole and wrong about each: some people answer more, some less than it says.
        truth = np.clip(worth.within_day * rng.lognormal(-0.125, 0.5, CANDIDATES), 0, 1)
        wave = first_wave(
            worth.values,
            uncertainty(worth, pool),
            pool.uncertain,
            np.arange(CANDIDATES, dtype=np.uint64),
            places=PLACES,
            rng=rng,
        )
        rewards = (rng.random(len(wave.chosen)) < truth[wave.chosen]).astype(np.float64)
        logged.append(Logged(wave.propensities, wave.chosen, rewards, worth.within_day, number))
        wanted.append(_propensities(appraise(NEED, pool, other), pool))
        answered += float(wanted[-1] @ truth)
        places += float(wanted[-1].sum())
    return logged, wanted, answered / places


def _another(model: Model, apart: float, rng: np.random.Generator) -> Model:
    return replace(model, version="another", weights=model.weights * rng.lognormal(0, apart, len(model.weights)))


def _propensities(worth: Appraisal, pool: Pool) -> np.ndarray:
    return wave_propensities(worth.values, uncertainty(worth, pool), pool.uncertain, places=PLACES)


def _pool(rng: np.random.Generator) -> Pool:
    n, columns = CANDIDATES, len(default_model().weights)
    answers = np.floor(rng.exponential(12, n))
    return Pool(
        ids=np.arange(n),
        features=rng.random((n, columns)) * 0.4,
        answers=answers,
        confirmed=np.floor(answers * rng.random(n) * 0.3),
        judged=answers,
        speed_sum=answers * 5,
        speed_count=answers,
        uncertain=answers < 5,
        daily=np.zeros(len(answers)),
        terms=np.zeros((n, len(TERMS))),
    )
