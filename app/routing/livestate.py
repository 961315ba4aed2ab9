"""The community's state in this process: read from the newest stored one, brought up to date by numbered changes.

Every web process and the worker hold one. A change only says which request is not as it was; its rows are read again
and the difference is applied, so catching up twice, late or after an import gives the same state. Numbers are given by
one job at a time: ids would not do, since PostgreSQL may show a higher id before a lower one.

Only the worker (jobs.py) learns word meanings anew and stores states; a web process never builds one from history.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

import numpy as np
import structlog
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.ranking.events import Accepted, Asked, Event, Joined, Unaccepted, Voted, Withdrawn
from app.ranking.snapshot import load_state
from app.ranking.state import State
from app.routing import rows
from app.routing.helped import Helped
from app.routing.knowing import known_people
from app.routing.models import Change, StoredState

EXTENSION = "samen.routing.state"
AT_ONCE = 500  # changes taken in one go
MOST_AT_ASKING = 1_000  # changes a web process takes in before it answers; the rest waits for the next request

log = structlog.get_logger(__name__)


@dataclass
class Live:
    """This process's state. `key` is the stored state it began with, `change_key` the last change it took in."""

    state: State = field(default_factory=State)
    key: str | None = None
    number: int = 0
    change_key: str | None = None
    unreadable: int | None = None  # the stored state that this version could not read
    caught_up_at: datetime | None = None
    # Ids that records.py looked up since then, 0 where there is none.
    met_providers: dict[tuple[int, int | None], int] = field(default_factory=dict)
    met_tags: dict[str, int] = field(default_factory=dict)
    helped: Helped | None = None  # made and renewed there
    lock: threading.RLock = field(default_factory=threading.RLock)


def live() -> Live:
    """Return this process's state as it is, without looking for news."""
    found: Live = current_app.extensions.setdefault(EXTENSION, Live())
    return found


def up_to_date(session: Session, *, most: int = MOST_AT_ASKING) -> Live:
    """Return this process's state with the news in it, at most `most` changes of them. Reads, never writes."""
    mine = live()
    with mine.lock:
        _begin_where_others_are(session, mine)
        taken = 0
        while taken < most:
            news = _news(session, mine)
            if not news:
                break
            reconcile(session, mine.state, {change.help_request_id for change in news})
            mine.number, mine.change_key = news[-1].number or 0, news[-1].key
            taken += len(news)
        mine.caught_up_at, mine.met_providers, mine.met_tags = clock.now(), {}, {}
    return mine


def build(session: Session, *, each_request: Callable[[], None] | None = None) -> tuple[State, int]:
    """Return a state made from all rows, and the number of the last change that is certainly in it."""
    # The number first: what changes while the rows are read is taken in a second time, which does no harm.
    number = last_number(session)
    state = State()
    for event in rows.history(session):
        state.apply(event)
        if each_request is not None and isinstance(event, Asked):
            each_request()
    state.upkeep(clock.now().timestamp(), known_people(session))
    return state, number


def last_number(session: Session) -> int:
    """Return the highest number given to a change so far."""
    of_changes = session.scalar(select(func.max(Change.number))) or 0
    of_states = session.scalar(select(func.max(StoredState.number))) or 0
    return max(of_changes, of_states)


def reconcile(session: Session, state: State, request_ids: Iterable[int]) -> None:
    """Make the state agree with the rows of these requests as they are now."""
    wanted = sorted(set(request_ids))
    answers = rows.answers_to(session, wanted)
    # First what went: an answer may have moved from one of these requests to another.
    for request_id in wanted:
        if request_id in state.request_row:
            _withdraw_others(state, request_id, {each.event.answer for each in answers.get(request_id, [])})
    for asked in rows.asked_rows(session, wanted):
        if asked.request not in state.request_row:
            state.apply(asked)
        given = answers.get(asked.request, [])
        know(session, state, [each.event.provider for each in given])
        for each in given:
            if each.event.answer not in state.answer_row:
                state.apply(each.event)
            state.apply_all(_judgement(state, each))


def know(session: Session, state: State, provider_ids: Sequence[int]) -> None:
    """Let the state know these providers, with what they say they can help with."""
    new = [each for each in dict.fromkeys(provider_ids) if each not in state.provider_row]
    if new:
        state.apply_all(Joined(0.0, each) for each in new)
        state.apply_all(rows.description_of(session, new))


def _judgement(state: State, given: rows.AnswerNow) -> list[Event]:
    """Return what must still be told to the state about one answer."""
    answer_id = given.event.answer
    row = state.answer_row[answer_id]
    now = clock.now().timestamp()
    told: list[Event] = []
    if difference := given.score - int(state.answers["votes"][row]):
        told.append(Voted(now, answer_id, difference))
    is_accepted = int(state.answers["confirmations"][row]) > 0
    accepted_by = int(state.answers["confirmer"][row]) if is_accepted else None
    if accepted_by != given.accepted_by:
        if is_accepted:
            told.append(Unaccepted(now, answer_id))
        if given.accepted_by is not None:
            told.append(Accepted(now, answer_id, given.accepted_by))
    return told


def _withdraw_others(state: State, request_id: int, known: set[int]) -> None:
    """Take back the answers that the state has to this request and the database no longer."""
    own = np.flatnonzero(state.answers["request"] == state.request_row[request_id])
    for answer_id in state.answers["id"][own].tolist():
        if answer_id >= 0 and answer_id not in known:
            state.apply(Withdrawn(clock.now().timestamp(), answer_id))


def _begin_where_others_are(session: Session, mine: Live) -> None:
    """Load the newest stored state unless this process began with it, or has what nobody numbered."""
    newest = session.execute(
        select(StoredState.id, StoredState.key, StoredState.number).order_by(StoredState.id.desc()).limit(1)
    ).one_or_none()
    if newest is None:
        if mine.key is not None or not _still_there(session, mine):
            mine.state, mine.key, mine.number, mine.change_key = State(), None, 0, None
        return
    if mine.key == newest.key and _still_there(session, mine):
        return
    content = session.execute(select(StoredState.content).where(StoredState.id == newest.id)).scalar_one()
    try:
        mine.state = load_state(BytesIO(content))
    except ValueError:
        # Of another version, or damaged: the worker stores a new one; until then everybody is new.
        log.warning("stored_state_unreadable", key=newest.key)
        mine.state, mine.unreadable = State(), newest.id
    mine.key, mine.number, mine.change_key = newest.key, newest.number, None


def _still_there(session: Session, mine: Live) -> bool:
    """Say whether the last change this process took in is still what it was: not so after a restored backup."""
    if mine.change_key is None:
        return True
    key = session.scalar(select(Change.key).where(Change.number == mine.number))
    return key == mine.change_key


def _news(session: Session, mine: Live) -> Sequence[Change]:
    return session.scalars(
        select(Change).where(Change.number > mine.number).order_by(Change.number).limit(AT_ONCE)
    ).all()
