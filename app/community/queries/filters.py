"""One's own saved filters, and what of an address is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, select

from app.actor import Actor
from app.community.models.saved_filters import SavedFilter
from app.community.queries.lists import ORDERS, QuestionRow, questions_for
from app.community.queries.shelves import category_called, tag_called
from app.community.queries.worth import most_valuable
from app.db import db, is_storable
from app.errors import Invalid, NotFound
from app.paging import Page

# What the address of each page calls what can be asked of it.
ASKED = {
    "questions": ("order",),
    "category": ("slug", "order"),
    "tag": ("name", "order"),
    "search": ("q", "kind", "state", "category", "tag", "language", "sort"),
}
# One of these a filter cannot do without.
NEEDED = {"category": {"slug"}, "tag": {"name"}, "search": {"q", "kind", "state", "category", "tag", "language"}}
# What can be chosen on the search page; of some of these kinds it is told what is new.
KINDS, NEWS_KINDS = ("question", "article", "service", "person", "case"), frozenset({"question", "article"})
CHOICES = {"kind": KINDS, "state": ("unanswered", "answered", "accepted", "closed"), "sort": ("newest", "votes")}
LONGEST_VALUE = 200
LIST_ORDERS = (*ORDERS, "valuable")


def asked_of(place: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return what of an address is a filter of this page, without what is usual or no choice. Raises Invalid when
    nothing is.
    """
    if place not in ASKED:
        raise Invalid("unknown_filter", _NO_FILTER)
    found = {name: " ".join(given.get(name, "").split()) for name in ASKED[place]}
    found = {name: value for name, value in found.items() if value and value in CHOICES.get(name, (value,))}
    if found.get("order") == "newest":
        del found["order"]
    needed = NEEDED.get(place)
    is_one = needed is None or bool(needed & found.keys())
    if not is_one or found.get("order", "newest") not in LIST_ORDERS:
        raise Invalid("unknown_filter", _NO_FILTER)
    if any(len(value) > LONGEST_VALUE or not is_storable(value) for value in found.values()):
        raise Invalid("filter_too_long", _l("This filter is too long to be saved."))
    return found


def has_news(saved: SavedFilter) -> bool:
    """Say whether what is new in it can be told: services, people and cases are found, and are no news."""
    return saved.asked.get("kind", "question") in NEWS_KINDS


def filters_of(viewer: Actor) -> Sequence[SavedFilter]:
    """Return one's saved filters, by name. Visitors have none, which costs no statement."""
    if viewer.person_id is None:
        return []
    hers = select(SavedFilter).where(_own(viewer), SavedFilter.deleted_at.is_(None))
    return db.session.scalars(hers.order_by(SavedFilter.name_key)).all()


def filter_for(viewer: Actor, filter_id: int, *, even_deleted: bool = False) -> SavedFilter:
    """Return one of one's own. Raises NotFound."""
    hers = select(SavedFilter).where(SavedFilter.id == filter_id, _own(viewer))
    found = db.session.scalars(hers).one_or_none()
    if found is None or (found.deleted_at is not None and not even_deleted):
        raise NotFound
    return found


def questions_in(viewer: Actor, saved: SavedFilter, *, size: int) -> Page[QuestionRow]:
    """Return the first questions of a filter on a list. Raises NotFound where its category or tag is gone."""
    asked = saved.asked
    category = category_called(asked["slug"]) if saved.place == "category" else None
    tag = tag_called(viewer, asked["name"]) if saved.place == "tag" else None
    order = asked.get("order", "newest")
    if order == "valuable":
        page = most_valuable(viewer, category=category, tag=tag, size=size)
        return Page(page.rows, page.next_key)
    return questions_for(viewer, order=order, category=category, tag=tag, size=size)


def _own(viewer: Actor) -> ColumnElement[bool]:
    return and_(SavedFilter.person_id == viewer.person_id)


_NO_FILTER = _l("There is nothing here that can be saved as a filter.")
