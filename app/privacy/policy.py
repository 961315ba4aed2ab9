"""What an actor may do with a person's details and grants. Who may look at a case at all, `cases` says."""

from __future__ import annotations

from app.actor import Actor
from app.verdict import ALLOWED, Verdict


def can_direct(actor: Actor, person_id: int) -> Verdict:
    """She herself, suspended or not: what is hers stays hers; and who represents her in this."""
    if actor.is_visitor:
        return Verdict("sign_in_first")
    if not is_hers(actor, person_id):
        return Verdict("not_your_details")
    if actor.person_id != person_id and not actor.covers("details"):
        return Verdict("not_let_do_this")
    return ALLOWED if actor.may("write") else Verdict("scope_missing")


def is_hers(actor: Actor, person_id: int) -> bool:
    """Say whether this person is the actor, or whom she acts for now."""
    return actor.asker_id == person_id
