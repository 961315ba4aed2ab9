"""How good an answer is by what people said of it, so that few judgements do not outweigh many.

A plain share would put one vote of one above ninety of a hundred. The share is therefore shrunk towards one half, by
two good and two bad judgements that nobody gave: (x + 2) / (n + 4), the mean of a beta(2, 2) prior and the centre of
Wilson's interval at 95 %. Source: A. Agresti and B. A. Coull (1998), Approximate is better than "exact" for interval
estimation of binomial proportions, The American Statistician 52(2), pp. 119–126. Its lower bound, which other sites
sort by, would put an answer nobody has judged yet at the bottom, beside those that everybody voted down.
"""

from __future__ import annotations

PRIOR_GOOD, PRIOR_BAD = 2.0, 2.0
# A vote says that an answer reads well; whoever says that it worked, or that it does harm, has tried it.
TRIED_COUNTS = 2


def shrunk_ratio(good: float, bad: float) -> float:
    """Return the shrunk share of good among these judgements, in (0, 1); one half without any.

    Raises ValueError for negative counts.
    """
    if good < 0 or bad < 0:
        raise ValueError("judgements cannot be fewer than none")
    return (good + PRIOR_GOOD) / (good + bad + PRIOR_GOOD + PRIOR_BAD)


def answer_ratio(*, ups: int, downs: int, worked: int, outdated: int, dangerous: int) -> float:
    """Return the shrunk ratio of an answer from its votes and from what those say who tried it."""
    return shrunk_ratio(ups + TRIED_COUNTS * worked, downs + TRIED_COUNTS * (outdated + dangerous))
