"""Reading one's drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, ColumnElement, and_, select

from app.actor import Actor
from app.db import db
from app.drafts.models import Draft
from app.drafts.places import ASK, place_beside


@dataclass(frozen=True)
class Slot:
    """A place to write in, with the draft that lies there, and for a question another one that lies beside it."""

    place: str
    draft: Draft | None = None
    other: Draft | None = None

    @property
    def fields(self) -> dict[str, str]:
        """What the form is filled with."""
        return dict(self.draft.fields) if self.draft else {}

    def began_with(self, version: int) -> int:
        """Return the version of a text that the draft changes: this one, unless it was begun with another."""
        kept = self.fields.get("version", "")
        return int(kept) if kept.isascii() and kept.isdigit() and len(kept) < 10 else version


def slot_for(viewer: Actor, place: str) -> Slot:
    """Return a place with the viewer's draft; for a visitor, who has none, without asking the database."""
    return Slot(place) if viewer.is_visitor else Slot(place, _at(viewer, place).get(place))


def slot_to_ask(viewer: Actor, *, title: str) -> Slot:
    """Return the place for a question with this title: beside the one that lies unsent, where that is another."""
    beside = place_beside(title)
    found = _at(viewer, ASK, beside)
    usual = found.get(ASK)
    if not title or usual is None or usual.fields.get("title", "") in {"", title}:
        return Slot(ASK, usual)
    return Slot(beside, found.get(beside), other=usual)


def drafts_of(viewer: Actor) -> Sequence[Draft]:
    """Return everything the viewer has not sent yet, the latest first."""
    return db.session.scalars(
        select(Draft)
        .where(Draft.person_id == viewer.person_id, Draft.thrown_away_at.is_(None))
        .order_by(Draft.saved_at.desc(), Draft.id.desc())
    ).all()


def lying_at(*places: str | BindParameter[str]) -> ColumnElement[bool]:
    """Return the condition on drafts that lie at these places, whoever's they are; to join to another reading."""
    return and_(Draft.thrown_away_at.is_(None), Draft.place.in_(places))


def _at(viewer: Actor, *places: str) -> dict[str, Draft]:
    own = select(Draft).where(Draft.person_id == viewer.person_id, lying_at(*places))
    return {draft.place: draft for draft in db.session.scalars(own)}
