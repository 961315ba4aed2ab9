"""Facts about helpers."""

from __future__ import annotations

from app.outbox.facts import Fact, fact


@fact("skills_changed")
class SkillsChanged(Fact):
    """A helper says she knows about other topics than before."""

    provider_id: int


@fact("availability_changed")
class AvailabilityChanged(Fact):
    """A helper takes more or less at once, is away, or back."""

    provider_id: int


@fact("contact_ways_changed")
class ContactWaysChanged(Fact):
    """A helper is reached in other ways than before."""

    provider_id: int


@fact("opening_hours_changed")
class OpeningHoursChanged(Fact):
    """An organisation is open at other times than before."""

    organisation_id: int
