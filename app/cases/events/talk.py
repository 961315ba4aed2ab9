"""Facts about what is said in a case, and where it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from app.outbox.facts import Fact, fact

State = Literal["received", "with_helper", "waiting", "solved", "closed", "duplicate"]
Mover = Literal["customer", "holder", "program"]


@fact("case_message_posted")
class CaseMessagePosted(Fact):
    """Somebody wrote in a case; a note stays with those who work on it. `next_update_at` is when there is news at the
    latest, where the writer said so.
    """

    case_id: int
    message_id: int
    is_note: bool
    by: Mover
    next_update_at: datetime | None


@fact("case_moved")
class CaseMoved(Fact):
    """A case went from one state to another."""

    case_id: int
    move_id: int
    from_state: State
    to_state: State
    by: Mover
    cause_id: int | None


@fact("case_solution_asked")
class CaseSolutionAsked(Fact):
    """The customer was asked whether it is solved, for the `time`th time."""

    case_id: int
    time: int
