"""Facts about organisations."""

from __future__ import annotations

from app.outbox.facts import Fact, fact


@fact("capacity_taken")
class CapacityTaken(Fact):
    """A person acts for an organisation from now on in this session; for herself where there is none."""

    person_id: int
    session_id: int
    organisation_id: int | None
