"""How often the helpers on a page solved what they answered, about the question's own topic where that tells something.

The numbers come from the state this process holds, because counting them in rows would take longer than the page has;
they may be a minute old. They count every request, and name none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.community.models.posts import Question
from app.community.models.shelves import Tag
from app.db import db
from app.providers.models import Provider
from app.routing import livestate
from app.routing.helped import Helped, helped_in, requests_within
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
        if mine.helped is None or mine.helped.state is not mine.state or clock.now() - mine.helped.made_at >= FRESH:
            mine.helped = helped_in(mine.state)
        known = records_in(mine.helped, topics_of(tags, question.category_id), list(providers.values()))
    nothing = HelpRecord(0, 0, 0, None)
    return {each: known.get(providers.get(each, 0), nothing) for each in helpers}, tags


def records_in(helped: Helped, topics: Sequence[int], provider_ids: Sequence[int]) -> dict[int, HelpRecord]:
    """Return by provider the record about the topic she answered most in; about everything where that is too little."""
    state = helped.state
    about = {state.topic_row[each]: each for each in topics if each in state.topic_row}
    found: dict[int, HelpRecord] = {}
    for provider_id in provider_ids:
        if provider_id not in state.provider_row:
            continue
        hers = helped.of(state.provider_row[provider_id])
        judged, solved = helped.judged[hers], helped.solved[hers]
        within = requests_within(state, helped.request[hers], list(about))
        counts = {row: int((inside & judged).sum()) for row, inside in within.items()}
        best = max(counts, key=lambda row: counts[row], default=None)
        if best is not None and counts[best] >= ENOUGH:
            in_topic = int((within[best] & solved).sum())
            found[provider_id] = HelpRecord(in_topic, counts[best], len(judged), about[best])
        else:
            found[provider_id] = HelpRecord(int(solved.sum()), int(judged.sum()), len(judged), None)
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
