"""The capacities the person in front of this page can act in, for the switch in the account menu."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from app.web.current_actor import known_actor


def capacities() -> list[dict[str, Any]]:
    """Return the choices as the layout wants them: value, label, is_current; empty for who has no seat."""
    actor = known_actor()
    if not actor.seats:
        return []
    own = {"value": "", "label": _("Myself"), "is_current": actor.acting_for_organisation_id is None}
    return [own] + [
        {
            "value": str(seat.organisation_id),
            "label": seat.organisation_name,
            "is_current": seat.organisation_id == actor.acting_for_organisation_id,
        }
        for seat in actor.seats
    ]
