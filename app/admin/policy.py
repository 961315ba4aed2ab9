"""What operators may do."""

from __future__ import annotations

from app.accounts.models import Person
from app.actor import Actor
from app.verdict import ALLOWED, Verdict


def can_run(actor: Actor) -> Verdict:
    """Operators who are not suspended, in a session of their own, not through a program."""
    if actor.is_visitor:
        return Verdict("sign_in_first")
    is_let = actor.is_operator and not actor.is_suspended and actor.kind == "person"
    return ALLOWED if is_let else Verdict("operators_only")


def can_give_right(actor: Actor, person: Person) -> Verdict:
    """To people who can sign in: a right nobody can use is a right somebody may find."""
    if not (verdict := can_run(actor)):
        return verdict
    return can_hold_right(person)


def can_hold_right(person: Person) -> Verdict:
    """People who can sign in."""
    return ALLOWED if person.can_sign_in and person.erased_at is None else Verdict("no_log_in")


def can_remove_operator(actor: Actor, person: Person, *, other_operators: int) -> Verdict:
    """Taking the right, or suspending: as long as another operator is left who can sign in."""
    if not (verdict := can_run(actor)):
        return verdict
    return Verdict("last_operator") if person.is_operator and other_operators == 0 else ALLOWED
