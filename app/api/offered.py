"""The catalogue for programs: what is offered, one service with all it asks for, and asking for it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from app.api.blueprint import bp
from app.api.messages import Length, OneOf, Range
from app.api.schemas import MOST_PER_PAGE, TrueOrFalse, storable
from app.cases.services.requesting import Wish, request_service, usual_words, wish_for
from app.community.compose import compose
from app.community.lengths import LONGEST_BODY
from app.community.links import slug_of
from app.errors import Invalid
from app.marketplace import policy
from app.marketplace.lengths import PERIODS
from app.marketplace.models.services import Service
from app.marketplace.queries import catalogue
from app.paging import Key
from app.privacy.kinds import LONGEST_VALUE, fitting
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.language import current_language

Told = dict[str, Any]


class ServiceSummary(Schema):
    """A service as lists give it. Without `price_cents` the price is told on request; `region` is empty everywhere."""

    id = fields.Integer(required=True)
    url = fields.Url(required=True, require_tld=False)
    kind = fields.String(required=True, validate=validate.OneOf(("single", "bundle")))
    title = fields.String(required=True)
    excerpt = fields.String(required=True)
    language = fields.String(required=True)
    organisation = fields.String(required=True)
    region = fields.String(required=True)
    price_cents = fields.Integer(required=True, allow_none=True)
    price_from = fields.Boolean(required=True)
    price_per = fields.String(required=True, validate=validate.OneOf(PERIODS))
    currency = fields.String(required=True)
    answers_within_hours = fields.Integer(required=True, allow_none=True)
    done_within_days = fields.Integer(required=True, allow_none=True)


class Asker(Schema):
    """An organisation that needs a detail. Where it is `required`, it cannot begin without it."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    required = fields.Boolean(required=True)


class AskedDetail(Schema):
    """A detail that is asked before a service begins, once, whoever needs it."""

    kind = fields.String(required=True)
    label = fields.String(required=True)
    why = fields.List(fields.String(), required=True)
    needed_by = fields.List(fields.Nested(Asker), required=True)


class OneService(ServiceSummary):
    """A service in full. `html` is what pages show; `parts` are those of a bundle, in order."""

    html = fields.String(required=True)
    conditions = fields.List(fields.String(), required=True)
    details = fields.List(fields.Nested(AskedDetail), required=True)
    parts = fields.List(fields.Nested(ServiceSummary), required=True)


class ServicePage(Schema):
    """One page of services; `next` is what to send as `after` for the following one, null on the last."""

    items = fields.List(fields.Nested(ServiceSummary), required=True)
    next = fields.String(allow_none=True, required=True)


class ServiceArguments(Schema):
    """Which services to list; what is left out narrows nothing."""

    q = fields.String(load_default="", validate=[storable, Length(max=200)])
    category = fields.String(load_default="", validate=[storable, Length(max=200)])
    region = fields.String(load_default="", validate=[storable, Length(max=200)])
    organisation = fields.String(load_default="", validate=[storable, Length(max=200)])
    price = fields.String(load_default="", validate=OneOf(("", *catalogue.PRICES)))
    after = fields.String(load_default=None, metadata={"description": "`next` of the page before."})
    limit = fields.Integer(load_default=25, validate=Range(1, MOST_PER_PAGE))


class NewWish(Schema):
    """Asking for a service. `details` in the order in which the service names them, an empty text for one that is not
    given; `shown_to` the ids of the organisations that may see what they need of them.
    """

    body = fields.String(load_default="", validate=[storable, Length(max=LONGEST_BODY)])
    details = fields.List(fields.String(validate=[storable, Length(max=LONGEST_VALUE)]), load_default=list)
    shown_to = fields.List(fields.Integer(strict=True), load_default=list)
    conditions_hold = TrueOrFalse(load_default=False)


class Opened(Schema):
    """The case that was opened; `id` is its public id."""

    id = fields.String(required=True)
    url = fields.Url(required=True, require_tld=False)


@bp.get("/services")
@signed_in
@bp.arguments(ServiceArguments, location="query")
@bp.response(200, ServicePage)
def service_list(wanted: Told) -> Told:
    """What organisations offer, newest first."""
    after = None
    if wanted["after"] is not None:
        after = Key.parse(wanted["after"])
        if after is None:
            raise Invalid("unknown_page", _l("This is not the end of a page."), field="after")
    names = ("category", "region", "organisation", "price")
    narrowed = catalogue.Wanted(text=wanted["q"], **{name: wanted[name] for name in names})
    page = catalogue.services_for(narrowed, after=after, size=wanted["limit"])
    next_key = None if page.next_key is None else str(page.next_key)
    return {"items": [_summary(each) for each in page.rows], "next": next_key}


@bp.get("/services/<int:service_id>")
@signed_in
@bp.response(200, OneService)
def one_service(service_id: int) -> Told:
    """One service: what somebody gets, for whom it is, and what is asked."""
    found = catalogue.service_for(actor(), service_id)
    wish = wish_for(found)
    return {
        **_summary(found),
        "html": found.body_html,
        "conditions": [words for _service, words in wish.conditions],
        "details": [
            {
                "kind": asked.kind,
                "label": asked.label,
                "why": [why for _name, why in asked.whys],
                "needed_by": [
                    {"id": each, "name": name, "required": each in asked.required_by}
                    for each, name in asked.needed_by.items()
                ],
            }
            for asked in wish.details
        ],
        "parts": [_summary(part.service) for part in wish.parts],
    }


@bp.post("/services/<int:service_id>/requests")
@signed_in
@bp.arguments(NewWish)
@bp.response(201, Opened)
def ask_service(sent: Told, service_id: int) -> Told:
    """Ask for a service, for yourself or whom you represent: it opens a case."""
    throttle.count("ask_by_person", str(actor().person_id))
    me = actor() if actor().representing_person_id is not None else actor().in_capacity(None)
    found = catalogue.service_for(me, service_id)
    require(policy.can_ask_for(me, found))
    wish = wish_for(found)
    values = _values(wish, sent["details"])
    try:
        opened = request_service(
            me,
            wish,
            text=compose(sent["body"] or usual_words(found), title=found.title, prior=current_language()),
            values=values,
            shown_to=sent["shown_to"],
            conditions_hold=sent["conditions_hold"],
        )
    except Invalid as error:
        error.field = _named(error.field or "")
        raise
    return {"id": opened.public_id, "url": url_for("cases.case", public_id=opened.public_id, _external=True)}


def _values(wish: Wish, details: list[str]) -> dict[int, str]:
    """Return what was given by place. Raises Invalid for what no detail stands for, or cannot be one of its kind."""
    if len(details) > len(wish.details):
        raise Invalid("too_many_details", _l("There are more details here than are asked for."), field="details")
    for place, (asked, value) in enumerate(zip(wish.details, details, strict=False)):
        if value.strip():
            fitting(asked.kind, value, field=f"details.{place}")
    return dict(enumerate(details))


def _named(field: str) -> str:
    """Return what a field of the page's form is called here."""
    if field.startswith("show_"):
        return "shown_to"
    return {"conditions": "conditions_hold"}.get(field, field.replace("detail_", "details."))


def _summary(service: Service) -> Told:
    names = (
        "id",
        "kind",
        "title",
        "excerpt",
        "language",
        "region",
        "price_cents",
        "price_from",
        "price_per",
        "currency",
    )
    times = ("answers_within_hours", "done_within_days")
    told = {name: getattr(service, name) for name in (*names, *times)}
    url = url_for("services.service", service_id=service.id, slug=slug_of(service.title), _external=True)
    return {**told, "organisation": service.organisation.name, "url": url}
