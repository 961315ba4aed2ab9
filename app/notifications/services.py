"""What a person does with her notices: read them, take that back, mute a request, choose how she gets mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, literal, select, update

from app import clock
from app.actor import Actor
from app.db import changed_rows, db, upsert
from app.errors import Invalid
from app.notifications.models import Notice, NoticePreference
from app.notifications.policy import mail_due_at
from app.notifications.wishes import wish_of

WAYS = ("immediately", "daily", "off")


class Subject(Protocol):
    """What news is about: a question, or a case."""

    @property
    def id(self) -> int: ...


def mark_read(actor: Actor, subject: Subject, *, upto: int) -> datetime:
    """Mark one's notice about one thing read, as far as item `upto`; return the moment, by which it is undone."""
    return _mark(actor, Notice.help_request_id == subject.id, upto=upto)


def mark_all_read(actor: Actor, *, upto: int) -> datetime:
    """Mark all of one's notices read, as far as item `upto`: what came since the page was shown stays unread."""
    return _mark(actor, Notice.muted_at.is_(None), upto=upto)


def mark_unread(actor: Actor, *, read_at: datetime) -> int:
    """Take back what was marked read at this moment; return how many notices are unread again."""
    undone = db.session.execute(
        update(Notice)
        .where(Notice.person_id == actor.person_id, Notice.read_at == read_at)
        .values(read_item_id=Notice.before_item_id, read_at=None)
    )
    return changed_rows(undone)


def mute(actor: Actor, subject: Subject) -> None:
    """Hear nothing more about a question; what was unread is read."""
    now = clock.now()
    zeros = {"latest_item_id": 0, "read_item_id": 0, "before_item_id": 0, "mailed_item_id": 0}
    row = {"person_id": actor.person_id, "help_request_id": subject.id, "changed_at": now, "muted_at": now, **zeros}
    quiet = {"muted_at": now, "mail_due_at": None, "read_item_id": Notice.latest_item_id}
    made = upsert(Notice).values(row)
    db.session.execute(made.on_conflict_do_update(index_elements=["person_id", "help_request_id"], set_=quiet))


def unmute(actor: Actor, subject: Subject) -> None:
    """Hear of a question again."""
    db.session.execute(
        update(Notice)
        .where(Notice.person_id == actor.person_id, Notice.help_request_id == subject.id)
        .values(muted_at=None)
    )


def carry_mutes(from_request_id: int, to_request_id: int, *, at: datetime) -> None:
    """Mute a request for those who muted the one that was merged into it, and were never told of this one."""
    zeros = [literal(0)] * 4
    muted = select(Notice.person_id, literal(to_request_id), literal(at), literal(at), *zeros).where(
        Notice.help_request_id == from_request_id, Notice.muted_at.is_not(None)
    )
    items = ["latest_item_id", "read_item_id", "before_item_id", "mailed_item_id"]
    made = upsert(Notice).from_select(["person_id", "help_request_id", "changed_at", "muted_at", *items], muted)
    db.session.execute(made.on_conflict_do_nothing(index_elements=["person_id", "help_request_id"]))


def drop_carried_mutes(request_id: int, *, carried_at: datetime) -> None:
    """Take back what `carry_mutes` did at this moment."""
    carried = (Notice.help_request_id == request_id, Notice.muted_at == carried_at)
    db.session.execute(update(Notice).where(*carried).values(muted_at=None))


def choose_mail(person_id: int, *, mail: str, quiet_from: int | None, quiet_until: int | None) -> None:
    """Store how a person wants her mail. Raises Invalid for an unknown way, or quiet hours with one end only."""
    if mail not in WAYS:
        raise Invalid("unknown_choice", _l("Choose one of the list."), field="mail")
    if (quiet_from is None) != (quiet_until is None):
        raise Invalid("quiet_needs_both", _l("Choose both hours, or neither."), field="quiet_until")
    row = {"mail": mail, "quiet_from": quiet_from, "quiet_until": quiet_until, "changed_at": clock.now()}
    _store(person_id, row)


def choose_way(person_id: int, mail: str) -> None:
    """Store by which way a person gets mail and leave her quiet hours as they are; for the link in letters."""
    row = {"mail": mail, "changed_at": clock.now()}
    _store(person_id, row)


def _store(person_id: int, row: Mapping[str, object]) -> None:
    insert = upsert(NoticePreference).values(person_id=person_id, **row)
    db.session.execute(insert.on_conflict_do_update(index_elements=["person_id"], set_=row))
    # What waits for a letter goes by the new wish.
    due = mail_due_at(wish_of(person_id), now=clock.now(), mailed_at=None, gap=timedelta(0))
    waiting = (Notice.person_id == person_id, Notice.mail_due_at.is_not(None))
    db.session.execute(update(Notice).where(*waiting).values(mail_due_at=due))


def _mark(actor: Actor, which: object, *, upto: int) -> datetime:
    now = clock.now()
    read = case((Notice.latest_item_id < upto, Notice.latest_item_id), else_=upto)
    db.session.execute(
        update(Notice)
        .where(Notice.person_id == actor.person_id, which, Notice.read_item_id < read)  # type: ignore[arg-type]
        .values(before_item_id=Notice.read_item_id, read_item_id=read, read_at=now)
    )
    return now
