"""The first question of every policy about writing: may this actor write at all?"""

from __future__ import annotations

from app.actor import Actor, Work
from app.verdict import ALLOWED, Verdict


def can_write(actor: Actor, *, scope: str = "write", work: Work | None = "questions") -> Verdict:
    """Everybody who is signed in, not suspended, came in by a way that covers `scope`, and acts for whom she may in
    this work, None for any: readers of an organisation write nothing for it, an engagement or a representation covers
    what it says.
    """
    if actor.is_visitor:
        return Verdict("sign_in_first")
    if actor.is_suspended:
        return Verdict("account_suspended")
    if not actor.may(scope):
        return Verdict("scope_missing")
    if actor.seat is not None and actor.seat.role == "reader":
        return Verdict("readers_only_read")
    return ALLOWED if actor.covers(work) else Verdict("not_let_do_this")
