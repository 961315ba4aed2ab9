"""The worker's part: number the changes, keep a stored state that is near enough, end invitations nobody answered."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import aliased

from app import clock
from app.community.models.posts import Question
from app.db import db, own_session, transaction
from app.ranking.snapshot import state_bytes
from app.ranking.state import State
from app.requests.models import HelpRequest
from app.routing import livestate, services
from app.routing.eligibility import HAS_ENOUGH
from app.routing.knowing import known_people
from app.routing.models import Change, Offer, RoutingDecision, StoredState
from app.routing.settings import DECIDED_TOGETHER

STORE_AFTER_CHANGES = 500
STORE_AFTER = timedelta(hours=24)
STATES_KEPT = 2  # a process that is slow may still be reading the one before
NUMBERED_AT_ONCE = 1_000
EXPIRED_AT_ONCE = 200
ASK_AGAIN_AFTER = timedelta(hours=1)
WAITS_AT_MOST = timedelta(days=14)
MOST_WAITING = 500

log = structlog.get_logger(__name__)


def number_changes() -> None:
    """Give the changes that have none the next numbers. One at a time: the job's lease sees to it, the unique key to
    what a lease cannot.
    """
    waiting = select(Change.id).where(Change.number.is_(None)).order_by(Change.id).limit(NUMBERED_AT_ONCE)
    # Look first: an idle worker must not take SQLite's write lock at every turn.
    with own_session() as session:
        if session.scalars(waiting.limit(1)).first() is None:
            return
    with transaction() as session:
        last = livestate.last_number(session)
        ids = session.scalars(waiting).all()
        session.execute(update(Change), [{"id": change_id, "number": last + n} for n, change_id in enumerate(ids, 1)])


def store_when_due() -> None:
    """Store the state anew after 500 changes, a day, or when none is stored that this version can read."""
    with own_session() as session:
        newest = session.execute(
            select(StoredState.id, StoredState.number, StoredState.made_at, StoredState.is_outdated)
            .order_by(StoredState.id.desc())
            .limit(1)
        ).one_or_none()
        number = session.scalar(select(func.max(Change.number))) or 0
    if newest is None or newest.is_outdated or livestate.live().unreadable == newest.id:
        rebuild()
    elif number - newest.number >= STORE_AFTER_CHANGES or clock.now() - newest.made_at >= STORE_AFTER:
        # Catching up and learning may take seconds: both before the write lock is taken.
        with own_session() as session:
            mine = livestate.up_to_date(session, most=10**9)
            known = known_people(session)
        with mine.lock:
            mine.state.upkeep(clock.now().timestamp(), known)
            store(mine.state, mine.number)


def rebuild(*, each_request: Callable[[], None] | None = None) -> int:
    """Build the state from all rows and store it, for a new start and after imports; return how many events it has.

    each_request is called for every request that is read.
    """
    with own_session() as session:
        state, number = livestate.build(session, each_request=each_request)
    store(state, number)
    log.info("ranking_state_rebuilt", events=state.events, number=number)
    return state.events


def ask_for_rebuild() -> None:
    """Let the worker build the state anew, within the current transaction: answers have another author now."""
    newest = select(func.max(StoredState.id)).scalar_subquery()
    db.session.execute(update(StoredState).where(StoredState.id == newest).values(is_outdated=True))


def rebuild_if_missing() -> None:
    """Build the state where none is stored yet; a step of `flask prepare`."""
    with own_session() as session:
        stored = session.scalar(select(StoredState.id).limit(1))
    if stored is None:
        rebuild()


def store(state: State, number: int) -> None:
    """Add a stored state, in a transaction of its own; what no process needs any more goes."""
    content = state_bytes(state)
    with transaction() as session:
        session.add(
            StoredState(
                key=secrets.token_hex(8), number=number, events=state.events, made_at=clock.now(), content=content
            )
        )
        session.flush()  # the oldest one kept is looked up
        kept = session.execute(
            select(StoredState.id, StoredState.number).order_by(StoredState.id.desc()).limit(STATES_KEPT)
        ).all()
        oldest = kept[-1]
        session.execute(delete(StoredState).where(StoredState.id < oldest.id))
        session.execute(delete(Change).where(Change.number <= oldest.number))


def expire_offers() -> None:
    """End the invitations whose time is over, and let others be asked: as many requests at once as wait, up to the
    setting. Each turn is one transaction: whoever is killed in it leaves everything to the next.
    """
    overdue = (
        select(Offer.id)
        .where(Offer.state == "offered", Offer.expires_at <= clock.now())
        .order_by(Offer.expires_at, Offer.id)
        .limit(EXPIRED_AT_ONCE)
    )
    with own_session() as session:
        due = session.execute(overdue.add_columns(Offer.help_request_id)).all()
    requests = list(dict.fromkeys(row.help_request_id for row in due))
    for first in range(0, len(requests), DECIDED_TOGETHER.value):
        part = set(requests[first : first + DECIDED_TOGETHER.value])
        ids = sorted(row.id for row in due if row.help_request_id in part)
        with transaction() as session:
            # In the order of their ids, so that nobody who answers several at once waits for us while we wait for her.
            offers = session.scalars(select(Offer).where(Offer.id.in_(ids)).order_by(Offer.id).with_for_update()).all()
            services.expire(offers)


def ask_for_the_waiting() -> None:
    """Let people be asked for open questions that nobody is invited to, because those who could help had enough.

    Tried again after an hour, and the longer a question waits the more rarely, for two weeks.
    """
    now = clock.now()
    decision, newest = RoutingDecision, aliased(RoutingDecision)
    latest = (
        select(func.max(newest.id))
        .where(newest.help_request_id == Question.id, newest.purpose != "review")
        .scalar_subquery()
    )
    invited = select(Offer.id).where(Offer.help_request_id == Question.id, Offer.state.in_(("offered", "accepted")))
    waiting = (
        select(Question.id, Question.created_at, decision.decided_at, decision.exclusions)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .join(decision, decision.id == latest)
        .where(
            HelpRequest.state == "open",
            Question.answers_count == 0,
            Question.deleted_at.is_(None),
            Question.locked_at.is_(None),
            Question.created_at > now - WAITS_AT_MOST,
            decision.decided_at <= now - ASK_AGAIN_AFTER,
            ~invited.exists(),
        )
        .order_by(decision.decided_at, Question.id)
        .limit(MOST_WAITING)
    )
    with own_session() as session:
        found = session.execute(waiting).all()
    due = [
        row.id
        for row in found
        if HAS_ENOUGH in row.exclusions and now - row.decided_at >= (row.decided_at - row.created_at) / 4
    ]
    if due:
        with transaction() as session:
            part = due[: DECIDED_TOGETHER.value]
            services.route_again(session.scalars(select(Question).where(Question.id.in_(part))).all())
