"""Who acts, and in which capacity. Every service and every query takes an `Actor`.

A plain frozen value: building one from a session or a token is `app.organisations.identify`'s work, what an actor
may know is `app.privacy.audiences`'.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

ActorKind = Literal["visitor", "person", "token", "device", "import", "system"]


@dataclass(frozen=True)
class Seat:
    """A membership as the actor carries it: which organisation, of which kind, in which role."""

    organisation_id: int
    organisation_name: str
    organisation_kind: str
    role: str


@dataclass(frozen=True)
class Actor:
    """A person (or token, device, import, system) in one capacity.

    `acting_for_organisation_id` is None when she acts for herself; otherwise one of her seats' organisations.
    `scopes` is None for a browser session (everything the person may do), and the granted set for a token.
    """

    kind: ActorKind
    person_id: int | None = None
    name: str = ""
    handle: str = ""
    session_id: int | None = None
    acting_for_organisation_id: int | None = None
    rights: frozenset[str] = frozenset()
    seats: tuple[Seat, ...] = ()
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
    def acting_label(self) -> str:
        """The organisation she acts for now; empty when she acts for herself."""
        return self.seat.organisation_name if self.seat else ""

    @property
    def seat(self) -> Seat | None:
        """The seat she acts from now; None when she acts for herself."""
        return next((s for s in self.seats if s.organisation_id == self.acting_for_organisation_id), None)

    def works_for(self, organisation_id: int | None) -> bool:
        """Say whether she has a seat at this organisation, whatever capacity she acts in now."""
        return any(seat.organisation_id == organisation_id for seat in self.seats)

    def may(self, scope: str) -> bool:
        """Say whether the way she came in (session or token) covers this scope."""
        return self.scopes is None or scope in self.scopes

    def in_capacity(self, organisation_id: int | None) -> Actor:
        """Return the same actor acting for this organisation; for herself when she has no seat there."""
        return replace(self, acting_for_organisation_id=organisation_id if self.works_for(organisation_id) else None)


VISITOR = Actor(kind="visitor")
SYSTEM = Actor(kind="system", name="system")
IMPORT = Actor(kind="import", name="import")
