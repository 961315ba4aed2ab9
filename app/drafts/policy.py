"""What an actor may do with drafts. They are always one's own."""

from __future__ import annotations

from app.actor import Actor
from app.trust.standing import can_write
from app.verdict import Verdict


def can_keep(actor: Actor) -> Verdict:
    """Everybody who may write anything: where it goes asks again."""
    return can_write(actor, work=None)
