"""Look once a day for rings and loops, keep what is found for moderators, and keep that they looked. Nobody is punished
here, and the ranking reads none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update
from sqlalchemy.orm import selectinload

from app import clock
from app.actor import SYSTEM, Actor
from app.db import changed_rows, db, own_session, transaction
from app.errors import Conflict, Invalid, NotFound
from app.outbox.record import record
from app.ranking.credence import vouches_of
from app.ranking.rings import Ring
from app.ranking.watching import Loop, loops_in, rings_among
from app.routing import livestate, policy
from app.routing.events import RingFound, RingLookedAt
from app.routing.knowing import known_people, organisation_of
from app.routing.ring_models import RingFinding, RingMember
from app.verdict import require

SAME = 0.5  # of all members of two findings, from which on they are one
MOST_SHOWN = 100

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Found:
    """A ring or a loop before it is stored. members: (person, organisation) → whether it confirms, is confirmed."""

    kind: str
    members: dict[tuple[int | None, int | None], tuple[bool, bool]]
    evidence: dict[str, Any]


def look_for_rings() -> None:
    """Find rings and loops in the state, and store what is new; what is known already is brought up to date."""
    # Catching up and looking may take seconds: both before the write lock is taken, and looking at a copy, so that
    # decisions need not wait for it.
    with own_session() as session:
        mine = livestate.up_to_date(session, most=10**9)
        known = known_people(session)
    with mine.lock:
        vouches, words = vouches_of(mine.state), dict(mine.state.words or {})
        loops = loops_in(mine.state, known)
    found = [*map(_ring, rings_among(vouches, words)), *map(_loop, loops)]
    if not found:
        return
    with transaction() as session:
        kept = list(session.scalars(select(RingFinding).options(selectinload(RingFinding.members))))
        for each in found:
            _keep(each, kept)
    log.info("rings_found", count=len(found))


def findings(viewer: Actor) -> Sequence[RingFinding]:
    """Return what was found, what nobody looked at first, then the latest. Raises NotFound for whom it is not."""
    if not policy.sees_rings(viewer):
        raise NotFound
    return db.session.scalars(_shown().limit(MOST_SHOWN)).all()


def waiting(viewer: Actor) -> int:
    """Return how many findings nobody looked at; 0 for whom they are not."""
    if not policy.sees_rings(viewer):
        return 0
    return db.session.scalar(select(func.count(RingFinding.id)).where(RingFinding.looked_at.is_(None))) or 0


def finding_for(viewer: Actor, finding_id: int) -> RingFinding:
    """Return one finding. Raises NotFound when there is none, or it is not for the viewer."""
    found = db.session.get(RingFinding, finding_id) if policy.sees_rings(viewer) else None
    if found is None:
        raise NotFound
    return found


def look_at(actor: Actor, finding: RingFinding, *, note: str) -> None:
    """Keep that somebody looked, and what she thinks of it. Raises Invalid without a note, Conflict the second time."""
    require(policy.can_look_at_rings(actor))
    if not (note := " ".join(note.split())):
        raise Invalid("note_missing", _l("Say what you saw: others read this."), field="words")
    looked = {"looked_at": clock.now(), "looked_at_by_id": actor.person_id, "note": note}
    # Whether it is open still is asked in the UPDATE itself: two moderators may look at once.
    fresh = update(RingFinding).where(RingFinding.id == finding.id, RingFinding.looked_at.is_(None)).values(looked)
    if changed_rows(db.session.execute(fresh)) == 0:
        raise Conflict("already_looked_at", _l("Somebody else looked at this meanwhile."))
    record(RingLookedAt(finding_id=finding.id), by=actor)


def _shown() -> Any:
    return (
        select(RingFinding)
        .options(
            selectinload(RingFinding.members).joinedload(RingMember.person),
            selectinload(RingFinding.members).joinedload(RingMember.organisation),
            selectinload(RingFinding.looked_at_by),
        )
        .order_by(RingFinding.looked_at.is_not(None), RingFinding.seen_at.desc(), RingFinding.id.desc())
    )


def _ring(one: Ring) -> Found:
    voters, targets = set(one.voters.tolist()), set(one.targets.tolist())
    return Found(
        "ring",
        {(person, None): (person in voters, person in targets) for person in sorted(voters | targets)},
        {
            "voters": len(voters),
            "targets": len(targets),
            "inside": one.inside,
            "given": one.given,
            "received": one.received,
            "expected": one.expected,
            "density": one.density,
            "first_at": one.first_at,
            "last_at": one.last_at,
            "trusted": one.trusted,
        },
    )


def _loop(one: Loop) -> Found:
    members = [(None, organisation_of(each)) if each < 0 else (each, None) for each in one.sources]
    return Found("loop", dict.fromkeys(members, (True, True)), {"inside": one.inside, "received": one.received})


def _keep(found: Found, kept: list[RingFinding]) -> None:
    """Store a finding, or bring the one up to date that has half of its members."""
    same = next((each for each in kept if each.kind == found.kind and _likeness(found, each) >= SAME), None)
    members = [
        RingMember(person_id=person, organisation_id=organisation, confirms=confirms, is_confirmed=is_confirmed)
        for (person, organisation), (confirms, is_confirmed) in found.members.items()
    ]
    now = clock.now()
    if same is not None:
        same.evidence, same.seen_at, same.members = found.evidence, now, members
        return
    fresh = RingFinding(kind=found.kind, evidence=found.evidence, found_at=now, seen_at=now, note="", members=members)
    db.session.add(fresh)
    db.session.flush()  # the fact names it
    kept.append(fresh)
    record(RingFound(finding_id=fresh.id, members=len(members)), by=SYSTEM, channel="system")


def _likeness(found: Found, kept: RingFinding) -> float:
    """Return how many of the members of both are in both, in [0, 1]."""
    theirs = {(each.person_id, each.organisation_id) for each in kept.members}
    return len(theirs & found.members.keys()) / len(theirs | found.members.keys())
