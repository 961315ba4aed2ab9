"""The catalogue: what is offered, found by words, category, region, organisation and price; one service and its parts.

A published service is for everybody. Before and after, it is for the people of its organisation alone; to others a
draft is absent, and one that was withdrawn is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.actor import Actor
from app.community.models.shelves import Category, Tag
from app.db import db, folded
from app.errors import Gone, NotFound
from app.marketplace.models.services import BundlePart, Service, ServiceQuestion, ServiceTag
from app.organisations.models import Organisation
from app.paging import Key, Page, older_than

PRICES = ("free", "told", "on_request")
MOST_WORDS = 8
MOST_PARTS_TO_CHOOSE = 500


@dataclass(frozen=True)
class Wanted:
    """What a list of services is narrowed to; empty means any."""

    text: str = ""
    category: str = ""
    region: str = ""
    organisation: str = ""
    price: str = ""

    @property
    def is_narrowed(self) -> bool:
        return any((self.text, self.category, self.region, self.organisation, self.price))


@dataclass(frozen=True)
class Choices:
    """What the catalogue can be narrowed to: only what leads somewhere."""

    categories: Sequence[Category] = field(default_factory=tuple)
    organisations: Sequence[Organisation] = field(default_factory=tuple)
    regions: Sequence[str] = field(default_factory=tuple)


def offered() -> ColumnElement[bool]:
    """Return the condition on services, joined to their organisation, that holds for those everybody may ask for."""
    return and_(Service.state == "published", Organisation.closed_at.is_(None))


def services_for(wanted: Wanted, *, after: Key | None = None, size: int) -> Page[Service]:
    """Return one page of what is offered, newest first."""
    asked = _joined().where(offered(), *_conditions(wanted)).order_by(Service.published_at.desc(), Service.id.desc())
    if after is not None:
        asked = asked.where(older_than(after, Service.published_at.expression, Service.id.expression))
    rows = db.session.scalars(asked.limit(size + 1)).all()
    last = rows[size - 1] if len(rows) > size else None
    key = Key(last.published_at, last.id) if last is not None and last.published_at is not None else None
    return Page(rows[:size], key)


def choices() -> Choices:
    """Return the categories, organisations and regions in which something is offered."""
    of = select(Service.id).join(Service.organisation).where(offered())
    used = select(_standing()).where(Category.id.in_(of.with_only_columns(Service.category_id)))
    categories = select(Category).where(Category.id.in_(used))
    organisations = select(Organisation).where(Organisation.id.in_(of.with_only_columns(Service.organisation_id)))
    regions = of.with_only_columns(func.min(Service.region)).where(Service.region_key != "")
    return Choices(
        db.session.scalars(categories.order_by(Category.position, Category.id)).all(),
        db.session.scalars(organisations.order_by(Organisation.name, Organisation.id)).all(),
        db.session.scalars(regions.group_by(Service.region_key).order_by(Service.region_key)).all(),
    )


def service_for(viewer: Actor, service_id: int) -> Service:
    """Return a service the viewer may see. Raises NotFound, or Gone for one that everybody could see once."""
    found = db.session.scalars(_joined().where(Service.id == service_id)).unique().one_or_none()
    if found is None:
        raise NotFound
    if viewer.works_for(found.organisation_id, "services"):
        return found
    if found.organisation.closed_at is not None or found.state == "draft":
        raise NotFound
    if found.state == "withdrawn":
        raise Gone("service_withdrawn", _l("This service is no longer offered."))
    return found


def services_of(organisation_id: int) -> Sequence[Service]:
    """Return everything in an organisation's catalogue, drafts first. For its own people."""
    in_order = {"draft": 0, "published": 1, "withdrawn": 2}
    rows = db.session.scalars(_joined().where(Service.organisation_id == organisation_id).order_by(Service.id)).all()
    return sorted(rows, key=lambda each: (in_order[each.state], folded(each.title)))


def offered_by(organisation_id: int, *, most: int) -> Sequence[Service]:
    """Return what an organisation offers, newest first."""
    of = _joined().where(offered(), Service.organisation_id == organisation_id)
    return db.session.scalars(of.order_by(Service.published_at.desc(), Service.id.desc()).limit(most)).all()


def questions_of(*service_ids: int) -> Sequence[ServiceQuestion]:
    """Return the details that these services ask for, in order."""
    asked = select(ServiceQuestion).where(ServiceQuestion.service_id.in_(service_ids))
    return db.session.scalars(asked.order_by(ServiceQuestion.service_id, ServiceQuestion.position)).all()


def tags_of(service_id: int) -> Sequence[str]:
    """Return the names of what a service is about."""
    standing = aliased(Tag)
    named = (
        select(standing.name)
        .join(Tag, standing.id == func.coalesce(Tag.synonym_of_id, Tag.id))
        .join(ServiceTag, ServiceTag.tag_id == Tag.id)
        .where(ServiceTag.service_id == service_id)
    )
    return db.session.scalars(named.distinct().order_by(standing.name)).all()


def parts_of(bundle: Service) -> Sequence[BundlePart]:
    """Return the parts of a bundle with their services, in order; none for a single service."""
    if not bundle.is_bundle:
        return ()
    parts = select(BundlePart).where(BundlePart.bundle_id == bundle.id).order_by(BundlePart.position)
    with_service = joinedload(BundlePart.service).joinedload(Service.organisation)
    return db.session.scalars(parts.options(with_service)).all()


def bundles_with(service: Service, *, most: int = 5) -> Sequence[Service]:
    """Return the bundles on offer of which this service is a part."""
    of = _joined().where(offered(), Service.id.in_(select(BundlePart.bundle_id).where(_is_part(service.id))))
    return db.session.scalars(of.order_by(Service.id).limit(most)).all()


def others_like(
    service: Service, *, most: int = 3, without: Sequence[int] = (), is_same_topic: bool = False
) -> Sequence[Service]:
    """Return services of other organisations that may take the place of this one, offered where this one is or
    everywhere: about the same topic; where it has none, in its category, unless `is_same_topic`. The same price period
    comes first, then the cheapest.
    """
    here = Service.region_key.in_({"", service.region_key}) if service.region_key else Service.id.is_not(None)
    topics = select(ServiceTag.tag_id).where(ServiceTag.service_id == service.id)
    same_topic = Service.id.in_(select(ServiceTag.service_id).where(ServiceTag.tag_id.in_(topics)))
    same_shelf = and_(~topics.exists(), Service.category_id == service.category_id)
    of = (
        _joined()
        .where(offered(), here, Service.kind == "single", same_topic if is_same_topic else or_(same_topic, same_shelf))
        .where(Service.organisation_id != service.organisation_id, Service.organisation_id.not_in(without))
    )
    same = (Service.price_per == service.price_per).desc()
    price = (Service.price_cents.is_(None), Service.price_cents, Service.id)
    return db.session.scalars(of.order_by(same, *price).limit(most)).all()


def parts_to_choose() -> Sequence[Service]:
    """Return the services of which a bundle can be made, by organisation and title."""
    of = _joined().where(offered(), Service.kind == "single").order_by(Organisation.name, Service.title, Service.id)
    return db.session.scalars(of.limit(MOST_PARTS_TO_CHOOSE)).all()


def _joined() -> Select[Service]:
    return select(Service).join(Service.organisation).options(contains_eager(Service.organisation))


def _standing() -> ColumnElement[int]:
    """Return the id of the category that stands for a category: itself, or the one that took over from it."""
    return func.coalesce(Category.merged_into_id, Category.id)


def _is_part(service_id: int) -> ColumnElement[bool]:
    return BundlePart.service_id == service_id


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_has(word) for word in folded(wanted.text).split()[:MOST_WORDS]]
    if wanted.category:
        asked = select(_standing()).where(Category.slug == wanted.category).scalar_subquery()
        found.append(Service.category_id.in_(select(Category.id).where(_standing() == asked)))
    if wanted.region:
        # What is offered everywhere is offered there too.
        found.append(Service.region_key.in_(("", folded(wanted.region))))
    if wanted.organisation:
        found.append(Organisation.slug == wanted.organisation)
    if wanted.price in PRICES:
        price = Service.price_cents
        found.append({"free": price == 0, "told": price > 0, "on_request": price.is_(None)}[wanted.price])
    return found


def _has(word: str) -> ColumnElement[bool]:
    """Return the condition that a word, or a part of one, stands in what a service says or in whose it is."""
    places = (Service.title, Service.body, Organisation.name)
    return or_(*(func.lower(place).contains(word, autoescape=True) for place in places))
