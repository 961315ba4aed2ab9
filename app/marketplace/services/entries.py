"""What an organisation says of a service, as it comes from a form: values that travel, and the rules they keep."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.community.services.checks import checked_category, in_one_line
from app.db import folded
from app.errors import Invalid
from app.marketplace.lengths import MOST_PARTS
from app.marketplace.order import is_possible
from app.prose.extract import excerpt
from app.prose.language import detect_language
from app.prose.rendering import render

SHORTEST_TITLE = 4
EXCERPT_LENGTH = 200
FEWEST_PARTS = 2


@dataclass(frozen=True)
class AskedDetail:
    """A detail that is asked before the service begins."""

    detail_kind: str
    label: str
    why: str = ""
    is_required: bool = True


@dataclass(frozen=True)
class PartChosen:
    """A part of a bundle: which service, which parts (by place in the list) come first, what its refusal means."""

    service_id: int
    needs: tuple[int, ...] = ()
    consequence: str = ""


@dataclass(frozen=True)
class Text:
    """What a service says, rendered; made before the first statement of a writing request."""

    body: str
    html: str
    renderer_version: int
    excerpt: str
    language: str


@dataclass(frozen=True)
class Entry:
    """All that an organisation says of a service. `price_cents` is None where the price is told on request."""

    title: str
    text: Text
    category_id: int
    tag_names: tuple[str, ...] = ()
    region: str = ""
    price_cents: int | None = None
    price_from: bool = False
    price_per: str = "once"
    currency: str = "EUR"
    answers_within_hours: int | None = None
    done_within_days: int | None = None
    conditions: tuple[str, ...] = ()
    questions: tuple[AskedDetail, ...] = ()
    parts: tuple[PartChosen, ...] = ()


def rendered(body: str, *, title: str, prior: str) -> Text:
    """Render what a service says and find its language. Raises Invalid for what cannot be stored."""
    made = render(body, source_format="markdown")
    language, _how = detect_language(f"{title}\n{body}", prior)
    return Text(body, made.html, made.renderer_version, excerpt(made.html, EXCERPT_LENGTH), language)


def columns_of(entry: Entry, *, had: int | None) -> dict[str, object]:
    """Return the columns of a service; `had` is the category it stands in already.

    Raises Invalid, naming the form's field, for what cannot be kept.
    """
    title = in_one_line(entry.title)
    if len(title) < SHORTEST_TITLE:
        raise Invalid("title_too_short", _l("Give it a name that can be understood."), field="title")
    region = in_one_line(entry.region)
    return {
        "title": title,
        "category_id": checked_category(entry.category_id, had=had).id,
        "body": entry.text.body,
        "body_html": entry.text.html,
        "renderer_version": entry.text.renderer_version,
        "excerpt": entry.text.excerpt,
        "language": entry.text.language,
        "region": region,
        "region_key": folded(region),
        "price_cents": entry.price_cents,
        "price_from": entry.price_from and entry.price_cents is not None,
        "price_per": entry.price_per,
        "currency": entry.currency,
        "answers_within_hours": entry.answers_within_hours,
        "done_within_days": entry.done_within_days,
        "conditions": [line for line in map(in_one_line, entry.conditions) if line],
    }


def check_parts(parts: tuple[PartChosen, ...]) -> None:
    """Raise Invalid where these cannot be the parts of one bundle, whatever the services are."""
    if not FEWEST_PARTS <= len(parts) <= MOST_PARTS:
        words = _l("A bundle has from %(few)d to %(most)d parts.", few=FEWEST_PARTS, most=MOST_PARTS)
        raise Invalid("parts_number", words, field="parts")
    if len({part.service_id for part in parts}) != len(parts):
        raise Invalid("part_twice", _l("Each service can be a part once."), field="parts")
    if not is_possible({position: part.needs for position, part in enumerate(parts)}):
        words = _l("The parts wait for each other in a circle, or for a part that is not there.")
        raise Invalid("parts_in_a_circle", words, field="parts")
