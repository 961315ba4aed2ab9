"""Keeping drafts, throwing them away and taking that back. Saving is safe to repeat: the last one counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update

from app import clock
from app.actor import Actor
from app.attachments.services import keep_until
from app.db import changed_rows, db, is_storable, upsert
from app.drafts import policy
from app.drafts.models import Draft
from app.drafts.settings import KEPT_DAYS
from app.errors import Invalid, NotFound
from app.verdict import require

FIELDS = (
    *("title", "body", "category", "tags", "audience", "reason", "version", "source_format"),
    *("summary", "product", "product_version", "organisation", "language", "significance", "change"),
)
WORDS = ("title", "body")
LONGEST = 40_000
MOST = 100


def save(actor: Actor, place: str, sent: Mapping[str, str]) -> datetime | None:
    """Keep what was typed at a place and return when; nothing leaves no draft. Raises Invalid beyond the limits."""
    require(policy.can_keep(actor))
    fields = {name: sent[name] for name in FIELDS if sent.get(name)}
    if not any(fields.get(name, "").strip() for name in WORDS):
        posted(actor, place)
        return None
    _check(actor, place, fields)
    now = clock.now()
    row = {"person_id": actor.person_id, "place": place, "fields": fields, "saved_at": now, "thrown_away_at": None}
    changed = {name: row[name] for name in ("fields", "saved_at", "thrown_away_at")}
    insert = upsert(Draft).values(row)
    db.session.execute(insert.on_conflict_do_update(index_elements=["person_id", "place"], set_=changed))
    keep_until(actor, fields.get("body", ""), now + timedelta(days=KEPT_DAYS.value))
    return now


def throw_away(actor: Actor, place: str) -> None:
    """Throw a draft away; `bring_back` undoes it for a while. Raises NotFound where there is none."""
    _move(actor, place, clock.now())


def bring_back(actor: Actor, place: str) -> None:
    """Take a draft back that was thrown away. Raises NotFound when it is gone for good."""
    _move(actor, place, None)


def posted(actor: Actor, place: str) -> None:
    """Forget the draft of what was just sent, in the same transaction."""
    db.session.execute(delete(Draft).where(Draft.person_id == actor.person_id, Draft.place == place))


def move(place: str, to: str) -> None:
    """Let what people have not sent at one place lie at another, except where they have something there already.

    What they threw away there makes room.
    """
    moving = select(Draft.person_id).where(Draft.place == place, Draft.thrown_away_at.is_(None))
    old = delete(Draft).where(Draft.place == to, Draft.thrown_away_at.is_not(None), Draft.person_id.in_(moving))
    db.session.execute(old, execution_options={"synchronize_session": False})
    busy = select(Draft.person_id).where(Draft.place == to)
    here = update(Draft).where(Draft.place == place, Draft.person_id.not_in(busy))
    db.session.execute(here.values(place=to), execution_options={"synchronize_session": False})


def _move(actor: Actor, place: str, thrown_away_at: datetime | None) -> None:
    require(policy.can_keep(actor))
    own = update(Draft).where(Draft.person_id == actor.person_id, Draft.place == place)
    if changed_rows(db.session.execute(own.values(thrown_away_at=thrown_away_at))) != 1:
        raise NotFound


def _check(actor: Actor, place: str, fields: dict[str, str]) -> None:
    if sum(map(len, fields.values())) > LONGEST or not all(map(is_storable, fields.values())):
        raise Invalid("unusable_draft", _l("The text is too long, or holds characters that cannot be stored."))
    others = select(func.count()).where(Draft.person_id == actor.person_id, Draft.place != place)
    if (db.session.scalar(others) or 0) >= MOST:
        raise Invalid("too_many_drafts", _l("You have %(most)s drafts. Throw some away first.", most=MOST))
