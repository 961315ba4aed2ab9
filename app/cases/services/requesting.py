"""Asking for a service: a case at its organisation, or for a bundle a whole with its parts.

Details are asked once, whoever needs them, and each organisation sees of them what its part needs and she lets it see.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.services import bundling
from app.cases.services.opening import open_case
from app.community.compose import Composed
from app.community.services.checks import SHORTEST_TITLE
from app.db import db
from app.errors import Conflict, Invalid
from app.marketplace import policy
from app.marketplace.asking import Asked, asked_once
from app.marketplace.models.services import BundlePart, Service
from app.marketplace.queries import catalogue
from app.organisations.models import Organisation
from app.privacy.services.giving import give_detail
from app.verdict import require


@dataclass(frozen=True)
class Wish:
    """A service with all that is asked before it begins."""

    service: Service
    parts: Sequence[BundlePart]
    details: Sequence[Asked]
    conditions: Sequence[tuple[Service, str]]
    organisations: Mapping[int, Organisation]


def wish_for(service: Service) -> Wish:
    """Return what is asked of somebody who wants this service, with equal questions of several parts as one."""
    parts = catalogue.parts_of(service)
    services = [service, *(part.service for part in parts)]
    details = asked_once(services, catalogue.questions_of(*(each.id for each in services)))
    needing = {one for each in details for one in each.needed_by}
    return Wish(
        service=service,
        parts=parts,
        details=details,
        conditions=[(each, words) for each in services for words in each.conditions],
        organisations={each.organisation_id: each.organisation for each in services if each.organisation_id in needing},
    )


def request_service(
    actor: Actor,
    wish: Wish,
    *,
    text: Composed,
    values: Mapping[int, str],
    shown_to: Collection[int],
    conditions_hold: bool,
) -> Case:
    """Ask for a service: open the case, keep the details (by their place in the wish), let the chosen organisations
    see what they need of them, and plan and open the parts.

    Raises NotAllowed unless it is offered; Invalid, naming the field, where a condition does not hold or a detail
    is missing that an organisation cannot begin without, or that it may not see.
    """
    service = wish.service
    require(policy.can_ask_for(actor, service))
    if any(part.service.state != "published" for part in wish.parts):
        raise Conflict("part_not_offered", _l("A part of this bundle is not offered now."))
    if wish.conditions and not conditions_hold:
        words = _l("This service is only for people for whom all of this holds.")
        raise Invalid("conditions_do_not_hold", words, field="conditions")
    given = {place: value.strip() for place, value in values.items() if value.strip()}
    _check(wish, given, shown_to)
    whole = open_case(actor, title=title_for(service), text=text, service=service)
    for place, value in given.items():
        asked = wish.details[place]
        give_detail(
            actor,
            person_id=whole.asker_id,
            kind=asked.kind,
            label=asked.label,
            value=value,
            help_request_id=whole.id,
        )
    for organisation_id in sorted(set(shown_to) & set(wish.organisations)):
        kinds = {asked.kind for place, asked in enumerate(wish.details) if organisation_id in asked.needed_by}
        bundling.show_details(actor, whole, organisation_id, kinds)
    if service.is_bundle:
        bundling.plan_parts(actor, whole, wish.parts)
    db.session.flush()  # the page that follows looks for it
    return whole


def title_for(service: Service) -> str:
    """Return how a case about this service is called: a short name alone would not be understood."""
    return service.title if len(service.title) >= SHORTEST_TITLE else f"{service.title} · {service.organisation.name}"


def usual_words(service: Service) -> str:
    """Return what is written where somebody has nothing to add."""
    return _("I would like this: %(service)s", service=service.title)


def _check(wish: Wish, given: Mapping[int, str], shown_to: Collection[int]) -> None:
    for place, asked in enumerate(wish.details):
        if asked.required_by and place not in given:
            raise Invalid("detail_missing", _l("They cannot begin without this."), field=f"detail_{place}")
    for organisation_id, organisation in wish.organisations.items():
        needs = any(organisation_id in asked.required_by for asked in wish.details)
        if needs and organisation_id not in shown_to:
            words = _l("%(name)s cannot begin without seeing what it needs.", name=organisation.name)
            raise Invalid("not_shown", words, field=f"show_{organisation_id}")
