"""Facts about the parts of a request for a bundle."""

from __future__ import annotations

from app.outbox.facts import Code, Fact, fact


@fact("part_planned")
class PartPlanned(Fact):
    """A request for a bundle has a part."""

    case_id: int
    planned_part_id: int
    service_id: int


@fact("part_asked")
class PartAsked(Fact):
    """An organisation was given a part, as a case of its own."""

    case_id: int
    planned_part_id: int
    part_case_id: int
    service_id: int
    organisation_id: int


@fact("part_dropped")
class PartDropped(Fact):
    """The customer arranges a part herself."""

    case_id: int
    planned_part_id: int


@fact("part_moved")
class PartMoved(Fact):
    """A part stands elsewhere; it follows from the cases that were opened for it."""

    case_id: int
    planned_part_id: int
    from_state: Code
    to_state: Code
