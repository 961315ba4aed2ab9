"""An organisation keeps its catalogue: begin an entry, change it, publish it, withdraw it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from app import clock
from app.actor import Actor
from app.community.services.checks import in_one_line
from app.community.tags import standing_names, tag_ids
from app.db import changed_rows, db
from app.errors import Invalid
from app.marketplace import policy
from app.marketplace.events import ServiceChanged, ServiceMade, ServicePublished, ServiceWithdrawn
from app.marketplace.models.services import BundlePart, Service, ServiceQuestion, ServiceTag
from app.marketplace.services.entries import Entry, check_parts, columns_of
from app.outbox.record import record
from app.verdict import require


def make_service(actor: Actor, kind: str, entry: Entry) -> Service:
    """Begin an entry in the catalogue of the organisation one acts for: a draft that only its people see.

    Raises Invalid, naming the form's field, for what cannot be kept.
    """
    require(policy.can_offer_services(actor))
    assert actor.acting_for_organisation_id is not None
    now = clock.now()
    service = Service(
        kind=kind,
        organisation_id=actor.acting_for_organisation_id,
        created_at=now,
        changed_at=now,
        **columns_of(entry, had=None),
    )
    db.session.add(service)
    db.session.flush()  # questions, parts and the fact carry the id
    _keep_lists(service, entry)
    record(ServiceMade(service_id=service.id, organisation_id=service.organisation_id), by=actor)
    return service


def change_service(actor: Actor, service: Service, entry: Entry, *, version: int) -> None:
    """Write an entry over. Raises Invalid where it is no longer of the version its writer saw: what she typed is kept,
    and the newest version is not.
    """
    require(policy.can_edit(actor, service))
    values = {**columns_of(entry, had=service.category_id), "changed_at": clock.now(), "row_version": version + 1}
    as_seen = update(Service).where(Service.id == service.id, Service.row_version == version)
    if changed_rows(db.session.execute(as_seen.values(values))) == 0:
        words = _l("Somebody else changed this service meanwhile. Look at it in another window before you go on.")
        raise Invalid("changed_meanwhile", words)
    db.session.refresh(service)
    _keep_lists(service, entry)
    if service.state == "published":
        _check_offered(service)
    record(ServiceChanged(service_id=service.id, organisation_id=service.organisation_id), by=actor)


def publish(actor: Actor, service: Service) -> None:
    """Let everybody see a service and ask for it. Raises Invalid where a bundle's parts are not all offered."""
    require(policy.can_edit(actor, service))
    _check_offered(service)
    if _moved(service, "published", "draft", "withdrawn"):
        record(ServicePublished(service_id=service.id, organisation_id=service.organisation_id), by=actor)


def withdraw(actor: Actor, service: Service) -> None:
    """Offer a service no longer. What was agreed about it, and cases that were opened, go on."""
    require(policy.can_edit(actor, service))
    if _moved(service, "withdrawn", "published"):
        record(ServiceWithdrawn(service_id=service.id, organisation_id=service.organisation_id), by=actor)


def _moved(service: Service, state: str, *before: str) -> bool:
    """Bring a service into a state, and say whether it was in one before: of two who press at once, one does it."""
    now = clock.now()
    values = {"state": state, "changed_at": now, "row_version": Service.row_version + 1}
    if state == "published":
        values["published_at"] = now
    row = update(Service).where(Service.id == service.id, Service.state.in_(before))
    return changed_rows(db.session.execute(row.values(values))) == 1


def _keep_lists(service: Service, entry: Entry) -> None:
    db.session.execute(delete(ServiceTag).where(ServiceTag.service_id == service.id))
    for tag_id in tag_ids(standing_names(entry.tag_names)):
        db.session.add(ServiceTag(service_id=service.id, tag_id=tag_id))
    db.session.execute(delete(ServiceQuestion).where(ServiceQuestion.service_id == service.id))
    for position, asked in enumerate(entry.questions):
        db.session.add(ServiceQuestion(service_id=service.id, position=position, **vars(asked)))
    if service.is_bundle:
        _keep_parts(service, entry)
    db.session.flush()  # whether all parts are offered is asked next


def _keep_parts(bundle: Service, entry: Entry) -> None:
    check_parts(entry.parts)
    chosen = [part.service_id for part in entry.parts]
    # A draft of another organisation is nobody's to name: it is as absent as an id that never was.
    known = select(Service.id).where(Service.id.in_(chosen), Service.kind == "single")
    known = known.where((Service.state != "draft") | (Service.organisation_id == bundle.organisation_id))
    if len(db.session.scalars(known).all()) != len(chosen):
        raise Invalid("unknown_part", _l("Choose the services from the list."), field="parts")
    db.session.execute(delete(BundlePart).where(BundlePart.bundle_id == bundle.id))
    for position, part in enumerate(entry.parts):
        db.session.add(
            BundlePart(
                bundle_id=bundle.id,
                position=position,
                service_id=part.service_id,
                needs=sorted(set(part.needs)),
                consequence=in_one_line(part.consequence),
            )
        )


def _check_offered(service: Service) -> None:
    parts = select(BundlePart).where(BundlePart.bundle_id == service.id).options(joinedload(BundlePart.service))
    missing = [part.service.title for part in db.session.scalars(parts) if part.service.state != "published"]
    if missing:
        words = _l("Not all parts are offered now: %(titles)s", titles=", ".join(missing))
        raise Invalid("part_not_offered", words, field="parts")
