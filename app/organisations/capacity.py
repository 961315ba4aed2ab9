"""The word for the capacity in which somebody acts."""

from __future__ import annotations


def capacity_word(organisation_kind: str | None) -> str:
    """Return the word for somebody acting for an organisation of this kind; None is for herself."""
    return {None: "peer", "partner": "partner", "customer": "peer"}.get(organisation_kind, "agent")
