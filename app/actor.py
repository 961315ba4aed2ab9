"""Who acts, and in which capacity. Every service and every query takes an `Actor`.

A plain frozen value: building one from a session or a token is `app.organisations.identify`'s work, what an actor
may know is `app.privacy.audiences`'.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

ActorKind = Literal["visitor", "person", "token", "device", "import", "system"]
# What an engagement or a representation may cover.
Work = Literal["questions", "cases", "services", "knowledge", "agreements", "details"]

MANAGING_ROLES = frozenset({"owner", "manager"})


@dataclass(frozen=True)
class Seat:
    """A place from which a person acts for an organisation: of which kind, in which role.

    Her own membership; or, with `through`, a membership of an agency that the organisation lets act for it. `scopes`
    is then the work it is engaged for; None is everything.
    """

    organisation_id: int
    organisation_name: str
    organisation_kind: str
    role: str
    through_organisation_id: int | None = None
    through_organisation_name: str = ""
    scopes: frozenset[str] | None = None

    def covers(self, work: str | None) -> bool:
        """Say whether this work may be done from here; None asks for no work in particular."""
        return work is None or self.scopes is None or work in self.scopes

    @property
    def label(self) -> str:
        """The organisation as the switch names it, with the one she comes from."""
        via = self.through_organisation_name
        return f"{via} · {self.organisation_name}" if via else self.organisation_name


@dataclass(frozen=True)
class Represented:
    """Somebody for whom the actor may act: who, and in which work."""

    person_id: int
    name: str
    handle: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class Actor:
    """A person (or token, device, import, system) in one capacity.

    `acting_for_organisation_id` is None when she acts for herself; otherwise one of her seats' organisations, reached
    `through_organisation_id` where that seat is an agency's. `representing_person_id` is the person she acts for
    instead of herself; never together with an organisation. `scopes` is None for a browser session (everything the
    person may do), and the granted set for a token.
    """

    kind: ActorKind
    person_id: int | None = None
    name: str = ""
    handle: str = ""
    session_id: int | None = None
    acting_for_organisation_id: int | None = None
    through_organisation_id: int | None = None
    representing_person_id: int | None = None
    rights: frozenset[str] = frozenset()
    seats: tuple[Seat, ...] = ()
    represents: tuple[Represented, ...] = ()
    languages: tuple[str, ...] = ()
    interface_language: str | None = None
    theme: str = "system"
    time_zone: str = "Europe/Amsterdam"
    single_keys: bool = True
    is_suspended: bool = False
    scopes: frozenset[str] | None = None

    @property
    def is_visitor(self) -> bool:
        return self.person_id is None

    @property
    def is_operator(self) -> bool:
        return "operator" in self.rights

    @property
    def is_moderator(self) -> bool:
        return "moderator" in self.rights

    @property
    def is_curator(self) -> bool:
        return "curator" in self.rights

    @property
    def person_name(self) -> str:
        return self.name

    @property
    def asker_id(self) -> int | None:
        """Whose request it is when she asks now: the person she represents, else her own."""
        return self.representing_person_id or self.person_id

    @property
    def acting_label(self) -> str:
        """For whom she acts now, an organisation or a person; empty when she acts for herself."""
        if self.seat:
            return self.seat.label
        return self.representing.name if self.representing else ""

    @property
    def seat(self) -> Seat | None:
        """The seat she acts from now; None when she acts for herself or for a person."""
        return self._seat_at(self.acting_for_organisation_id, self.through_organisation_id)

    @property
    def representing(self) -> Represented | None:
        """The person she acts for now, with what she may do for her."""
        return next((one for one in self.represents if one.person_id == self.representing_person_id), None)

    @property
    def own_seats(self) -> tuple[Seat, ...]:
        """Her own memberships, without those she reaches through an agency."""
        return tuple(seat for seat in self.seats if seat.through_organisation_id is None)

    def works_for(self, organisation_id: int | None, work: Work | None = None) -> bool:
        """Say whether she has a seat at this organisation that covers the work, whatever capacity she acts in now."""
        return any(seat.organisation_id == organisation_id and seat.covers(work) for seat in self.seats)

    def is_member_of(self, organisation_id: int | None) -> bool:
        """Say whether she has a seat of her own at this organisation, not through an agency."""
        return any(seat.organisation_id == organisation_id for seat in self.own_seats)

    def may_manage(self, organisation_id: int | None) -> bool:
        """Say whether she keeps this organisation: as an owner or manager of its own, never through an agency."""
        return any(seat.organisation_id == organisation_id and seat.role in MANAGING_ROLES for seat in self.own_seats)

    def owns(self, organisation_id: int | None) -> bool:
        """Say whether she is an owner of this organisation."""
        return any(seat.organisation_id == organisation_id and seat.role == "owner" for seat in self.own_seats)

    def may(self, scope: str) -> bool:
        """Say whether the way she came in (session or token) covers this scope."""
        return self.scopes is None or scope in self.scopes

    def covers(self, work: str | None) -> bool:
        """Say whether this work may be done in the capacity she acts in now; None asks for no work in particular."""
        if self.representing is not None:
            return work is None or work in self.representing.scopes
        return self.seat is None or self.seat.covers(work)

    def in_capacity(self, organisation_id: int | None, through: int | None = None) -> Actor:
        """Return the same actor acting for this organisation; for herself when she has no such seat."""
        seat = self._seat_at(organisation_id, through)
        return replace(
            self,
            acting_for_organisation_id=seat.organisation_id if seat else None,
            through_organisation_id=seat.through_organisation_id if seat else None,
            representing_person_id=None,
        )

    def on_behalf_of(self, person_id: int | None) -> Actor:
        """Return the same actor acting for this person; for herself when that person does not let her."""
        found = next((one.person_id for one in self.represents if one.person_id == person_id), None)
        return replace(self.in_capacity(None), representing_person_id=found)

    def _seat_at(self, organisation_id: int | None, through: int | None) -> Seat | None:
        at = (organisation_id, through)
        return next((s for s in self.seats if (s.organisation_id, s.through_organisation_id) == at), None)


def authorship(actor: Actor) -> dict[str, int | None]:
    """Return the columns that say for whom something was written, beside who wrote it."""
    return {
        "acting_for_organisation_id": actor.acting_for_organisation_id,
        "through_organisation_id": actor.through_organisation_id,
        "representing_person_id": actor.representing_person_id,
    }


VISITOR = Actor(kind="visitor")
SYSTEM = Actor(kind="system", name="system")
IMPORT = Actor(kind="import", name="import")
