"""The capacities the person in front of this page can act in, for the switch in the account menu."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.actor import Seat
from app.errors import NotFound
from app.web.current_actor import known_actor

PERSON = "p"


@dataclass(frozen=True)
class Chosen:
    """As whom somebody wants to act: for an organisation, perhaps through its agency, or for a person; else herself."""

    organisation_id: int | None = None
    through_id: int | None = None
    representing_person_id: int | None = None


def capacities() -> list[dict[str, Any]]:
    """Return the choices as the layout wants them: value, label, is_current; empty for who has no seat."""
    actor = known_actor()
    if not actor.seats and not actor.represents:
        return []
    own = {"value": "", "label": _("Myself"), "is_current": actor.seat is None and actor.representing is None}
    seats = [
        {"value": value_of(seat), "label": seat_label(seat), "is_current": seat == actor.seat} for seat in actor.seats
    ]
    people = [
        {
            "value": f"{PERSON}{each.person_id}",
            "label": _("for %(person)s", person=each.name),
            "is_current": each == actor.representing,
        }
        for each in actor.represents
    ]
    return [own, *seats, *people]


def seat_label(seat: Seat) -> str:
    """Return for whom a seat lets act; both organisations where it is an agency's."""
    if seat.through_organisation_id is None:
        return seat.organisation_name
    return _(
        "%(agency)s, for %(organisation)s", agency=seat.through_organisation_name, organisation=seat.organisation_name
    )


def value_of(seat: Seat) -> str:
    """Return the word by which a form names this seat: "12", or "12-7" for organisation 12 through 7."""
    through = seat.through_organisation_id
    return str(seat.organisation_id) if through is None else f"{seat.organisation_id}-{through}"


def parse_capacity(value: str) -> Chosen:
    """Return what a form chose. Raises NotFound for what no form of ours says."""
    found = re.fullmatch(r"|(?P<person>p)?(?P<id>[1-9][0-9]{0,17})(?:-(?P<through>[1-9][0-9]{0,17}))?", value, re.ASCII)
    if found is None or (found["person"] and found["through"]):
        raise NotFound
    number = int(found["id"]) if found["id"] else None
    if found["person"]:
        return Chosen(representing_person_id=number)
    return Chosen(organisation_id=number, through_id=int(found["through"]) if found["through"] else None)
