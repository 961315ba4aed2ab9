"""How often the helpers on a page solved what they answered, about the question's own topic where that tells something.

The numbers come from the state this process holds, because counting them in rows would take longer than the page has;
they may be a minute old. They count every request, and name none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from app import clock
from app.community.models.posts import Question
from app.community.models.shelves import Tag
from app.db import db
from app.providers.models import Provider
from app.ranking.state import State
from app.routing import livestate
from app.routing.rows import topics_of

FRESH = timedelta(minutes=1)
ENOUGH = 3  # of fewer answers nobody can say how often they solve

Capacity = tuple[int, int | None]  # person, organisation


@dataclass(frozen=True)
class HelpRecord:
    """What a provider answered and solved: about `topic`, or in all where that is None. `answers` are all of hers."""

    solved: int
    judged: int
    answers: int
    topic: int | None


def records_on(question: Question, helpers: Sequence[Capacity]) -> tuple[dict[Capacity, HelpRecord], dict[int, str]]:
    """Return the record of each of these helpers with the question's topics in mind, and the names of its tags."""
    mine = livestate.live()
    if mine.caught_up_at is None or clock.now() - mine.caught_up_at >= FRESH:
        mine = livestate.up_to_date(db.session(), most=1)
    with mine.lock:
        providers = _provider_ids(mine, helpers)
        tags = _tag_ids(mine, question)
        known = records_in(mine.state, topics_of(tags, question.category_id), list(providers.values()))
    nothing = HelpRecord(0, 0, 0, None)
    return {each: known.get(providers.get(each, 0), nothing) for each in helpers}, tags


def records_in(state: State, topics: Sequence[int], provider_ids: Sequence[int]) -> dict[int, HelpRecord]:
    """Return by provider the record about the topic she answered most in; about everything where that is too little."""
    row_of = {state.provider_row[each]: each for each in provider_ids if each in state.provider_row}
    answers, requests = state.answers, state.requests
    counted = state.counted()
    hers = counted[~answers["profile"][counted] & np.isin(answers["provider"][counted], list(row_of))]
    request = answers["request"][hers]
    judged = requests["judged"][request]
    solved = judged & (answers["credits"][hers] > 0)
    about = {state.topic_row[each]: each for each in topics if each in state.topic_row}
    within = {row: _has_topic(state, row)[request] & judged for row in about}
    found: dict[int, HelpRecord] = {}
    for row, provider_id in row_of.items():
        own = answers["provider"][hers] == row
        counts: Mapping[int, int] = {topic: int((own & inside).sum()) for topic, inside in within.items()}
        best = max(counts, key=lambda topic: counts[topic], default=None)
        total = int(own.sum())
        if best is not None and counts[best] >= ENOUGH:
            in_topic = int((own & within[best] & solved).sum())
            found[provider_id] = HelpRecord(in_topic, counts[best], total, about[best])
        else:
            found[provider_id] = HelpRecord(int((own & solved).sum()), int((own & judged).sum()), total, None)
    return found


def _provider_ids(mine: livestate.Live, helpers: Sequence[Capacity]) -> dict[Capacity, int]:
    """Return helper → provider, asking the database only for those this process has not met for a while."""
    met = mine.met_providers
    if strangers := [each for each in helpers if each not in met]:
        met.update(dict.fromkeys(strangers, 0))
        people = sorted({person_id for person_id, _ in strangers})
        rows = db.session.execute(
            select(Provider.id, Provider.person_id, Provider.organisation_id).where(Provider.person_id.in_(people))
        )
        met.update({(row.person_id, row.organisation_id): row.id for row in rows})
    return {each: met[each] for each in helpers if met[each]}


def _tag_ids(mine: livestate.Live, question: Question) -> dict[int, str]:
    """Return the question's tags by id, asking the database only for names this process has not met for a while."""
    met = mine.met_tags
    if strangers := [name for name in question.tag_names if name not in met]:
        met.update(dict.fromkeys(strangers, 0))
        rows = db.session.execute(select(Tag.name, Tag.id).where(Tag.name.in_(strangers)))
        met.update({row.name: row.id for row in rows})
    return {met[name]: name for name in question.tag_names if met[name]}


def _has_topic(state: State, topic_row: int) -> NDArray[np.bool_]:
    """Return per request whether it has this topic."""
    requests = state.requests
    hits = np.frombuffer(state.request_topics, dtype=np.int64) == topic_row if state.request_topics else np.zeros(0)
    before = np.concatenate([[0], np.cumsum(hits)])
    start = requests["topics_from"]
    inside: NDArray[np.bool_] = before[start + requests["topics"]] > before[start]
    return inside
