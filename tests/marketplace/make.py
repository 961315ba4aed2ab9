"""Rows of the marketplace for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from app import clock
from app.accounts.models import Person
from app.community.models.shelves import Tag
from app.db import db, folded
from app.marketplace.models.quotes import Quote, QuoteLine
from app.marketplace.models.services import BundlePart, Service, ServiceQuestion, ServiceTag
from app.organisations.models import Organisation
from app.requests.models import HelpRequest
from tests.community import make as community


def service(organisation: Organisation, title: str = "Parking permit", **more: Any) -> Service:
    """Make a published service unless `state` says otherwise."""
    now = clock.now()
    body = more.pop("body", "We arrange it for you.")
    region = more.pop("region", "")
    category = more.pop("category", None) or community.category()
    state = more.get("state", "published")
    values: dict[str, Any] = {
        "language": "en",
        "price_cents": 4_500,
        "created_at": now,
        "changed_at": now,
        "state": "published",
        "published_at": None if state == "draft" else now,
        "conditions": [],
        **more,
    }
    made = Service(
        organisation=organisation,
        category=category,
        title=title,
        body=body,
        body_html=f"<p>{body}</p>",
        renderer_version=1,
        excerpt=body,
        region=region,
        region_key=folded(region),
        **values,
    )
    db.session.add(made)
    db.session.flush()  # questions and parts point to it
    return made


def about(service: Service, tag: Tag) -> None:
    """Say what a service is about."""
    db.session.add(ServiceTag(service_id=service.id, tag_id=tag.id))
    db.session.flush()  # queries look for it


def question(service: Service, detail_kind: str, label: str = "", **more: Any) -> ServiceQuestion:
    """Let a service ask for a detail."""
    position = db.session.query(ServiceQuestion).filter_by(service_id=service.id).count()
    made = ServiceQuestion(
        service_id=service.id, position=position, detail_kind=detail_kind, label=label or detail_kind, **more
    )
    db.session.add(made)
    db.session.flush()  # tests use the id
    return made


def bundle(organisation: Organisation, parts: Sequence[Service], *, needs: Any = None, **more: Any) -> Service:
    """Make a bundle of these services; `needs` maps a part's position to those that come first, `consequences` to what
    it means when it is refused.
    """
    consequences = more.pop("consequences", {})
    made = service(organisation, **{"title": "Buying a car", "kind": "bundle", **more})
    for position, part in enumerate(parts):
        db.session.add(
            BundlePart(
                bundle_id=made.id,
                position=position,
                service_id=part.id,
                needs=list((needs or {}).get(position, ())),
                consequence=consequences.get(position, f"Without {part.title} you cannot drive."),
            )
        )
    db.session.flush()  # queries look for them
    return made


def quote(request: HelpRequest, organisation: Organisation, by: Person, **more: Any) -> Quote:
    """Make an open quote of one line; `cents` is its amount."""
    now = clock.now()
    cents = more.pop("cents", 12_000)
    values: dict[str, Any] = {
        "title": "The permit, arranged",
        "language": "en",
        "currency": "EUR",
        "change_terms": "Tell us a week before.",
        "cancellation_terms": "At the end of any month.",
        "valid_until": now + timedelta(days=14),
        "made_at": now,
        **more,
    }
    made = Quote(help_request_id=request.id, organisation=organisation, made_by_id=by.id, **values)
    db.session.add(made)
    db.session.flush()  # the line points to it
    db.session.add(QuoteLine(quote_id=made.id, position=0, words="The work", amount_cents=cents, per="once"))
    db.session.flush()  # queries look for it
    return made
