"""What the console of an organisation shows of its cases."""

from __future__ import annotations

from typing import Any

from app import clock
from app.actor import Actor
from app.cases import desk_policy, wording
from app.cases.forms.holding import RefuseForm
from app.cases.links import case_url
from app.cases.queries.desk import Asked, counts_of, desk_page
from app.cases.queries.handovers import handovers_for
from app.cases.views.blueprint import acting_at
from app.organisations.models import Organisation

SHOWN = 5
COUNTED = ("mine", "unassigned", "waiting_on_customer", "breaching", "all")


def console_cases_panel(viewer: Actor, organisation: Organisation) -> tuple[str, dict[str, Any]] | None:
    """Show an organisation's open cases: what waits for a yes or no, how many there are, and those that are due first.
    Nothing for who has no part in its cases.
    """
    me = acting_at(viewer, lambda seat: seat.organisation_id == organisation.id)
    if me.acting_for_organisation_id != organisation.id or not desk_policy.can_see(me):
        return None
    counts = counts_of(me)
    return "cases/_console_cases.html", {
        "asked": [row for row in handovers_for(me) if row.handover.to_organisation_id == organisation.id],
        "can_answer": bool(desk_policy.can_work(me)),
        "counts": {view: counts[view] for view in COUNTED},
        "rows": desk_page(me, Asked(view="all"), size=SHOWN).rows,
        # The desk is that of the organisation one acts for: from another one, one changes over first.
        "is_here": viewer.seat == me.seat,
        "seat": me.seat,
        "form": RefuseForm(formdata=None),
        "wording": wording,
        "case_url": case_url,
        "now": clock.now(),
    }
