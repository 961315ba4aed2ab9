"""The first question of every policy about writing: may this actor write at all?"""

from __future__ import annotations

from app.actor import Actor
from app.verdict import ALLOWED, Verdict


def can_write(actor: Actor, *, scope: str = "write") -> Verdict:
    """Everybody who is signed in, not suspended, and came in by a way that covers `scope`."""
    if actor.is_visitor:
        return Verdict("sign_in_first")
    if actor.is_suspended:
        return Verdict("account_suspended")
    return ALLOWED if actor.may(scope) else Verdict("scope_missing")
