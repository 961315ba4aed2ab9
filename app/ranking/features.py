"""The ten factors of a provider's chance to be the one who answers: from a state and a need to an array.

Each is a number that a person can understand and recompute from stored events; model.py fixes their signs. Times are in
seconds. All functions return one value per provider, in the order of the state's rows.
"""

import numpy as np
from numpy.typing import NDArray

from app.ranking.bm25 import LENGTH_SHARE, SATURATION, Hits
from app.ranking.columns import BLOCK_S, DAY_S, HOUR_S, MINUTE_S, TOPIC_HALF_LIFE_S, WEEK_BLOCKS
from app.ranking.memory import Memory
from app.ranking.need import Need

COLUMNS = (
    "steady_activity",
    "momentum",
    "silence_minutes",
    "topic_answers",
    "topic_vector",
    "similar_answered",
    "alike_lately",
    "profile_match",
    "asked_hour",
    "usual_week",
)

STEADY = 17.0  # answers after which more of them say little more
WEEK_OF_YEAR = 7.0 / 365.0
LONGEST_SILENCE_S = 730 * DAY_S  # who has never answered counts as silent for two years
NEAREST = 100
# Below either, one would not call two requests alike: of the best match, and of what the request's own text would weigh
# if somebody had asked it before. In a community on mail programs, questions on lasagne and bicycle tyres reach 0.1 to
# 0.3 of their own weight, most pairs that a reader calls alike 0.4 and more.
NEAR_THE_BEST = 0.6
ALIKE = 0.4
SIMILAR_HALF_LIFE_DAYS = 180.0
ALIKE_HALF_LIFE_DAYS = 60.0
ALIKE_POWER = 4
LATEST = 50_000  # requests; older ones have faded away
PROFILE_POSTINGS = 4_000  # rare words only: the common ones say little about a person and cost the most
NEAR_HOURS = {-1: 0.5, 0: 1.0, 1: 0.5}  # hours apart → weight
HOUR_PRIOR = 4.0  # answers
WEEK_PRIOR = 2.0  # answers within the next six hours
SIX_HOURS_OF_WEEK = 6.0 / 168.0


def features(state: Memory, need: Need) -> NDArray[np.float64]:
    """Return the ten factors of every provider; shape (providers, 10), columns as COLUMNS.

    Only what the state knows is used, so whoever wants the past before a moment applies only the events before it.
    """
    hits = state.index.look_up(need.counts)
    return np.column_stack(
        (
            steady_activity(state, need.at),
            momentum(state, need.at),
            silence_minutes(state, need.at),
            topic_answers(state, need),
            topic_vector(state, need),
            similar_answered(state, need, hits),
            alike_lately(state, need),
            profile_match(state, need),
            asked_hour(state, need.at),
            usual_week(state, need.at),
        )
    )


def steady_activity(state: Memory, at: float) -> NDArray[np.float64]:
    """Return ln(17 (n + 1) / (n + 17)), n being the answers, each halved every 90 days: 0 for none, at most ln 17."""
    return steady_of(state.faded("longer", at))


def steady_of(answers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the factor of faded answers."""
    return np.log(STEADY * (answers + 1) / (answers + STEADY))


def steady_answers(factor: float) -> float:
    """Return the faded answers of the factor."""
    ratio = float(np.exp(factor))
    return STEADY * (ratio - 1) / (STEADY - ratio)


def momentum(state: Memory, at: float) -> NDArray[np.float64]:
    """Return ln of this week's answers over those of a usual week of the last year, one added to each."""
    return momentum_of(state.faded("recent", at), state.faded("year", at) * WEEK_OF_YEAR)


def momentum_of(recent: NDArray[np.float64], usual: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the factor of the faded answers of a week and of a usual one."""
    return np.log((recent + 1) / (usual + 1))


def silence_minutes(state: Memory, at: float) -> NDArray[np.float64]:
    """Return ln(1 + minutes since the last answer), at most two years."""
    silent_s = np.clip(at - state.providers["last"], 0.0, LONGEST_SILENCE_S)
    return np.log1p(silent_s / MINUTE_S)


def topic_answers(state: Memory, need: Need) -> NDArray[np.float64]:
    """Return the mean over the request's topics of ln(1 + 2 n), n being the answers there, halved every 60 days."""
    total = np.zeros(len(state.providers))
    growth = 2.0 ** ((state.epoch - need.at) / TOPIC_HALF_LIFE_S)
    for topic in need.topic_rows:
        providers = np.frombuffer(state.topic_providers[topic], dtype=np.int64)
        total[providers] += np.log1p(2 * growth * np.frombuffer(state.topic_faded[topic], dtype=np.float64))
    return total / max(1, len(need.topic_rows))


def topic_vector(state: Memory, need: Need) -> NDArray[np.float64]:
    """Return the cosine of the request with the mean of what the provider answered, halved every 180 days."""
    vectors = state.providers["vector"]
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    dots = vectors @ need.vector
    return np.divide(dots, lengths, out=np.zeros(len(dots), dtype=np.float32), where=lengths > 0).astype(np.float64)


def similar_answered(state: Memory, need: Need, hits: Hits) -> NDArray[np.float64]:
    """Return ln(1 + the votes of the 100 most similar earlier requests for whoever answered them).

    A request's vote is (its BM25 weight / the best one's)², halved every 180 days.
    """
    votes = np.zeros(len(state.providers))
    scores = _weights_of_others(state, need, hits)
    nearest = _largest(scores, NEAREST)
    if len(nearest) == 0:
        return votes
    age_days = np.maximum(0.0, need.at - state.requests["at"][nearest]) / DAY_S
    weights = (scores[nearest] / scores[nearest].max()) ** 2 * 2.0 ** (-age_days / SIMILAR_HALF_LIFE_DAYS)
    places, providers = state.answerers_of(nearest)
    votes += np.bincount(providers, weights=weights[places], minlength=len(votes))
    return np.log1p(votes)


def alike_lately(state: Memory, need: Need) -> NDArray[np.float64]:
    """Return ln(1 + the votes of the 100 requests nearest in meaning, of late, for whoever answered them).

    A request's vote is its cosine with this one, to the fourth power, halved every 60 days.
    """
    votes = np.zeros(len(state.providers))
    first = max(0, len(state.requests) - LATEST)
    near = np.maximum(state.requests["vector"][first:] @ need.vector, 0.0).astype(np.float64) ** ALIKE_POWER
    age_days = np.maximum(0.0, need.at - state.requests["at"][first:]) / DAY_S
    weights = near * 2.0 ** (-age_days / ALIKE_HALF_LIFE_DAYS)
    if need.itself >= first:
        weights[need.itself - first] = 0.0
    nearest = _largest(weights, NEAREST)
    places, providers = state.answerers_of(nearest + first)
    votes += np.bincount(providers, weights=weights[nearest][places], minlength=len(votes))
    return np.log1p(votes)


def nearest_requests(state: Memory, need: Need) -> NDArray[np.int64]:
    """Return the rows of the up to 100 earlier requests that one would call alike; none for a request like no other."""
    scores = _weights_of_others(state, need, state.index.look_up(need.counts))
    nearest = _largest(scores, NEAREST)
    if len(nearest) == 0:
        return nearest
    least = max(NEAR_THE_BEST * float(scores[nearest].max()), ALIKE * state.index.own_weight(need.counts))
    return nearest[scores[nearest] >= least]


def profile_match(state: Memory, need: Need) -> NDArray[np.float64]:
    """Return the BM25 weight of the request's rarest words in all that the provider answered, taken as one text."""
    match = np.zeros(len(state.providers))
    hits = state.index.look_up(need.counts, most_postings=PROFILE_POSTINGS)
    places, providers = state.answerers_of(hits.texts)
    if need.itself >= 0:
        other = hits.texts[places] != need.itself
        places, providers = places[other], providers[other]
    if len(places) == 0:
        return match
    # How often each provider met each word: equal (word, provider) pairs are neighbours once sorted.
    keys, place = np.unique(hits.terms[places] * len(match) + providers, return_inverse=True)
    counts = np.bincount(place, weights=hits.counts[places])
    terms, owners = np.divmod(keys, len(match))
    lengths = state.providers["profile_length"]
    mean_length = max(float(lengths.sum()) / max(1, int(np.count_nonzero(lengths))), 1e-9)
    norm = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths[owners] / mean_length)
    weights = hits.rarity[terms] * counts * (SATURATION + 1) / (counts + norm)
    match += np.bincount(owners, weights=weights, minlength=len(match))
    return match


def asked_hour(state: Memory, at: float) -> NDArray[np.float64]:
    """Return ln of how often the provider answers what is asked around this hour of the day (UTC), over any hour.

    The hour itself and half of each neighbour, of answers halved every 60 days, with four answers spread evenly added.
    """
    fading = state.fading("asked_hours", at)
    hours = state.providers["asked_hours"]
    now = int(at // HOUR_S)
    near = sum(weight * hours[:, (now + apart) % 24].astype(np.float64) for apart, weight in NEAR_HOURS.items())
    share = sum(NEAR_HOURS.values()) / 24
    answers = fading * _sums(hours)
    return np.log((fading * near + share * HOUR_PRIOR) / ((answers + HOUR_PRIOR) * share))


def usual_week(state: Memory, at: float) -> NDArray[np.float64]:
    """Return ln of the answers given in the coming six hours of the week (UTC), over those of any six hours.

    Of answers halved every 120 days, in blocks of three hours of which the first and last count in part; two answers
    added to either.
    """
    fading = state.fading("week", at)
    week = state.providers["week"]
    now, gone = divmod(at / BLOCK_S, 1.0)
    block = int(now)
    shares = {block: 1 - gone, block + 1: 1.0, block + 2: gone}
    near = sum(share * week[:, number % WEEK_BLOCKS].astype(np.float64) for number, share in shares.items())
    answers = fading * _sums(week)
    return np.log((fading * near + WEEK_PRIOR) / (answers * SIX_HOURS_OF_WEEK + WEEK_PRIOR))


def _sums(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the sum of each row, as a product with ones: the fastest there is."""
    return (rows @ np.ones(rows.shape[1], dtype=np.float32)).astype(np.float64)


def _weights_of_others(state: Memory, need: Need, hits: Hits) -> NDArray[np.float64]:
    """Return the BM25 weight of every request, 0 for the one in need."""
    scores = state.index.scores(hits)
    if need.itself >= 0:
        scores[need.itself] = 0.0
    return scores


def _largest(scores: NDArray[np.float64], most: int) -> NDArray[np.int64]:
    """Return the positions of the `most` largest positive scores; of equal ones at the edge the latest."""
    positive = np.flatnonzero(scores > 0)
    if len(positive) <= most:
        return positive
    edge = np.partition(scores[positive], len(positive) - most)[len(positive) - most]
    above = positive[scores[positive] > edge]
    at_edge = positive[scores[positive] == edge]
    return np.concatenate((above, at_edge[len(at_edge) - (most - len(above)) :]))
