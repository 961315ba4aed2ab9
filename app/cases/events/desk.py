"""Facts about what is arranged at the desk."""

from __future__ import annotations

from datetime import datetime

from app.outbox.facts import Fact, fact


@fact("case_snoozed")
class CaseSnoozed(Fact):
    """A case was put off until a moment, unless something happens in it before."""

    case_id: int
    until_at: datetime


@fact("case_woken")
class CaseWoken(Fact):
    """A case that was put off is among what there is to do again."""

    case_id: int


@fact("desk_act_undone")
class DeskActUndone(Fact):
    """What was done to cases from the desk was taken back in so many of them; in the others things had changed."""

    act_id: int
    undone: int
    changed: int
