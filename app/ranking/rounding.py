"""From probabilities of pairs to pairs: each is drawn with exactly its own, and no sum is passed.

Pairs connect requests (rows) with providers (columns). Whatever is drawn, a row or column gets as many as its
probabilities sum to, rounded down or up. Source: R. Gandhi, S. Khuller, S. Parthasarathy, A. Srinivasan (2006),
Dependent rounding and its applications to approximation algorithms, J. ACM 53, p. 324.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

SURE = 1e-9  # nearer to 0 or 1 than this is 0 or 1
LEAST = 0.02  # smaller probabilities are drawn together first: walking over thousands of them would take seconds


def rounded(rows: Rows, columns: Rows, weights: Floats, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Draw pairs (e,): pair i with probability weights[i], in [0, 1].

    Along a cycle of undecided pairs, or a path between two ends, every second one is raised and the others lowered, as
    far as one of them becomes certain, up or down by chance so that the mean of each stays what it was.
    """
    left = weights.tolist()
    # Rows and columns are the corners of one graph; which undecided pairs meet in a corner, in their order.
    column_corners = (columns + int(rows.max(initial=-1)) + 1).tolist()
    ends = list(zip(rows.tolist(), column_corners, strict=True))
    meeting: dict[int, dict[int, None]] = {}
    for pair, (one, other) in enumerate(ends):
        if SURE < left[pair] < 1 - SURE:
            meeting.setdefault(one, {})[pair] = None
            meeting.setdefault(other, {})[pair] = None
    for corner in list(meeting):
        while meeting[corner]:
            way = _way(corner, ends, meeting)
            _shift(way, left, rng)
            for pair in way:
                if not SURE < left[pair] < 1 - SURE:
                    for end in ends[pair]:
                        del meeting[end][pair]
    return np.array(left) > 0.5 if left else np.zeros(0, dtype=np.bool_)


def thinned(rows: Rows, columns: Rows, weights: Floats, capacities: Rows, rng: np.random.Generator) -> Floats:
    """Return weights (e,) of which few are small: some of a row's small ones stand for all, each as likely as it was.

    Row sums stay as they are; the sum of a column stays below its capacity, because pairs of a column without room to
    spare are left alone. The mean of every weight over chance is the weight.
    """
    found = weights.copy()
    count = int(rows.max(initial=-1)) + 1
    load = np.bincount(columns, weights, len(capacities))
    room = capacities - load >= LEAST * count
    small = (weights > 0) & (weights < LEAST) & room[columns]
    for row in range(count):
        mine = np.flatnonzero(small & (rows == row))
        total = float(weights[mine].sum())
        stay = int(np.ceil(total / LEAST))
        if stay >= len(mine):
            continue
        reached = np.cumsum(weights[mine]) * (stay / total)
        marks = np.arange(stay) + min(rng.random(), 1 - 1e-9)
        found[mine] = 0.0
        found[mine[np.minimum(np.searchsorted(reached, marks, side="right"), len(mine) - 1)]] = total / stay
    return found


def _way(start: int, ends: list[tuple[int, int]], meeting: dict[int, dict[int, None]]) -> list[int]:
    """Return the pairs of a cycle, or of a path between two corners where nothing else is undecided."""
    way, end = _walk(start, ends, meeting)
    if end is None:
        return way
    # The walk ended where it could not go on: from there, it comes back in a cycle or to another such end.
    return _walk(end, ends, meeting)[0]


def _walk(
    corner: int, ends: list[tuple[int, int]], meeting: dict[int, dict[int, None]]
) -> tuple[list[int], int | None]:
    """Return the pairs of a cycle that was found and None; or those of the way and the corner where it ended."""
    way: list[int] = []
    passed = {corner: 0}
    while True:
        onward = next((pair for pair in meeting[corner] if not way or pair != way[-1]), None)
        if onward is None:
            return way, corner
        way.append(onward)
        one, other = ends[onward]
        corner = other if corner == one else one
        if corner in passed:
            return way[passed[corner] :], None
        passed[corner] = len(way)


def _shift(way: list[int], left: list[float], rng: np.random.Generator) -> None:
    """Raise every second pair of the way and lower the others until one is certain; or the other way round."""
    even, odd = way[::2], way[1::2]
    up = min([1 - left[pair] for pair in even] + [left[pair] for pair in odd])
    down = min([left[pair] for pair in even] + [1 - left[pair] for pair in odd])
    by = up if rng.random() * (up + down) < down else -down
    for pair in even:
        left[pair] += by
    for pair in odd:
        left[pair] -= by
