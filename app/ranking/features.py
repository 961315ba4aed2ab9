"""The nine factors of a provider's chance to be the one who answers: from a state and a need to an array.

Each is a number that a person can understand and recompute from stored events; model.py fixes their signs. Times are in
seconds, ages in days. All functions return one value per provider, in the order of the state's rows.
"""

import numpy as np
from numpy.typing import NDArray

from app.ranking.bm25 import LENGTH_SHARE, SATURATION, Hits
from app.ranking.columns import DAY_S, HOUR_S
from app.ranking.credence import weighed_verdicts
from app.ranking.memory import Memory
from app.ranking.need import Need

COLUMNS = (
    "recent_answers",
    "longer_activity",
    "silence",
    "topic_share",
    "topic_vector",
    "similar_answered",
    "profile_match",
    "usual_hour",
    "accepted_rate",
)

NEAREST = 100
# Below either, one would not call two requests alike: of the best match, and of what the request's own text would weigh
# if somebody had asked it before. In a community on mail programs, questions on lasagne and bicycle tyres reach 0.1 to
# 0.3 of their own weight, most pairs that a reader calls alike 0.4 and more.
NEAR_THE_BEST = 0.6
ALIKE = 0.4
SIMILAR_HALF_LIFE_DAYS = 180.0
PROFILE_POSTINGS = 4_000  # rare words only: the common ones say little about a person and cost the most
SHARE_PRIOR = 5.0  # answers
RATE_PRIOR = (0.6, 3.0)  # accepted, answers
LONGEST_SILENCE_DAYS = 730.0  # who has never answered counts as silent for two years
NEAR_HOURS = {-1: 0.5, 0: 1.0, 1: 0.5}  # hours apart → weight


def features(state: Memory, need: Need) -> NDArray[np.float64]:
    """Return the nine factors of every provider; shape (providers, 9), columns as COLUMNS.

    Only what the state knows is used, so whoever wants the past before a moment applies only the events before it.
    """
    hits = state.index.look_up(need.counts)
    return np.column_stack(
        (
            recent_answers(state, need.at),
            longer_activity(state, need.at),
            silence(state, need.at),
            topic_share(state, need),
            topic_vector(state, need),
            similar_answered(state, need, hits),
            profile_match(state, need),
            usual_hour(state, need.at),
            accepted_rate(state),
        )
    )


def recent_answers(state: Memory, at: float) -> NDArray[np.float64]:
    """Return ln(1 + answers, each halved every 7 days)."""
    return np.log1p(state.faded("recent", at))


def longer_activity(state: Memory, at: float) -> NDArray[np.float64]:
    """Return ln(1 + answers, each halved every 90 days)."""
    return np.log1p(state.faded("longer", at))


def silence(state: Memory, at: float) -> NDArray[np.float64]:
    """Return ln(1 + days since the last answer), at most two years."""
    days = np.clip((at - state.providers["last"]) / DAY_S, 0.0, LONGEST_SILENCE_DAYS)
    return np.log1p(days)


def topic_share(state: Memory, need: Need) -> NDArray[np.float64]:
    """Return the sum over the request's topics of rarity · answers in the topic / (answers + 5)."""
    share = np.zeros(len(state.providers))
    requests = max(1, len(state.requests))
    for topic in need.topic_rows:
        rarity = np.log(requests / max(1.0, float(state.topics["requests"][topic]))) + 1.0
        providers = np.frombuffer(state.topic_providers[topic], dtype=np.int64)
        share[providers] += rarity * np.frombuffer(state.topic_answers[topic], dtype=np.float64)
    return share / (state.providers["answers"] + SHARE_PRIOR)


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


def usual_hour(state: Memory, at: float) -> NDArray[np.float64]:
    """Return ln(1 + answers near this hour of the day (UTC), each halved every 45 days)."""
    hours = state.faded("hours", at)
    now = int(at // HOUR_S)
    near = np.zeros(len(hours))
    for apart, weight in NEAR_HOURS.items():
        near += weight * hours[:, (now + apart) % 24]
    return np.log1p(near)


def accepted_rate(state: Memory) -> NDArray[np.float64]:
    """Return (accepted + 0.6) / (answers whose fate is recorded + 3), by the words of those who say so."""
    accepted, answers = RATE_PRIOR
    solved, judged = weighed_verdicts(state, share=accepted / answers)
    return (solved + accepted) / (judged + answers)


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
