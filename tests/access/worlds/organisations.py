"""The part of the world about seats, invitations, domains, acting for others, and how helpers are reached."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.accounts.tokens import digest
from app.db import db
from app.organisations.models import Membership, Organisation
from tests.access.worlds.base import MISSING, World
from tests.accounts import make as accounts
from tests.organisations import make as organisations
from tests.providers import make as providers


def add(world: World) -> None:
    """Make the rows: the partner keeps the plumbers, the agent is one of the waterworks' people."""
    cast = world.cast
    plumbers, waterworks = {"slug": cast.plumbers.slug}, {"slug": cast.waterworks.slug}
    missing = {"slug": "nobody-founded-this"}
    world.objects["console"] = {"plumbers": plumbers, "waterworks": waterworks, "missing": missing}

    def kept(kind: str, column: str, own: int, others: int) -> None:
        """List a thing of the plumbers, one of the waterworks asked for at the plumbers' address, and none."""
        states = {"there": own, "elsewhere": others, "missing": MISSING}
        world.objects[kind] = {state: {**plumbers, column: number} for state, number in states.items()}

    colleague = accounts.person("Mia Member")
    member = organisations.membership(colleague, cast.plumbers, role="reader")
    seats = {seat.person_id: seat for seat in db.session.scalars(select(Membership))}
    kept("member", "membership_id", member.id, seats[cast.agent.id].id)
    world.objects["seat"] = {
        "agents": {"membership_id": seats[cast.agent.id].id},
        "last owners": {"membership_id": seats[cast.partner.id].id},
        "missing": {"membership_id": MISSING},
    }

    def invitation(organisation: Organisation, words: str, *known_to: str) -> int:
        email = world.hide(f"canary-{words}@example.org", f"address of {words}", *known_to)
        made = organisations.invitation(organisation, email, by=cast.partner)
        return int(made.id)

    own, others = invitation(cast.plumbers, "plumbers-guest", "partner"), invitation(cast.waterworks, "guest")
    kept("invitation", "invitation_id", own, others)
    organisations.invitation(cast.plumbers, "letter@example.org", by=cast.partner, token="invitation token")

    def domain(organisation: Organisation, name: str, *known_to: str) -> int:
        hidden = world.hide(f"samen-domain=canary-{name}", f"record of {name}", *known_to)
        return int(organisations.domain(organisation, name, record_token=hidden).id)

    own, others = domain(cast.plumbers, "drains.example.org", "partner"), domain(cast.waterworks, "w.example.org")
    kept("domain", "domain_id", own, others)
    by_mail = organisations.domain(cast.plumbers, "pipes.example.org")
    by_mail.mail_token_digest, by_mail.mail_expires_at = digest("domain token"), clock.now() + timedelta(days=1)
    waiting = {"accepted_at": None, "accepted_by_id": None}
    offered = organisations.engagement(cast.energy, cast.plumbers, by=cast.rival, **waiting)
    elsewhere = organisations.engagement(cast.energy, cast.waterworks, by=cast.rival, **waiting)
    kept("engagement", "engagement_id", offered.id, elsewhere.id)
    asked = organisations.representation(cast.customer, cast.outsider, consented_at=None, asked_by_id=cast.outsider.id)
    world.objects["representation"] = {
        "asked": {"representation_id": asked.id},
        "missing": {"representation_id": MISSING},
    }
    providers.opening_hours(cast.plumbers, days=[[[0, 1440]]] * 7, public_holidays=[])
    world.objects["checked organisation"] = {
        "there": {"organisation_id": cast.energy.id},
        "missing": {"organisation_id": MISSING},
    }
    world.objects["checked person"] = {"there": {"person_id": cast.peer.id}, "missing": {"person_id": MISSING}}
    words = {"partner_handle": cast.partner.handle, "peer_handle": cast.peer.handle, "energy": str(cast.energy.id)}
    world.words.update(words)
