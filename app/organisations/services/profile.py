"""What an organisation says of itself; and how one begins, which is the front desk's work."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import select

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.db import db, upsert
from app.errors import Conflict
from app.organisations import policy
from app.organisations.events import OrganisationFounded, OrganisationProfileChanged
from app.organisations.models import FormerName, Organisation
from app.organisations.services.seats import take_seat
from app.outbox.facts import Code
from app.outbox.record import record
from app.verdict import SENTENCES, require

_TRIES = 20


@dataclass(frozen=True)
class Profile:
    """What owners and managers say: its name, what it is for per language, the languages it helps in, its site."""

    name: str
    texts: dict[str, str]
    languages: list[str]
    website: str


def change_profile(actor: Actor, organisation: Organisation, profile: Profile) -> None:
    """Say this from now on. The name before is kept: the identity was checked under it, and people know it."""
    require(policy.can_keep(actor, organisation.id))
    before = organisation.name
    if profile.name != before:
        db.session.add(FormerName(organisation_id=organisation.id, name=before, until=clock.now()))
    organisation.name, organisation.website = profile.name, profile.website
    organisation.texts = {**organisation.texts, **profile.texts}
    organisation.languages = profile.languages
    changed = OrganisationProfileChanged(organisation_id=organisation.id, is_renamed=profile.name != before)
    record(changed, by=actor.in_capacity(organisation.id))


def found(actor: Actor, *, kind: str, name: str, languages: list[str], owner: Person) -> Organisation:
    """Let an organisation take part, with its first owner. Whether the actor may, the caller has asked.

    Raises Conflict where there is a front desk already and this would be another.
    """
    is_second_desk = kind == "front_desk" and db.session.scalar(
        select(Organisation.id).where(Organisation.kind == "front_desk")
    )
    if is_second_desk:
        raise Conflict("one_front_desk", SENTENCES["one_front_desk"])
    organisation = db.session.get_one(Organisation, _founded(kind=kind, name=name, languages=languages))
    record(OrganisationFounded(organisation_id=organisation.id, of_kind=Code(kind)), by=actor)
    take_seat(actor, organisation, owner.id, role="owner")
    return organisation


def slug_from(name: str) -> str:
    """Return the name as it may stand in an address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "organisation"


def _founded(*, kind: str, name: str, languages: list[str]) -> int:
    row = {
        "kind": kind,
        "name": name,
        "texts": {},
        "languages": languages,
        "website": "",
        "created_at": clock.now(),
    }
    wanted = slug_from(name)
    for number in range(1, _TRIES):
        slug = wanted if number == 1 else f"{wanted}-{number}"
        # Inserted where it is free, not looked up first: two may begin under one name at once.
        made = upsert(Organisation).values(slug=slug, **row).on_conflict_do_nothing(index_elements=["slug"])
        organisation_id = db.session.scalar(made.returning(Organisation.id))
        if organisation_id is not None:
            return int(organisation_id)
    raise Conflict("no_slug_left")
