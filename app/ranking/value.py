"""What a provider is worth to a request, in minutes saved: probabilities, waits and their sum.

    value = T0 - [w + (1 - s) * T0] = s * T0 - w

T0 is what chance would take, s the probability that this provider's reply is the confirmed solution, w the minutes
until the reply comes or its absence is noticed. All functions take and return arrays (n,), one element a provider.
"""

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# The prior is worth as many answers as the community needs to confirm so many. A better record of few answers must not
# outweigh who is there to answer: chosen on the replay (docs/ranking.md).
EXPECTED_CONFIRMATIONS = 100.0
PRIOR_SHARE_AT_MOST = 0.85  # expecting more of the unknown would put 1 of 1 above 90 of 100
PRIOR_SPEED_ANSWERS = 5.0
NOTICE_MINUTES = 120.0  # after which a silent provider is passed over


def log_total(scores: Floats) -> float:
    """Return ln of the sum of exp(score); 0 for no scores."""
    if len(scores) == 0:
        return 0.0
    top = float(scores.max())
    return top + float(np.log(np.exp(scores - top).sum()))


def responds(share: Floats, *, helpers: float, intercept: float, slope: float) -> Floats:
    """Return P(the provider answers in time), in (0, 1).

    share: score minus log_total, the ln of how likely it is the one if anybody is; helpers: how many people answer
    such a request in that time on average; intercept and slope as fitted by calibration.py. Rises with the share
    because the slope is positive.
    """
    return scipy.special.expit(intercept + slope * share + np.log(helpers))


def confirmed_given_answer(confirmed: Floats, judged: Floats, *, share: float) -> Floats:
    """Return P(confirmed | answers) per provider, in (0, 1), shrunk to the `share` of answers confirmed in general.

    confirmed of judged answers; beta-binomial with a prior worth as many answers as give a hundred confirmations, so
    that the logarithm of the estimate varies equally whether confirming is customary (1 in 2) or rare (1 in 20).
    """
    prior = EXPECTED_CONFIRMATIONS / min(share, PRIOR_SHARE_AT_MOST)
    return (confirmed + EXPECTED_CONFIRMATIONS) / (judged + prior)


def log_minutes(speed_sum: Floats, speed_count: Floats, *, mean: float) -> Floats:
    """Return the expected ln minutes to an answer, shrunk to the community's mean with the weight of five answers."""
    return (speed_sum + PRIOR_SPEED_ANSWERS * mean) / (speed_count + PRIOR_SPEED_ANSWERS)


def limited_mean(log_mean: Floats, *, spread: float, limit: float) -> Floats:
    """Return E[min(X, limit)] in minutes, ln X being normal with these means and this standard deviation."""
    z = (np.log(limit) - log_mean) / spread
    # exp and the normal tail in one exponent each, so that a very slow provider gives the limit and not inf * 0.
    below = np.exp(np.minimum(log_mean + spread**2 / 2, 700.0)) * scipy.special.ndtr(z - spread)
    return np.minimum(below + limit * scipy.special.ndtr(-z), limit)


def wait_minutes(responds_within: Floats, log_mean: Floats, *, spread: float, notice: float = NOTICE_MINUTES) -> Floats:
    """Return w: minutes until the provider replies, or until silence is noticed after `notice` minutes."""
    return responds_within * limited_mean(log_mean, spread=spread, limit=notice) + (1 - responds_within) * notice
