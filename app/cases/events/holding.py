"""Facts about who has a case: opened, claimed, handed over, decided by the front desk, merged."""

from __future__ import annotations

from typing import Literal

from app.outbox.facts import Fact, fact

ArbiterReason = Literal["refused", "unanswered", "back_and_forth"]


@fact("case_opened")
class CaseOpened(Fact):
    """Somebody asked for help in private, or was entered; it may be a part of another case, or come from a question."""

    case_id: int
    message_id: int
    asker_id: int
    holder_organisation_id: int
    holder_person_id: int | None
    parent_id: int | None
    question_id: int | None


@fact("case_claimed")
class CaseClaimed(Fact):
    """Somebody at the holder has the case from now on; where she took it over, from `from_person_id`."""

    case_id: int
    organisation_id: int
    person_id: int
    from_person_id: int | None


@fact("case_released")
class CaseReleased(Fact):
    """Nobody at the holder has the case any more: it waits for a colleague."""

    case_id: int
    organisation_id: int
    from_person_id: int


@fact("handover_offered")
class HandoverOffered(Fact):
    """The holder asks another organisation, or somebody in its own, to go on with the case."""

    case_id: int
    handover_id: int
    from_organisation_id: int
    to_organisation_id: int
    to_person_id: int | None


@fact("handover_accepted")
class HandoverAccepted(Fact):
    """Whoever was asked goes on with the case from now on."""

    case_id: int
    handover_id: int
    from_organisation_id: int
    to_organisation_id: int
    person_id: int


@fact("handover_refused")
class HandoverRefused(Fact):
    """Whoever was asked does not take the case; the holder stays."""

    case_id: int
    handover_id: int
    from_organisation_id: int
    to_organisation_id: int


@fact("handover_withdrawn")
class HandoverWithdrawn(Fact):
    """The holder no longer asks, or nobody answered in time; the holder stays."""

    case_id: int
    handover_id: int
    is_unanswered: bool


@fact("case_escalated")
class CaseEscalated(Fact):
    """The front desk decides who goes on with a case."""

    case_id: int
    reason: ArbiterReason


@fact("case_assigned")
class CaseAssigned(Fact):
    """The front desk decided who goes on with a case."""

    case_id: int
    handover_id: int
    from_organisation_id: int
    to_organisation_id: int


@fact("case_merged")
class CaseMerged(Fact):
    """A case goes on as another one of the same customer."""

    case_id: int
    into_id: int
