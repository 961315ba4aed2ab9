"""What operators look up: deliveries, people, settings. Every read requires an operator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Login, Person
from app.actor import Actor
from app.admin.policy import can_run
from app.db import db, folded
from app.errors import Invalid, NotFound
from app.organisations.models import IdentityCheck, Membership, Organisation, is_seated
from app.outbox.models import Delivery
from app.paging import Key, Page, older_than
from app.sitesettings.declare import DECLARED, Setting
from app.sitesettings.models import StoredSetting
from app.verdict import require

MOST_DELIVERIES = 50
PEOPLE_PER_PAGE = 30
WHO = ("everybody", "operator", "moderator", "curator", "suspended")


@dataclass(frozen=True)
class SettingRow:
    """A declared setting with what is stored: read from the database itself, so that a change shows at once."""

    setting: Setting[Any]
    written: str
    is_changed: bool
    changed_at: datetime | None
    changed_by: str | None


def due_deliveries(viewer: Actor, *, after: Key | None = None) -> Page[Delivery]:
    """Return a page of deliveries that wait, the longest waiting first."""
    require(can_run(viewer))
    wanted = _deliveries().where(Delivery.done_at.is_(None), Delivery.dead_at.is_(None))
    if after is not None:
        same = and_(Delivery.due_at == after.moment, Delivery.id > after.row_id)
        wanted = wanted.where(or_(Delivery.due_at > after.moment, same))
    rows = db.session.scalars(wanted.order_by(Delivery.due_at, Delivery.id).limit(MOST_DELIVERIES + 1)).all()
    return _page(rows, lambda last: Key(last.due_at, last.id))


def dead_deliveries(viewer: Actor, *, after: Key | None = None) -> Page[Delivery]:
    """Return a page of deliveries that were given up, the latest first."""
    require(can_run(viewer))
    wanted = _deliveries().where(Delivery.dead_at.is_not(None))
    if after is not None:
        wanted = wanted.where(older_than(after, Delivery.dead_at, Delivery.id))  # type: ignore[arg-type]
    rows = db.session.scalars(
        wanted.order_by(Delivery.dead_at.desc(), Delivery.id.desc()).limit(MOST_DELIVERIES + 1)
    ).all()
    return _page(rows, lambda last: Key(last.dead_at, last.id))


def people_found(viewer: Actor, *, text: str, who: str, after: Key | None) -> Page[Person]:
    """Return people whose name, handle or mail address has this text, the newest first. Erased people are absent."""
    require(can_run(viewer))
    query = select(Person).where(Person.erased_at.is_(None))
    if who == "suspended":
        query = query.where(Person.suspended_at.is_not(None))
    elif who != "everybody":
        if who not in WHO:
            raise NotFound
        rights = {"operator": Person.is_operator, "moderator": Person.is_moderator, "curator": Person.is_curator}
        query = query.where(rights[who])
    if key := folded(text):
        mailed = select(Login.person_id).where(Login.email_key.contains(key, autoescape=True))
        query = query.where(
            or_(
                Person.name.icontains(text.strip(), autoescape=True),
                Person.handle_key.contains(key, autoescape=True),
                Person.id.in_(mailed),
            )
        )
    if after is not None:
        query = query.where(older_than(after, Person.created_at, Person.id))  # type: ignore[arg-type]
    query = query.order_by(Person.created_at.desc(), Person.id.desc()).limit(PEOPLE_PER_PAGE + 1)
    found = db.session.scalars(query).all()
    if len(found) <= PEOPLE_PER_PAGE:
        return Page(found, None)
    last = found[PEOPLE_PER_PAGE - 1]
    return Page(found[:PEOPLE_PER_PAGE], Key(last.created_at, last.id))


def person_with(viewer: Actor, person_id: int) -> Person:
    """Return a person. Raises NotFound when absent or erased."""
    require(can_run(viewer))
    person = db.session.get(Person, person_id)
    if person is None or person.erased_at is not None:
        raise NotFound
    return person


def organisations_found(viewer: Actor) -> list[tuple[Organisation, IdentityCheck | None, int]]:
    """Return every organisation that takes part, by name: with the check that stands, and how many have a seat."""
    require(can_run(viewer))
    seats = (
        select(func.count())
        .select_from(Membership)
        .where(Membership.organisation_id == Organisation.id, is_seated())
        .correlate(Organisation)
        .scalar_subquery()
    )
    standing = (IdentityCheck.organisation_id == Organisation.id) & IdentityCheck.withdrawn_at.is_(None)
    rows = db.session.execute(
        select(Organisation, IdentityCheck, seats)
        .outerjoin(IdentityCheck, standing)
        .where(Organisation.closed_at.is_(None))
        .order_by(Organisation.name, Organisation.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def identity_check_of(viewer: Actor, person: Person) -> IdentityCheck | None:
    """Return the check of who a person is that stands now."""
    require(can_run(viewer))
    hers = select(IdentityCheck).where(IdentityCheck.person_id == person.id, IdentityCheck.withdrawn_at.is_(None))
    return db.session.scalars(hers).one_or_none()


def settings_for(viewer: Actor) -> list[SettingRow]:
    """Return every declared setting with the value in force, in the order of their names."""
    require(can_run(viewer))
    rows = db.session.execute(
        select(StoredSetting, Person.name).outerjoin(Person, Person.id == StoredSetting.changed_by_id)
    )
    stored: dict[str, tuple[StoredSetting, str | None]] = {row.StoredSetting.name: (row[0], row[1]) for row in rows}
    return [_row(setting, *stored.get(name, (None, None))) for name, setting in sorted(DECLARED.items())]


def _row(setting: Setting[Any], stored: StoredSetting | None, changed_by: str | None) -> SettingRow:
    default = setting.written(setting.default)
    if stored is None:
        return SettingRow(setting, default, False, None, None)
    try:
        setting.parse(stored.value)
    except Invalid:  # what no longer fits is not in force
        return SettingRow(setting, default, True, stored.changed_at, changed_by)
    return SettingRow(setting, stored.value, True, stored.changed_at, changed_by)


def _page(rows: Sequence[Delivery], key: Callable[[Any], Key]) -> Page[Delivery]:
    shown = rows[:MOST_DELIVERIES]
    return Page(shown, key(shown[-1]) if len(rows) > len(shown) else None)


def _deliveries() -> Any:
    return select(Delivery).options(joinedload(Delivery.event))
