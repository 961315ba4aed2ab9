"""The public pages: the catalogue, and one service."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _

from app.community.links import slug_of
from app.community.views.blueprint import category_words, moved
from app.marketplace.asking import asked_once
from app.marketplace.links import service_url
from app.marketplace.order import days_in_all
from app.marketplace.queries import catalogue
from app.marketplace.views.blueprint import Answered, bp, bundle_price, price_of
from app.paging import Key
from app.web.access import public
from app.web.current_actor import actor
from app.web.kept_pages import kept
from app.web.language import url_with

PAGE_SIZE = 20


@bp.get("/services")
@public
@kept
def service_list() -> Answered:
    """What organisations offer, narrowed by words, category, region, organisation and price."""
    names = ("q", "category", "region", "organisation", "price")
    given = {name: request.args.get(name, "")[:200].strip() for name in names}
    wanted = catalogue.Wanted(text=given.pop("q"), **given)
    after = Key.parse(request.args.get("after"))
    page = catalogue.services_for(wanted, after=after, size=PAGE_SIZE)
    found = catalogue.choices()
    return render_template(
        "marketplace/services.html",
        page=page,
        wanted=wanted,
        categories={each.slug: category_words(each)["name"] for each in found.categories},
        organisations={each.slug: each.name for each in found.organisations},
        regions={each: each for each in found.regions},
        prices={"free": _("Free"), "told": _("With a price"), "on_request": _("Price on request")},
        is_first=after is None,
        older=None if page.next_key is None else url_with(after=str(page.next_key)),
    )


@bp.get("/services/<int:service_id>")
@bp.get("/services/<int:service_id>/<slug>")
@public
@kept
def service(service_id: int, slug: str | None = None) -> Answered:
    """One service: what somebody gets, for what price, when, for whom it is, and what is asked."""
    found = catalogue.service_for(actor(), service_id)
    if slug != slug_of(found.title):
        return moved(service_url(found.id, found.title))
    parts = catalogue.parts_of(found)
    services = [found, *(part.service for part in parts)]
    needs = {part.position: part.needs for part in parts}
    return render_template(
        "marketplace/service.html",
        service=found,
        details=asked_once(services, catalogue.questions_of(*(each.id for each in services))),
        tags=catalogue.tags_of(found.id),
        parts=parts,
        price=bundle_price(found, [part.service for part in parts]) if parts else price_of(found),
        days=days_in_all(needs, {part.position: part.service.done_within_days for part in parts}),
        is_whole=all(part.service.state == "published" for part in parts),
        bundles=() if found.is_bundle else catalogue.bundles_with(found),
        others=() if found.is_bundle else catalogue.others_like(found),
    )
