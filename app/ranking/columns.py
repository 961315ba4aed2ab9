"""The columns of the state: what is kept per provider, request, answer and topic, and how fast each sum fades."""

import numpy as np

from app.ranking.latent import WIDTH
from app.ranking.table import Column

MINUTE_S = 60.0
HOUR_S = 3600.0
DAY_S = 86_400.0
HALF_LIFE_S = {
    "recent": 7 * DAY_S,
    "longer": 90 * DAY_S,
    "year": 365 * DAY_S,
    "asked_hours": 60 * DAY_S,
    "week": 120 * DAY_S,
    "vector": 180 * DAY_S,
    "speed_count": 180 * DAY_S,
    "speed_sum": 180 * DAY_S,
}
TOPIC_HALF_LIFE_S = 60 * DAY_S  # of answers per topic and provider
WEEK_BLOCKS = 56  # of three hours each
BLOCK_S = 3 * HOUR_S
NOBODY = -1  # asker of a description, id of its pseudo-request, whoever is not known
NEVER = -1e18  # the time of the last answer of somebody who has given none

PROVIDERS = {
    "id": Column(np.int64),
    "last": Column(np.float64, NEVER),
    "answers": Column(np.float64),
    "judged": Column(np.float64),
    "accepted": Column(np.float64),
    "votes": Column(np.float64),
    # Of judged and accepted: by the words of those who are known, and what is left by those who are not (credence.py).
    "known_judged": Column(np.float64),
    "known_accepted": Column(np.float64),
    "unknown_judged": Column(np.float64),
    "unknown_accepted": Column(np.float64),
    "profile_length": Column(np.float64),
    "recent": Column(np.float64),
    "longer": Column(np.float64),
    "year": Column(np.float64),
    "asked_hours": Column(np.float32, width=24),  # by the hour in which the request was asked
    "week": Column(np.float32, width=WEEK_BLOCKS),  # by the three hours of the week in which the answer was given
    "vector": Column(np.float32, width=WIDTH),
    "speed_count": Column(np.float64),  # answers, faded, whose wait is known
    "speed_sum": Column(np.float64),  # of ln minutes
}
REQUESTS = {
    "id": Column(np.int64),
    "at": Column(np.float64),
    "asker": Column(np.int64),
    "judged": Column(np.bool_),
    "solved_wait": Column(np.float64, np.nan),  # minutes until the reply that was later confirmed
    "first_answer": Column(np.int64, -1),  # row in answers; the others follow by `next`
    "topics_from": Column(np.int64),
    "topics": Column(np.int64),
    "vector": Column(np.float32, width=WIDTH),
}
ANSWERS = {
    "id": Column(np.int64),
    "request": Column(np.int64),
    "provider": Column(np.int64, -1),  # -1: a follow-up by the asker, or withdrawn
    "at": Column(np.float64),
    "next": Column(np.int64, -1),
    "counts_as": Column(np.int64, -1),  # the row of this provider's first answer to the request
    "person": Column(np.int64, -1),  # who wrote it; -1: a description
    "confirmations": Column(np.int64),
    "confirmer": Column(np.int64, -1),  # who gave the last confirmation; -1: not known
    "credits": Column(np.int64),  # confirmations of all that counts as this answer
    # Of the verdict on what counts as this answer: how much of it is known, how much is not, and what the share of its
    # source leaves of the word behind it.
    "known": Column(np.float64, 1.0),
    "unknown": Column(np.float64),
    "allowed": Column(np.float64, 1.0),
    "votes": Column(np.int64),
    "profile": Column(np.bool_),  # a description of what the provider offers, not an answer
}
TOPICS = {
    "id": Column(np.int64),
    "requests": Column(np.float64),
    "judged": Column(np.float64),
    "accepted": Column(np.float64),
}
