"""The part of the world about promises, points and details: a case of the customer's, and one of the outsider's."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.accounts.models import Person
from app.organisations.models import Organisation
from tests.access.worlds.base import MISSING, World
from tests.cases import make
from tests.cases.make_promises import point, promise
from tests.privacy import make as privacy

NO_CASE = "AAAAAAAAAAAAAAAAAAAAAA"


def add(world: World) -> None:
    """Make the rows."""
    cast = world.cast
    parties: dict[str, tuple[Person, Organisation, Person, str, str]] = {
        "held": (cast.customer, cast.waterworks, cast.agent, "customer", "agent"),
        "strangers": (cast.outsider, cast.plumbers, cast.partner, "outsider", "partner"),
    }
    for state, (asker, holder, helper, asker_role, helper_role) in parties.items():
        hers = (asker_role, "reader") if asker_role == "customer" else (asker_role,)  # her token that only reads
        both = (*hers, helper_role)
        case = make.case(asker, holder, person=helper)

        def kept(what: str, *known_to: str, state: str = state) -> str:
            return world.hide(f"canary-{what}-{state}", f"{what} of a case", *known_to)

        made = promise(case, helper, words=kept("promise", *both))
        reason = kept("why-another-date", *both)
        date = point(case, helper, "date", promise_id=made.id, due_at=clock.now() + timedelta(days=3), words=reason)
        meant = point(case, helper, words=kept("understanding", *both))
        disputed = point(case, asker, "dispute", words=kept("dispute", *both))
        seen = privacy.detail(asker, "phone", kept("detail-granted", *both), help_request_id=case.id)
        privacy.detail(asker, "birth_date", kept("detail-withheld", *hers), help_request_id=case.id)
        privacy.grant(asker, holder, "phone", help_request_id=case.id)
        for kind, row in (("date", date), ("understanding", meant), ("dispute", disputed)):
            world.objects.setdefault(kind, {})[state] = {"public_id": case.public_id, "point_id": row.id}
        ids = {"public_id": case.public_id, "promise_id": made.id, "detail_id": seen.id}
        world.objects.setdefault("promise", {})[state] = ids
    world.objects["customer"] = {
        "customers": {"handle": cast.customer.handle},
        "missing": {"handle": "nobody-is-called-this"},
    }
    for kind in ("date", "understanding", "dispute"):
        world.objects[kind]["missing"] = {"public_id": NO_CASE, "point_id": MISSING}
    world.objects["promise"]["missing"] = {"public_id": NO_CASE, "promise_id": MISSING, "detail_id": MISSING}
