"""The next case of an agent: of those that nobody at her organisation has, the one where she adds most.

What is about to be late comes first: a promise to a customer is not weighed against minutes. Among those, or all where
none is, the ranking says how many minutes she is expected to save the customer. Where it knows nothing of her, the case
whose time runs out first is the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app import clock
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.models.messages import Message
from app.cases.queries.desk import free_cases
from app.cases.queries.desk_cases import DeskRow
from app.cases.services import desking
from app.db import db
from app.marketplace.models.services import ServiceTag
from app.providers.models import Provider
from app.ranking.need import need_of
from app.ranking.pool import pool_of
from app.ranking.protocol import plain
from app.ranking.rank import appraise
from app.requests.models import HelpRequest
from app.routing import modelstore
from app.routing.livestate import up_to_date

# So many of the free cases, those with the least time, are looked at.
LOOKED_AT = 25


@dataclass(frozen=True)
class Next:
    """The case that was taken on. `minutes` are what she is expected to save in it, None where nothing is known of her;
    `is_urgent` where it came first because its time is nearly over.
    """

    public_id: str
    done: desking.Done
    minutes: float | None
    is_urgent: bool


def take_next(agent: Actor) -> Next | None:
    """Let the agent have the next case; None where there is none. One that a colleague took meanwhile is left out."""
    free, now = free_cases(agent, most=LOOKED_AT), clock.now()
    urgent = [row for row in free if row.due and row.due.warn_at and row.due.warn_at <= now]
    rows = urgent or free
    minutes = minutes_saved(agent, rows)
    # Sorted stably: equal worth leaves the order by time.
    for row in sorted(rows, key=lambda each: -minutes.get(each.id, 0.0)):
        done = desking.claim_all(agent, [row.id])
        if done.act is not None:
            return Next(row.public_id, done, minutes.get(row.id), bool(urgent))
    return None


def minutes_saved(agent: Actor, rows: Sequence[DeskRow]) -> dict[int, float]:
    """Return how many minutes the agent is expected to save in each case, by id; empty where she never answered."""
    own = select(Provider.id).where(
        Provider.person_id == agent.person_id, Provider.organisation_id == agent.acting_for_organisation_id
    )
    provider_id = db.session.scalar(own)
    if provider_id is None or not rows:
        return {}
    asked = _asked([row.id for row in rows])
    _model_id, model = modelstore.in_force()
    mine = up_to_date(db.session())
    now = clock.now().timestamp()
    with mine.lock:
        at = mine.state.provider_row.get(provider_id)
        if at is None or not mine.state.providers["answers"][at]:
            return {}
        found = {}
        for row in rows:
            asker_id, body, topics = asked[row.id]
            need = need_of(mine.state, at=now, asker=asker_id, title=row.title, body=body, topics=topics)
            found[row.id] = float(appraise(need, pool_of(mine.state, need), model).values[at])
    return found


def _asked(case_ids: list[int]) -> dict[int, tuple[int, str, tuple[int, ...]]]:
    """Return of each case who asked, the words of its first message, and the tags of the service it is about."""
    first = (
        select(func.min(Message.id))
        .where(Message.case_id == Case.id, Message.kind == "message")
        .correlate(Case)
        .scalar_subquery()
    )
    query = (
        select(Case.id, HelpRequest.asker_id, Message.body, Message.source_format, ServiceTag.tag_id)
        .join(Case.request)
        .outerjoin(Message, Message.id == first)
        .outerjoin(ServiceTag, ServiceTag.service_id == Case.service_id)
        .where(Case.id.in_(case_ids))
        .order_by(Case.id, ServiceTag.tag_id)
    )
    found: dict[int, tuple[int, str, tuple[int, ...]]] = {}
    for row in db.session.execute(query):
        _asker, _body, topics = found.get(row.id, (0, "", ()))
        body = plain(row.body, row.source_format) if row.body else ""
        found[row.id] = (row.asker_id, body, topics if row.tag_id is None else (*topics, row.tag_id))
    return found
