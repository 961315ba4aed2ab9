"""The part of the world about details, grants and look-ups: the customer's, given in her own question."""

from __future__ import annotations

from tests.access.worlds.base import MISSING, World
from tests.privacy import make


def add(world: World) -> None:
    """Make the rows."""
    cast = world.cast
    request_id = world.objects["question"]["open"]["question_id"]
    plate = world.hide("canary-plate", "licence plate of the customer")
    make.detail(cast.customer, "licence_plate", plate, help_request_id=request_id)
    held = make.grant(cast.customer, cast.waterworks, help_request_id=request_id)
    world.hide(f"/privacy/grants/{held.id}/withdraw", "button that takes a grant back", "customer")
    reason = world.hide("canary-why-details", "why the plumbers ask for a detail", "customer")
    asked = make.ask(cast.customer, cast.plumbers, cast.partner, request_id, reason=reason)
    world.hide(f"/privacy/asks/{asked.id}", "button that says yes to an ask", "customer")
    world.objects["grant"] = {"customers": {"grant_id": held.id}, "missing": {"grant_id": MISSING}}
    world.objects["ask"] = {"customers": {"ask_id": asked.id}, "missing": {"ask_id": MISSING}}
