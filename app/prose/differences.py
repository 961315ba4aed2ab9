"""What changed between two texts, word by word: for whoever reads a history, a suggestion or a conflict.

First lines are matched, then words within the lines that changed. Words that occur once on both sides are fixed
points; between them the shortest edit script is searched (E. W. Myers 1986, Algorithmica 1, p. 251). `difflib` takes
cubic time on texts that repeat themselves, and people may send such texts; here every comparison counts as a step, and
when the steps are used up what is left over is shown as replaced: longer, and still true.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

MOST_STEPS = 400_000  # about a quarter of a second
CONTEXT_LINES = 2
# Below this share of words that stayed, a passage is read more easily as a whole: what it was, then what it is.
LEAST_KEPT = 0.3

_TOKEN = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A few words, and whether they stayed, went or came."""

    kind: Literal["same", "removed", "added"]
    text: str

    @property
    def shown(self) -> str:
        """The text, with a sign for each line that holds nothing else to see."""
        return self.text if self.text.strip() else self.text.replace("\n", "↵\n") + ("" if self.text else "↵")


@dataclass(frozen=True)
class Passage:
    """Some lines: unchanged, changed (pieces in reading order), or unchanged and far from any change ("apart")."""

    kind: Literal["same", "changed", "apart"]
    pieces: tuple[Piece, ...]
    lines: int


class Steps:
    """How much comparing may still be done; several comparisons on one page share one."""

    def __init__(self, most: int = MOST_STEPS) -> None:
        self.left = most

    def take(self, number: int) -> bool:
        """Use up so many; False once there are none left."""
        self.left -= number
        return self.left > 0


def differences(old: str, new: str, steps: Steps | None = None) -> list[Passage]:
    """Return the passages of both texts in reading order; none when the texts are equal but for their line ends."""
    steps = steps or Steps()
    before, after = _lines(old), _lines(new)
    if before == after:
        return []
    passages: list[Passage] = []
    for is_same, removed, added in _runs(before, after, _matched(before, after, steps)):
        if is_same:
            passages += _shortened(removed, is_first=not passages, is_last=False)
        else:
            pieces = tuple(word_differences("\n".join(removed), "\n".join(added), steps))
            if not removed or not added:
                pieces = (Piece("added" if added else "removed", "\n".join(added or removed)),)
            passages.append(Passage("changed", pieces, max(len(removed), len(added))))
    return _without_tail(passages)


def word_differences(old: str, new: str, steps: Steps | None = None) -> list[Piece]:
    """Return the pieces of two short texts, a title or a passage, in reading order."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    pieces: list[Piece] = []
    for is_same, removed, added in _runs(before, after, _matched(before, after, steps or Steps())):
        if is_same:
            pieces.append(Piece("same", "".join(removed)))
        else:
            pieces += _changed("".join(removed), "".join(added))
    pieces = _joined(pieces)
    kept = sum(len(piece.text) for piece in pieces if piece.kind == "same" and piece.text.strip())
    if kept < LEAST_KEPT * min(len(old), len(new)):
        return _changed(old, new)
    return pieces


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").rstrip().split("\n")


def _changed(removed: str, added: str) -> list[Piece]:
    found = [Piece("removed", removed), Piece("added", added)]
    return [piece for piece in found if piece.text]


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Join changes with nothing between them but space or punctuation: a lone comma between two is no help."""
    joined: list[Piece] = []
    for is_same, run in groupby(_absorbed(pieces), key=lambda piece: piece.kind == "same"):
        some = list(run)
        if is_same:
            joined += some
        else:
            removed = "".join(piece.text for piece in some if piece.kind == "removed")
            joined += _changed(removed, "".join(piece.text for piece in some if piece.kind == "added"))
    return joined


def _absorbed(pieces: Sequence[Piece]) -> Iterator[Piece]:
    last = len(pieces) - 1
    for place, piece in enumerate(pieces):
        is_between = piece.kind == "same" and 0 < place < last
        if is_between and "\n" not in piece.text and not re.search(r"\w", piece.text):
            yield from (Piece("removed", piece.text), Piece("added", piece.text))
        else:
            yield piece


def _shortened(lines: Sequence[str], *, is_first: bool, is_last: bool) -> list[Passage]:
    """Return unchanged lines, those far from a change as a passage apart."""
    head = 0 if is_first else CONTEXT_LINES
    tail = len(lines) - (0 if is_last else CONTEXT_LINES)
    if tail - head < 2:
        return [_same("same", lines)]
    parts = (_same("same", lines[:head]), _same("apart", lines[head:tail]), _same("same", lines[tail:]))
    return [part for part in parts if part.lines]


def _without_tail(passages: list[Passage]) -> list[Passage]:
    """Let what follows the last change be apart, but for its first lines."""
    last = max(place for place, passage in enumerate(passages) if passage.kind == "changed")
    lines = [line for passage in passages[last + 1 :] for line in passage.pieces[0].text.split("\n")]
    return passages[: last + 1] + (_shortened(lines, is_first=last < 0, is_last=True) if lines else [])


def _same(kind: Literal["same", "apart"], lines: Sequence[str]) -> Passage:
    return Passage(kind, (Piece("same", "\n".join(lines)),), len(lines))


def _runs(
    old: Sequence[str], new: Sequence[str], pairs: Sequence[tuple[int, int]]
) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Yield what stayed and what changed, in turn, as (is the same, old, new)."""
    i = j = 0
    start = 0
    while start < len(pairs):
        length = 1
        first = pairs[start]
        while start + length < len(pairs) and pairs[start + length] == (first[0] + length, first[1] + length):
            length += 1
        if first != (i, j):
            yield False, old[i : first[0]], new[j : first[1]]
        i, j = first[0] + length, first[1] + length
        yield True, old[first[0] : i], new[first[1] : j]
        start += length
    if i < len(old) or j < len(new):
        yield False, old[i:], new[j:]


def _matched(old: Sequence[str], new: Sequence[str], steps: Steps) -> list[tuple[int, int]]:
    """Return which places of `old` stayed and where they are in `new`, both growing."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    pairs = [(place, place) for place in range(head)]
    i = j = head
    for anchor in [*_anchors(old, new, head, tail), (len(old) - tail, len(new) - tail)]:
        pairs += [(i + a, j + b) for a, b in _shortest(old[i : anchor[0]], new[j : anchor[1]], steps)]
        if anchor[0] < len(old) - tail:
            pairs.append(anchor)
        i, j = anchor[0] + 1, anchor[1] + 1
    return pairs + [(len(old) - back, len(new) - back) for back in range(tail, 0, -1)]


def _anchors(old: Sequence[str], new: Sequence[str], head: int, tail: int) -> list[tuple[int, int]]:
    """Return what occurs once on both sides, as many of them as stand in the same order."""
    once_old, once_new = (Counter(side[head : len(side) - tail]) for side in (old, new))
    place = {new[j]: j for j in range(head, len(new) - tail) if once_new[new[j]] == 1}
    common = [(i, place[old[i]]) for i in range(head, len(old) - tail) if once_old[old[i]] == 1 and old[i] in place]
    ends: list[int] = []  # the smallest end of a growing row of each length
    at: list[int] = []
    before: list[int] = []
    for number, (_i, j) in enumerate(common):
        length = bisect_left(ends, j)
        ends[length : length + 1] = [j]
        at[length : length + 1] = [number]
        before.append(at[length - 1] if length else -1)
    chosen: list[tuple[int, int]] = []
    number = at[-1] if at else -1
    while number >= 0:
        chosen.append(common[number])
        number = before[number]
    return chosen[::-1]


def _shortest(old: Sequence[str], new: Sequence[str], steps: Steps) -> list[tuple[int, int]]:
    """Return the matches of a shortest edit script; none when the steps are used up."""
    if not old or not new:
        return []
    size, other = len(old), len(new)
    middle = size + other + 1
    furthest = [0] * (2 * middle + 1)
    traces: list[list[int]] = []
    for cost in range(size + other + 1):
        traces.append(furthest[middle - cost - 1 : middle + cost + 2])
        walked = 0
        for k in range(-cost, cost + 1, 2):
            is_down = k == -cost or (k != cost and furthest[middle + k - 1] < furthest[middle + k + 1])
            x = furthest[middle + k + 1] if is_down else furthest[middle + k - 1] + 1
            begun = x
            while x < size and x - k < other and old[x] == new[x - k]:
                x += 1
            walked += x - begun
            furthest[middle + k] = x
            if x >= size and x - k >= other:
                return _walked_back(traces, size, other)
        if not steps.take(cost + 1 + walked):
            return []
    raise AssertionError("two texts are at most as far apart as they are long")


def _walked_back(traces: Sequence[Sequence[int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for cost in range(len(traces) - 1, -1, -1):
        trace, k = traces[cost], x - y
        is_down = k == -cost or (k != cost and trace[k + cost] < trace[k + cost + 2])
        earlier = k + 1 if is_down else k - 1
        start_x = trace[earlier + cost + 1]
        start_y = start_x - earlier
        while cost and x > (start_x if is_down else start_x + 1):
            x, y = x - 1, y - 1
            pairs.append((x, y))
        if not cost:
            pairs += [(each, each) for each in range(x - 1, -1, -1)]
        x, y = start_x, start_y
    return pairs[::-1]
