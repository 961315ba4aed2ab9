"""Reasons: codes with numbers that stored rows can confirm."""

from __future__ import annotations

import numpy as np

from app.ranking.events import Asked, Joined
from app.ranking.features import nearest_requests
from app.ranking.model import default_model
from app.ranking.need import need_of
from app.ranking.pool import pool_of
from app.ranking.rank import rank
from app.ranking.reasons import CODE_OF, MOST_REASONS, reasons_for, record_of
from tests.ranking.make import DAY, HOUR, MONDAY, random_events, state_of


def test_every_place_has_reasons_with_true_numbers():
    events = random_events(11, questions=200)
    state = state_of([*events, Joined(events[-1].at, 99)])
    at = events[-1].at + HOUR
    need = need_of(state, at=at, asker=-1, title="printer paper jam", body="invoice", topics=(0, 1))
    pool = pool_of(state, need)
    ranking = rank(need, pool, default_model(), rng=np.random.default_rng(1), k=len(pool))

    found = reasons_for(state, need, pool, ranking, range(len(pool)))

    assert len(found) == len(pool)
    for position, arguments in zip(ranking.positions, found, strict=True):
        provider = int(pool.ids[position])
        row = state.provider_row[provider]
        assert 1 <= len(arguments) <= MOST_REASONS
        for argument in arguments:
            assert argument.code in {*CODE_OF.values(), "no_record_yet"}
            assert all(np.isfinite(number) for number in argument.numbers.values())
            if argument.code == "solves":
                assert argument.numbers["confirmed"] == state.providers["accepted"][row]
        assert (provider == 99) == (arguments[0].code == "no_record_yet")


def test_a_record_counts_what_was_answered():
    events = random_events(12, questions=120)
    state = state_of(events)
    at = events[-1].at + DAY
    provider = int(state.providers["id"][0])

    record = record_of(state, provider, at)

    answers = [event for event in events if getattr(event, "provider", None) == provider]
    assert 0 < record["answers"] <= len(answers)
    assert record["answers_30_days"] <= record["answers"]
    assert record["reply_minutes"] > 0
    assert record_of(state, 404, at)["answers"] == 0


def test_a_request_like_no_other_resembles_none():
    at = MONDAY
    past = [
        Asked(at + n * HOUR, n, 1, f"{subject} does not work", f"My {subject} stopped this morning.", ())
        for n, subject in enumerate(["printer", "router", "phone", "meter", "car", "login"] * 5)
    ]
    state = state_of(past)

    def resembling(title: str, body: str) -> list[int]:
        return nearest_requests(state, need_of(state, at=at + DAY, asker=2, title=title, body=body)).tolist()

    assert len(resembling("Printer does not work", "My printer stopped again this morning.")) == 5
    assert resembling("Best lasagne with spinach", "Which cheese melts best, and does it work without my oven?") == []
    assert resembling("", "") == []
