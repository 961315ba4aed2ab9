"""What a person may do with her own account. Suspended people keep their keys: they may read and stay safe."""

from __future__ import annotations

from app.accounts.models import Person
from app.actor import Actor
from app.verdict import ALLOWED, Verdict


def can_secure(actor: Actor) -> Verdict:
    """Change password and address, end sessions, revoke tokens: everybody who is there in person."""
    if actor.is_visitor:
        return Verdict("sign_in_first")
    return ALLOWED if actor.kind == "person" else Verdict("scope_missing")


def can_present(actor: Actor) -> Verdict:
    """Change what others see, and make tokens that write: who is not suspended."""
    if not (verdict := can_secure(actor)):
        return verdict
    return Verdict("account_suspended") if actor.is_suspended else ALLOWED


def can_be_forgotten(person: Person, *, other_operators: int) -> Verdict:
    """Everybody, as long as somebody is left who can run this installation."""
    return Verdict("last_operator") if person.is_operator and other_operators == 0 else ALLOWED
