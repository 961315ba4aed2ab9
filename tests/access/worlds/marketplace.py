"""The part of the world about services, quotes and bundles."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.accounts.models import Person
from app.cases.models.cases import Case
from app.cases.models.parts import PartCase, PlannedPart
from app.cases.services import agreeing
from app.community.links import slug_of
from app.db import db
from app.marketplace.models.agreements import Agreement
from app.marketplace.models.quotes import Quote
from app.marketplace.models.services import Service
from app.organisations.models import Organisation
from tests.access.worlds.base import MISSING, World
from tests.cases import make as cases
from tests.marketplace import make


def add(world: World) -> None:
    """Make the rows: what the waterworks offers, is about to offer and no longer offers, and a bundle with it."""
    cast = world.cast

    def hidden(words: str) -> str:
        return world.hide(f"canary-service-{words}", f"{words} of the waterworks' draft", "agent")

    offered = make.service(cast.waterworks, "Leak search")
    made = {
        "published": offered,
        "draft": make.service(
            cast.waterworks,
            hidden("title"),
            body=hidden("body"),
            region=hidden("region"),
            conditions=[hidden("condition")],
            state="draft",
        ),
        "withdrawn": make.service(cast.waterworks, "Well drilling", state="withdrawn"),
        "bundle": make.bundle(cast.plumbers, [offered, make.service(cast.energy, "Heat pump")], needs={1: [0]}),
    }
    make.question(made["draft"], "licence_plate", hidden("question"), why=hidden("why"))
    world.objects["service"] = {
        state: {"service_id": each.id, "slug": slug_of(each.title)} for state, each in made.items()
    }
    _wholes(world, made["bundle"])
    _quotes(world, offered)
    world.objects["service"]["missing"] = {"service_id": MISSING, "slug": "nobody-offers-this"}


def _wholes(world: World, bundle: Service) -> None:
    """Make what the customer asked of the plumbers, as parts at the waterworks and at the energy company."""
    cast = world.cast
    world.words["other_service"] = str(make.service(cast.energy, "Leak search by day").id)
    whole = _case(world, "whole", cast.plumbers, "customer", "partner", service=bundle)
    own = make.service(cast.waterworks, "Meter reading")
    rows: dict[str, PlannedPart] = {}
    for position, state in enumerate(("refused", "open", "waiting", "solved")):
        rows[state] = PlannedPart(
            whole_id=whole.id, position=position, service_id=own.id, needs=[], state=state, state_since=clock.now()
        )
        db.session.add(rows[state])
    db.session.flush()  # cases point to them
    for state, organisation, role in (("refused", cast.waterworks, "agent"), ("open", cast.energy, "rival")):
        case = _case(world, f"{state} part", organisation, "customer", role, service=own, parent_id=whole.id)
        case.request.state = "closed" if state == "refused" else "received"
        ended = {"outcome": "refused", "ended_at": clock.now()} if state == "refused" else {}
        part_id = rows[state].id
        db.session.add(
            PartCase(case_id=case.id, planned_part_id=part_id, service_id=own.id, asked_at=clock.now(), **ended)
        )
    other = cases.case(cast.outsider, cast.plumbers)
    world.objects["part"] = {state: {"public_id": whole.public_id, "part_id": part.id} for state, part in rows.items()}
    world.objects["part"]["elsewhere"] = {"public_id": other.public_id, "part_id": rows["refused"].id}
    world.objects["part"]["missing"] = {"public_id": whole.public_id, "part_id": MISSING}


def _quotes(world: World, service: Service) -> None:
    """Make what the waterworks quoted the customer, and what she agreed; and a stranger's quote."""
    cast, now = world.cast, clock.now()
    case = _case(world, "quoted case", cast.waterworks, "customer", "agent", service=service)
    other = cases.case(cast.outsider, cast.plumbers)

    def hidden(words: str) -> str:
        return world.hide(f"canary-quote-{words}", f"{words} of a quote", "customer", "agent")

    quotes = {
        "open": make.quote(case.request, cast.waterworks, cast.agent, title=hidden("title"), cents=98_765_400),
        "decided": make.quote(
            case.request,
            cast.waterworks,
            cast.agent,
            change_terms=hidden("change terms"),
            cancellation_terms=hidden("cancellation terms"),
            state="declined",
            decided_at=now,
            decided_by_id=cast.customer.id,
            decline_reason=world.hide("canary-decline-reason", "why a quote was declined", "agent"),
        ),
        "elsewhere": make.quote(other.request, cast.plumbers, cast.partner),
    }
    world.hide("987,654", "amount of a quote", "customer", "agent")
    accepted = make.quote(case.request, cast.waterworks, cast.agent, state="accepted", decided_at=now)
    quotes["open"].replaces_id = accepted.id
    agreed = _agreement(accepted, cast.customer, hidden("agreed title"))
    strange = make.quote(other.request, cast.plumbers, cast.partner, state="accepted", decided_at=now)
    world.objects["quoted case"] = {
        "there": {"public_id": case.public_id},
        "missing": {"public_id": "AAAAAAAAAAAAAAAAAAAAAB"},
    }
    world.objects["quote"] = {
        state: {"public_id": case.public_id, "quote_id": quote.id} for state, quote in quotes.items()
    }
    world.objects["quote"]["missing"] = {"public_id": case.public_id, "quote_id": MISSING}
    elsewhere = _agreement(strange, cast.outsider, "Not yours")
    world.objects["agreement"] = {
        state: {"public_id": case.public_id, "agreement_id": number}
        for state, number in (("there", agreed.id), ("elsewhere", elsewhere.id), ("missing", MISSING))
    }
    world.words["next_week"] = (now + timedelta(days=7)).date().isoformat()


def _agreement(quote: Quote, customer: Person, title: str) -> Agreement:
    content = agreeing.content_of(quote) | {"title": title, "promise_id": None, "done_by": None}
    made = Agreement(
        quote_id=quote.id,
        help_request_id=quote.help_request_id,
        organisation_id=quote.organisation_id,
        customer_id=customer.id,
        accepted_by_id=customer.id,
        content=content,
        digest=agreeing.digest_of(content),
        accepted_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()  # its address carries the id
    return made


def _case(world: World, what: str, holder: Organisation, *known_to: str, service: Service, **more: int) -> Case:
    title = world.hide(f"canary-{what.replace(' ', '-')}-title", f"title of the {what}", *known_to)
    case = cases.case(world.cast.customer, holder, title=title, service_id=service.id, **more)
    words = world.hide(f"canary-{what.replace(' ', '-')}-message", f"message of the {what}", *known_to)
    cases.message(case, world.cast.customer, body=words)
    return case
