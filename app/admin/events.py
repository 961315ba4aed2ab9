"""Facts about what operators did."""

from __future__ import annotations

from typing import Literal

from app.outbox.facts import Fact, fact

Right = Literal["operator", "moderator", "curator"]


@fact("right_changed")
class RightChanged(Fact):
    """A person was given a right over the whole installation, or lost it."""

    person_id: int
    right: Right
    has_it: bool


@fact("person_suspended")
class PersonSuspended(Fact):
    """A person may look, but change nothing, until further notice."""

    person_id: int


@fact("person_unsuspended")
class PersonUnsuspended(Fact):
    """A suspended person may take part again."""

    person_id: int


@fact("deliveries_retried")
class DeliveriesRetried(Fact):
    """Dead deliveries were made due again: one (its id), or all of them."""

    delivery_id: int | None
    deliveries: int
