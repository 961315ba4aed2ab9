"""The part of the world about cases in every state."""

from __future__ import annotations

from collections.abc import Callable

from app.cases.models.cases import Case
from tests.access.worlds.base import MISSING, World
from tests.accounts import make as accounts
from tests.cases import make, make_desk
from tests.organisations import make as organisations


def add(world: World) -> None:
    """Make the rows: one with an agent, one nobody has yet, a closed one, and strangers'."""
    cast = world.cast
    agent, waterworks = cast.agent, cast.waterworks

    def kept(name: str, *known_to: str) -> str:
        return world.hide(f"canary-case-{name}", f"{name} of a case", *known_to)

    made: dict[str, Case] = {
        "held": make.case(
            cast.customer,
            waterworks,
            person=agent,
            title=kept("title-held", "customer", "agent"),
        ),
        "free": make.case(cast.customer, waterworks),
        "waiting": make.case(
            cast.customer, waterworks, person=agent, state="waiting", state_reason=kept("why", "customer", "agent")
        ),
        "closed": make.case(cast.customer, waterworks, person=agent, state="closed"),
        "elsewhere": make.case(cast.customer, cast.energy, title=kept("title-elsewhere", "customer", "rival")),
        "strangers": make.case(cast.outsider, cast.plumbers, title=kept("title-strangers", "outsider", "partner")),
    }
    make.message(made["held"], cast.customer, body=kept("message", "customer", "agent"))
    make.message(made["held"], agent, body=kept("note", "agent"), kind="note")
    told = kept("told", "customer", "agent")
    make.message(made["closed"], agent, body=told, acting_for_organisation_id=waterworks.id)
    asked = make.handover(made["elsewhere"], cast.plumbers, cast.rival, reason=kept("handover", "rival", "partner"))
    refused = make.handover(
        made["held"],
        cast.plumbers,
        agent,
        state="refused",
        answered_at=made["held"].held_since,
        answer=kept("no", "agent"),
    )
    cause = make.cause(cast.plumbers, kept("cause", "partner"))
    other = make.case(cast.customer, waterworks, person=agent)
    world.words["other_case"], world.words["front_desk"] = other.public_id, str(cast.front_desk.id)
    world.objects["handover"] = {
        "pending": {"handover_id": asked.id},
        "answered": {"handover_id": refused.id},
        "missing": {"handover_id": MISSING},
    }
    world.objects["cause"] = {"there": {"cause_id": cause.id}, "missing": {"cause_id": MISSING}}
    world.objects["case"] = {state: {"public_id": one.public_id} for state, one in made.items()}
    world.objects["case"]["missing"] = {"public_id": "AAAAAAAAAAAAAAAAAAAAAA"}
    _desk(world, made, kept)


def _desk(world: World, made: dict[str, Case], kept: Callable[..., str]) -> None:
    """Make what is arranged at desks: views, canned texts, and acts that could be undone."""
    cast = world.cast
    colleague = accounts.person("Bea Busy")
    organisations.membership(colleague, cast.waterworks)
    views = {
        "agents": make_desk.view(cast.waterworks, person=cast.agent, name=kept("view-own", "agent")),
        "colleagues": make_desk.view(cast.waterworks, person=colleague, name=kept("view-colleague")),
        "waterworks": make_desk.view(cast.waterworks, name=kept("view-house", "agent")),
        "plumbers": make_desk.view(cast.plumbers, name=kept("view-plumbers", "partner")),
    }
    texts = {
        "waterworks": make_desk.text(cast.waterworks, name=kept("text-name", "agent"), body=kept("text-body", "agent")),
        "plumbers": make_desk.text(cast.plumbers, body=kept("text-plumbers", "partner")),
        "ended": make_desk.text(cast.plumbers, name="Old", body=kept("text-ended"), ended_at=cast.agent.created_at),
    }
    acts = {
        "agents": make_desk.act(made["held"], cast.agent),
        "colleagues": make_desk.act(made["held"], colleague),
    }
    world.objects["desk_view"] = {name: {"view_id": view.id} for name, view in views.items()}
    world.objects["canned_text"] = {name: {"text_id": text.id} for name, text in texts.items()}
    world.objects["desk_act"] = {name: {"act_id": act.id} for name, act in acts.items()}
    for kind, name in (("desk_view", "view_id"), ("canned_text", "text_id"), ("desk_act", "act_id")):
        world.objects[kind]["missing"] = {name: MISSING}
    world.words["free_case"], world.words["waterworks_text"] = made["free"].public_id, str(texts["waterworks"].id)
