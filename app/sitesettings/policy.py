"""Who may change settings."""

from __future__ import annotations

from app.actor import Actor
from app.verdict import ALLOWED, Verdict


def can_change_settings(actor: Actor) -> Verdict:
    """Operators, and nobody else."""
    if actor.is_visitor:
        return Verdict("sign_in_first")
    return ALLOWED if actor.is_operator and not actor.is_suspended else Verdict("operators_only")
