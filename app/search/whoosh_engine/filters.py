"""Which documents a viewer may find and has asked for, as one mask per part; and what the found ones have in common."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.search.backend import FACETS, SearchRequest
from app.search.clauses import STATES, filter_key
from app.search.query_language import ONE_OF, Filter, moment
from app.search.whoosh_engine.codec import FILTERS
from app.search.whoosh_engine.parts import Part, Snapshot
from app.search.whoosh_engine.scoring import Scorer

Mask = NDArray[np.bool_]


def allowed(scorer: Scorer, asked: Sequence[Filter], request: SearchRequest) -> list[Mask]:
    """Return per part which documents live, may be known to this viewer, and pass the filters."""
    snapshot = scorer.snapshot
    masks = []
    for part, alive in zip(snapshot.parts, snapshot.alive, strict=True):
        mask = alive & _any(part, (filter_key("audience", audience) for audience in request.audiences))
        if request.kinds:
            mask &= _any(part, (filter_key("kind", kind) for kind in request.kinds))
        for each in asked:
            if each.is_excluded:
                mask &= ~_having(part, [each], request)
            elif each.field not in ONE_OF:
                mask &= _having(part, [each], request)
        for name in ONE_OF:
            same = [each for each in asked if each.field == name and not each.is_excluded]
            if same:
                mask &= _having(part, same, request)
        masks.append(mask)
    return masks


def facets(
    snapshot: Snapshot, numbers: NDArray[np.int64], documents: NDArray[np.int64]
) -> Mapping[str, Mapping[str, int]]:
    """Return field → value → in how many of the found documents, most frequent first, without zeros."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for number, part in enumerate(snapshot.parts):
        found = np.zeros(part.count, dtype=bool)
        found[documents[numbers == number]] = True
        for name, counter in counts.items():
            values, places, holders = part.values(name)
            times = np.bincount(places[found[holders]], minlength=len(values))
            counter.update({values[n]: int(times[n]) for n in np.flatnonzero(times)})
    return {name: dict(counter.most_common()) for name, counter in counts.items()}


def _having(part: Part, asked: Sequence[Filter], request: SearchRequest) -> Mask:
    """Return which documents have one of the values."""
    return np.logical_or.reduce([_READERS[each.field](part, each, request) for each in asked])


def _by_value(part: Part, asked: Filter, _request: SearchRequest) -> Mask:
    return _any(part, [filter_key(asked.field, asked.value)])


def _by_person(part: Part, asked: Filter, request: SearchRequest) -> Mask:
    return _any(part, (filter_key("person", person) for person in request.people.get(asked.value, ())))


def _by_state(part: Part, asked: Filter, _request: SearchRequest) -> Mask:
    return _any(part, STATES[asked.value])


def _before(part: Part, asked: Filter, _request: SearchRequest) -> Mask:
    return part.records["created"] < _seconds(asked)


def _after(part: Part, asked: Filter, _request: SearchRequest) -> Mask:
    return part.records["created"] >= _seconds(asked)


_READERS: dict[str, Callable[[Part, Filter, SearchRequest], Mask]] = {
    "tag": _by_value,
    "category": _by_value,
    "lang": _by_value,
    "author": _by_person,
    "is": _by_state,
    "before": _before,
    "after": _after,
}


def _any(part: Part, terms: Iterable[bytes]) -> Mask:
    mask = np.zeros(part.count, dtype=bool)
    for term in terms:
        mask[_documents(part, term)] = True
    return mask


def _documents(part: Part, term: bytes) -> NDArray[np.uint32]:
    postings = part.postings(FILTERS, term)
    return np.zeros(0, np.uint32) if postings is None else postings.documents


def _seconds(asked: Filter) -> float:
    first = moment(asked.value)
    assert first is not None, "the query language lets no other value through"
    return first.timestamp()
