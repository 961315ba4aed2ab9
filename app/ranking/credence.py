"""Whose verdicts make up a provider's record, and how much each weighs: trust and its caps, brought into the state.

A verdict is what became of one provider's answers to one request: solved or not. It belongs to whoever confirmed it,
else to the asker. Its weight is kept beside it and in sums per provider, so an event changes a few numbers; the walk
over all people (trust.py) and the shares of sources (evidence.py) are computed anew in the state's upkeep. Weights are
multiples of 1/1024, so what is taken back leaves nothing behind.

While nobody is verified all weights are 1 and the sums are the plain counts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.ranking.columns import NOBODY
from app.ranking.evidence import capped, unknown_room, weighed
from app.ranking.memory import Memory
from app.ranking.trust import IMPORTED_GIVES, STEPS, Vouches, source_flow, weights

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

USUAL_SHARE = 0.2  # of answers that are confirmed, where a sentence needs one and no request is at hand


@dataclass(frozen=True)
class Known:
    """Who is known without anybody's confirming it.

    seats: (person, source) of the verified, a source being an organisation or a person of her own; imported: people
    whom an operator answers for; owners: provider → the source it belongs to. Sources and people are whole numbers, no
    organisation's being a person's.
    """

    seats: tuple[tuple[int, int], ...] = ()
    imported: tuple[int, ...] = ()
    owners: tuple[tuple[int, int], ...] = ()


def weighed_verdicts(state: Memory, *, share: float) -> tuple[Floats, Floats]:
    """Return (solved, judged) of every provider by the words of those who say so; (n,) each, at most the counts.

    share: of verdicts that are good in general, in (0, 1).
    """
    providers = state.providers
    return weighed(
        providers["known_accepted"],
        providers["known_judged"],
        providers["unknown_accepted"],
        providers["unknown_judged"],
        share=share,
    )


def first_word(state: Memory, first: int) -> None:
    """Note what the verdict on an answer that begins to count weighs. It must not be in any sum yet."""
    state.answers["known"][first], state.answers["unknown"][first] = _verdict(state, first)


def count_judged(state: Memory, first: int, amount: float) -> None:
    """Add a verdict to its provider's sums, or take it out."""
    answers, provider = state.answers, int(state.answers["provider"][first])
    state.providers["known_judged"][provider] += amount * answers["known"][first]
    state.providers["unknown_judged"][provider] += amount * answers["unknown"][first]


def weigh_verdict(state: Memory, first: int, *, accepted_before: bool) -> None:
    """Bring the sums of a provider up to date after a confirmation came or went on what counts as this answer."""
    answers, providers = state.answers, state.providers
    provider, accepted = int(answers["provider"][first]), answers["credits"][first] > 0
    judged = bool(state.requests["judged"][answers["request"][first]])
    found = _verdict(state, first)
    for name, weight in zip(("known", "unknown"), found, strict=True):
        before = float(answers[name][first])
        providers[f"{name}_judged"][provider] += judged * (weight - before)
        providers[f"{name}_accepted"][provider] += accepted * weight - accepted_before * before
        answers[name][first] = weight


def trust_again(state: Memory, known: Known, now: float) -> None:
    """Compute whose word weighs how much, and every verdict and sum anew; `now` in seconds since 1970."""
    if known.seats or known.imported:
        state.words = _words(state, known, now)
    else:
        state.words = None
    answers = state.answers
    first = _counted(state)
    answers["allowed"][first] = 1.0
    if state.words is not None:
        givers, word = _givers(state, first)
        judged = state.requests["judged"][answers["request"][first]]
        answers["allowed"][first[judged]] = _allowed(state, known, first[judged], givers[judged], word[judged])
        answers["known"][first] = _rounded(word * answers["allowed"][first])
        answers["unknown"][first] = 1.0 - word
    else:
        answers["known"][first], answers["unknown"][first] = 1.0, 0.0
    _sum_up(state, first)


def vouches_of(state: Memory) -> Vouches:
    """Return who confirmed whose help and when it was given, people by their ids; where both are known."""
    answers = state.answers
    rows = np.flatnonzero((answers["confirmations"] > 0) & (answers["person"] >= 0) & (answers["confirmer"] >= 0))
    return Vouches(answers["confirmer"][rows].copy(), answers["person"][rows].copy(), answers["at"][rows].copy())


def given_verdicts(state: Memory, known: Known) -> tuple[Ints, Ints, Floats, Ints]:
    """Return provider rows, sources and words of the verdicts that the caps are for, and each provider's owner."""
    first = _counted(state)
    first = first[state.requests["judged"][state.answers["request"][first]]]
    givers, word = _givers(state, first)
    provider, source, owner, weighed_up = _by_source(state, known, first, givers)
    return provider[weighed_up], source[weighed_up], word[weighed_up], owner


def strangers_of(state: Memory, provider_row: int) -> int:
    """Return how many of a provider's confirmations come from people nobody knows yet; 0 if they count in full.

    Not yet known: with less than half a voice.
    """
    unknown = float(state.providers["unknown_judged"][provider_row])
    if unknown <= unknown_room(state.providers["known_judged"][provider_row], share=USUAL_SHARE):
        return 0
    answers = state.answers
    own = np.flatnonzero((answers["provider"] == provider_row) & (answers["credits"] > 0))
    own = own[answers["counts_as"][own] == own]
    return int(np.count_nonzero(answers["unknown"][own] > 0.5))


def _counted(state: Memory) -> Ints:
    """Return the answers that count, but for what providers say of themselves."""
    rows = state.counted()
    return rows[~state.answers["profile"][rows]]


def _words(state: Memory, known: Known, now: float) -> dict[int, float]:
    vouches = vouches_of(state)
    verified = np.array(known.seats, dtype=np.int64).reshape(-1, 2)
    imported = np.array(known.imported, dtype=np.int64)
    people = np.unique(np.concatenate((vouches.giver, vouches.receiver, verified[:, 0], imported)))
    given = source_flow(len(people), np.searchsorted(people, verified[:, 0]), verified[:, 1])
    of_imported = np.searchsorted(people, imported)
    given[of_imported] = np.maximum(given[of_imported], IMPORTED_GIVES)
    giver, receiver = (np.searchsorted(people, each) for each in (vouches.giver, vouches.receiver))
    found = weights(given, Vouches(giver, receiver, vouches.at), now=now)
    weighty = found > 0
    return dict(zip(people[weighty].tolist(), found[weighty].tolist(), strict=True))


def _verdict(state: Memory, first: int) -> tuple[float, float]:
    """Return how much of the verdict on an answer is known, and how much is not."""
    if state.words is None:
        return 1.0, 0.0
    answers, request = state.answers, int(state.answers["request"][first])
    word = state.words.get(int(state.requests["asker"][request]), 0.0)
    if answers["credits"][first] > 0:
        for confirmer in answers["confirmer"][_confirmed(state, first)].tolist():
            word = max(word, 1.0 if confirmer == NOBODY else state.words.get(confirmer, 0.0))
    return float(_rounded(word * answers["allowed"][first])), 1.0 - word


def _confirmed(state: Memory, first: int) -> Ints:
    """Return the confirmed ones of the answers that count as this one."""
    answers = state.answers
    # Nearly always it is the first itself, and looking through all answers would take longer than all the rest.
    if answers["confirmations"][first] == answers["credits"][first]:
        return np.array([first])
    return np.flatnonzero((answers["counts_as"] == first) & (answers["confirmations"] > 0))


def _givers(state: Memory, first: Ints) -> tuple[Ints, Floats]:
    """Return who gives the verdict on each of these answers, NOBODY where that is not known, and her word."""
    answers, words = state.answers, state.words or {}

    def word_of(people: Ints) -> Floats:
        names, place = np.unique(people, return_inverse=True)
        return np.array([words.get(name, 0.0) for name in names.tolist()])[place]

    giver = np.full(len(answers), NOBODY, dtype=np.int64)
    word = np.zeros(len(answers))
    giver[first] = state.requests["asker"][answers["request"][first]]
    word[first] = word_of(giver[first])
    confirmed = np.flatnonzero((answers["confirmations"] > 0) & (answers["counts_as"] >= 0))
    by = answers["confirmer"][confirmed]
    theirs = np.where(by == NOBODY, 1.0, word_of(by))
    for row, person, weight in zip(answers["counts_as"][confirmed].tolist(), by.tolist(), theirs.tolist(), strict=True):
        if weight > word[row]:
            giver[row], word[row] = person, weight
    return giver[first], word[first]


def _allowed(state: Memory, known: Known, first: Ints, givers: Ints, word: Floats) -> Floats:
    """Return what is left of each verdict's word when no source has more than its share; (m,) in [0, 1]."""
    provider, source, owner, weighed_up = _by_source(state, known, first, givers)
    kept = word.copy()
    kept[weighed_up] = capped(provider[weighed_up], source[weighed_up], word[weighed_up], owner=owner)
    return np.divide(kept, word, out=np.ones(len(word)), where=word > 0)


def _by_source(state: Memory, known: Known, first: Ints, givers: Ints) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    """Return each verdict's provider (row) and source, each provider's owner, and which verdicts the caps are for."""
    source_of = dict(reversed(known.seats))
    names, place = np.unique(givers, return_inverse=True)
    source = np.array([source_of.get(name, name) for name in names.tolist()], dtype=np.int64)[place]
    owners = dict(known.owners)
    owner = np.array([owners.get(one, NOBODY) for one in state.providers["id"].tolist()], dtype=np.int64)
    # An operator answers for the imported one by one; what they said elsewhere is not weighed against each other.
    weighed_up = ~np.isin(givers, np.setdiff1d(known.imported, list(source_of)))
    return state.answers["provider"][first], source, owner, weighed_up


def _sum_up(state: Memory, first: Ints) -> None:
    answers, providers = state.answers, state.providers
    of, n = answers["provider"][first], len(providers)
    judged = state.requests["judged"][answers["request"][first]]
    accepted = answers["credits"][first] > 0
    for name in ("known", "unknown"):
        weight = answers[name][first]
        providers[f"{name}_judged"][:] = np.bincount(of, weights=weight * judged, minlength=n)
        providers[f"{name}_accepted"][:] = np.bincount(of, weights=weight * accepted, minlength=n)


def _rounded(weight: Floats | float) -> Floats:
    """Return the nearest multiples of 1/1024."""
    return np.round(np.asarray(weight, dtype=np.float64) * STEPS) / STEPS
