"""What operators change: rights, suspensions, deliveries that died."""

from __future__ import annotations

from sqlalchemy import update

from app import clock
from app.accounts.models import Person
from app.accounts.queries import other_operators
from app.actor import SYSTEM, Actor
from app.admin import policy
from app.admin.events import DeliveriesRetried, PersonSuspended, PersonUnsuspended, Right, RightChanged
from app.db import changed_rows, db
from app.errors import NotFound
from app.outbox.deliver import retry_dead, retry_every_dead
from app.outbox.record import record
from app.verdict import require


def give_right(actor: Actor, person: Person, right: Right) -> None:
    """Give a right over the whole installation. Raises NotAllowed for somebody who cannot sign in."""
    require(policy.can_give_right(actor, person))
    _set_right(actor, person, right, has_it=True)


def appoint_operator(person: Person) -> None:
    """Let whoever sits at the machine make an operator: how the first one comes to be. Raises NotAllowed as above."""
    require(policy.can_hold_right(person))
    _set_right(SYSTEM, person, "operator", has_it=True)


def take_right(actor: Actor, person: Person, right: Right) -> None:
    """Take a right. Raises NotAllowed where nobody would be left to run this installation."""
    require(policy.can_run(actor))
    if right == "operator":
        require(policy.can_remove_operator(actor, person, other_operators=other_operators(person.id)))
    _set_right(actor, person, right, has_it=False)


def suspend(actor: Actor, person: Person) -> None:
    """Let a person look but change nothing. Her sessions stay, so that she can read why; policies refuse the rest."""
    require(policy.can_run(actor))
    require(policy.can_remove_operator(actor, person, other_operators=other_operators(person.id)))
    done = db.session.execute(
        update(Person).where(Person.id == person.id, Person.suspended_at.is_(None)).values(suspended_at=clock.now())
    )
    if changed_rows(done):
        record(PersonSuspended(person_id=person.id), by=actor)


def unsuspend(actor: Actor, person: Person) -> None:
    """Let a suspended person take part again."""
    require(policy.can_run(actor))
    done = db.session.execute(
        update(Person).where(Person.id == person.id, Person.suspended_at.is_not(None)).values(suspended_at=None)
    )
    if changed_rows(done):
        record(PersonUnsuspended(person_id=person.id), by=actor)


def retry(actor: Actor, delivery_id: int) -> None:
    """Make one dead delivery due again. Raises NotFound when it is not dead."""
    require(policy.can_run(actor))
    if not retry_dead(delivery_id):
        raise NotFound
    record(DeliveriesRetried(delivery_id=delivery_id, deliveries=1), by=actor)


def retry_all(actor: Actor) -> int:
    """Make every dead delivery due again, return how many."""
    require(policy.can_run(actor))
    count = retry_every_dead()
    if count:
        record(DeliveriesRetried(delivery_id=None, deliveries=count), by=actor)
    return count


def _set_right(actor: Actor, person: Person, right: Right, *, has_it: bool) -> None:
    column = {"operator": Person.is_operator, "moderator": Person.is_moderator, "curator": Person.is_curator}[right]
    done = db.session.execute(
        update(Person).where(Person.id == person.id, column.is_not(has_it)).values({column: has_it})
    )
    if changed_rows(done):
        record(RightChanged(person_id=person.id, right=right, has_it=has_it), by=actor)
