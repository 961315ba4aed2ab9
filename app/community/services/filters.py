"""Saving a filter under a name, renaming it, putting it on one's home page, deleting it and taking that back.

All of it is somebody's own arrangement of her pages; no fact is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update

from app import clock
from app.actor import Actor
from app.community.lengths import LONGEST_FILTER_NAME
from app.community.models.saved_filters import SavedFilter
from app.community.queries.filters import asked_of
from app.db import db, folded, transaction
from app.errors import Conflict, Invalid

MOST = 20
KEPT = timedelta(days=30)


def save_filter(actor: Actor, place: str, given: Mapping[str, str], *, name: str, is_home: bool = False) -> SavedFilter:
    """Keep what an address asks of a page. Raises Invalid: no filter, one too many, a bad name."""
    assert actor.person_id is not None
    asked = asked_of(place, given)
    _check_number(actor.person_id)
    plain = _checked_name(actor.person_id, name)
    saved = SavedFilter(
        person_id=actor.person_id, name=plain, name_key=folded(plain), place=place, asked=asked, made_at=clock.now()
    )
    db.session.add(saved)
    db.session.flush()  # put_home looks for it
    if is_home:
        put_home(saved, is_home=True)
    return saved


def rename_filter(saved: SavedFilter, *, name: str) -> None:
    """Give it another name. Raises Invalid at `name`. The caller loaded her own, here and below."""
    saved.name = _checked_name(saved.person_id, name, but=saved.id)
    saved.name_key = folded(saved.name)


def put_home(saved: SavedFilter, *, is_home: bool) -> None:
    """Let it stand on the home page instead of the one that did, or take it away from there."""
    _clear_home(saved.person_id)
    db.session.execute(update(SavedFilter).where(SavedFilter.id == saved.id).values(is_home=is_home))


def delete_filter(saved: SavedFilter) -> None:
    """Take it away; it can be brought back for a while."""
    saved.deleted_at = clock.now()


def bring_back(saved: SavedFilter) -> None:
    """Bring a deleted one back, to the home page only where no other took its place.

    Raises Conflict when its name is in use again, Invalid when there are too many.
    """
    if saved.deleted_at is None:
        return
    _check_number(saved.person_id)
    if _named(saved.person_id, saved.name_key) is not None:
        raise Conflict("filter_name_taken", _l("Another filter has this name now."))
    of_hers = (SavedFilter.person_id == saved.person_id, SavedFilter.deleted_at.is_(None))
    if db.session.scalar(select(SavedFilter.id).where(*of_hers, SavedFilter.is_home)) is not None:
        saved.is_home = False
    saved.deleted_at = None


def forget_deleted_filters() -> None:
    """Forget what was deleted long ago. A job."""
    with transaction() as session:
        session.execute(delete(SavedFilter).where(SavedFilter.deleted_at < clock.now() - KEPT))


def _check_number(person_id: int) -> None:
    hers = select(func.count()).where(SavedFilter.person_id == person_id, SavedFilter.deleted_at.is_(None))
    if (db.session.scalar(hers) or 0) >= MOST:
        raise Invalid("too_many_filters", _l("You have %(most)d filters. Delete one first.", most=MOST), field="called")


def _checked_name(person_id: int, name: str, *, but: int | None = None) -> str:
    plain = " ".join(name.split())
    if not plain:
        raise Invalid("filter_name_empty", _l("This cannot be empty."), field="called")
    if len(plain) > LONGEST_FILTER_NAME:
        text = _l("This is too long: at most %(max)d characters.", max=LONGEST_FILTER_NAME)
        raise Invalid("filter_name_too_long", text, field="called")
    if _named(person_id, folded(plain)) not in {None, but}:
        raise Invalid("filter_name_taken", _l("You have a filter with this name already."), field="called")
    return plain


def _named(person_id: int, name_key: str) -> int | None:
    same = (SavedFilter.person_id == person_id, SavedFilter.name_key == name_key, SavedFilter.deleted_at.is_(None))
    return db.session.scalar(select(SavedFilter.id).where(*same))


def _clear_home(person_id: int) -> None:
    on_home = (SavedFilter.person_id == person_id, SavedFilter.is_home, SavedFilter.deleted_at.is_(None))
    db.session.execute(update(SavedFilter).where(*on_home).values(is_home=False))
