"""What an actor may do with pictures. Loaded objects in, a verdict out."""

from __future__ import annotations

from app.actor import Actor
from app.trust.standing import can_write
from app.verdict import Verdict


def can_add(actor: Actor) -> Verdict:
    """Everybody who may write anything: where it goes asks again."""
    return can_write(actor, work=None)
