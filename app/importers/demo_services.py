"""Load what the organisations of the demo offer: services, and bundles of them. The words are in
demo_content/services.json.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.actor import SYSTEM
from app.community.tags import tag_name
from app.db import db, folded
from app.importers.demo_ids import SOURCE, DemoIds
from app.importers.demo_texts import DemoCommunity, read_services
from app.marketplace.events import ServicePublished
from app.marketplace.models.services import BundlePart, Service, ServiceQuestion, ServiceTag
from app.marketplace.services.entries import rendered
from app.outbox.record import event_row


def load_services(demo: DemoCommunity, ids: DemoIds, now: datetime) -> list[tuple[datetime, dict[str, object]]]:
    """Write services and bundles; return the facts that they were published, with their moments."""
    made: dict[str, Service] = {}
    for row in read_services():
        service = _service(row, ids, now)
        db.session.add(service)
        db.session.flush()  # questions, parts and facts carry the id
        made[row["key"]] = service
        for position, asked in enumerate(row["questions"]):
            db.session.add(
                ServiceQuestion(
                    service_id=service.id,
                    position=position,
                    detail_kind=asked["kind"],
                    label=asked["label"],
                    why=asked["why"],
                    is_required=asked["required"],
                )
            )
        names = (tag_name(demo.tags[topic][row["language"]]) for topic in row["topics"])
        db.session.add_all(
            ServiceTag(service_id=service.id, tag_id=ids.tags[name]) for name in names if name in ids.tags
        )
        places = {part["service"]: position for position, part in enumerate(row.get("parts", ()))}
        for part in row.get("parts", ()):
            db.session.add(
                BundlePart(
                    bundle_id=service.id,
                    position=places[part["service"]],
                    service_id=made[part["service"]].id,
                    needs=[places[key] for key in part["needs"]],
                    consequence=part["consequence"],
                )
            )
    return [_told(service, now) for service in made.values()]


def _service(row: dict[str, Any], ids: DemoIds, now: datetime) -> Service:
    text = rendered("\n".join(row["body"]), title=row["title"], prior=row["language"])
    published_at = now - timedelta(days=row["published_days_ago"])
    return Service(
        organisation_id=ids.organisations[row["organisation"]],
        kind="bundle" if "parts" in row else "single",
        category_id=ids.categories[row["category"]],
        title=row["title"],
        body=text.body,
        body_html=text.html,
        renderer_version=text.renderer_version,
        excerpt=text.excerpt,
        language=row["language"],
        region=row["region"],
        region_key=folded(row["region"]),
        price_cents=row["price_cents"],
        price_from=row.get("price_from", False),
        price_per=row.get("price_per", "once"),
        answers_within_hours=row["answers_within_hours"],
        done_within_days=row["done_within_days"],
        conditions=row["conditions"],
        state="published",
        created_at=published_at,
        changed_at=published_at,
        published_at=published_at,
    )


def _told(service: Service, now: datetime) -> tuple[datetime, dict[str, object]]:
    published = ServicePublished(service_id=service.id, organisation_id=service.organisation_id)
    moment = {"happened_at": service.created_at, "recorded_at": now}
    row = event_row(published, by=SYSTEM, request_id=None, channel="import", source=SOURCE, **moment)
    return service.created_at, row
