"""Facts about helpers."""

from __future__ import annotations

from app.outbox.facts import Fact, fact


@fact("skills_changed")
class SkillsChanged(Fact):
    """A helper says she knows about other topics than before."""

    provider_id: int
