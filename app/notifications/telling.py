"""Tell people of what happened: add an item to each one's notice, and say when a letter about it is due.

Safe to repeat: a person is told of a fact once. What is told to many is told a batch at a time, each batch in a
transaction of its own that also moves the mark, so that whoever takes over after a crash goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, select, update

from app import clock
from app.accounts.models import Person
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.models.reports import Report
from app.community.queries.visibility import answer_there, comment_there, is_open, there
from app.db import db, upsert
from app.notifications import policy
from app.notifications.cases import takes_part_in
from app.notifications.models import Notice, NoticeItem
from app.notifications.settings import GAP_MINUTES
from app.notifications.wishes import wishes_of
from app.privacy.readers import may_read

# Many rows at once, each with values of its own: not what the session is for; and put together once, however many.
_NOTICES: Any = Notice.__table__
_ITEMS: Any = NoticeItem.__table__

# News that says how a question is: the news it takes back, if any, and the condition that it is so still.
HOLDS: dict[str, tuple[str, Callable[[], ColumnElement[bool]]]] = {
    "closed": ("", lambda: ~is_open()),
    "reopened": ("closed", is_open),
    "locked": ("", lambda: Question.locked_at.is_not(None)),
    "unlocked": ("locked", lambda: Question.locked_at.is_(None)),
    "pinned": ("", lambda: Question.pinned_at.is_not(None)),
    "reported": ("", lambda: exists().where(Report.question_id == Question.id, Report.settled_at.is_(None))),
}


@dataclass(frozen=True)
class News:
    """What happened: the fact, its kind (models.KINDS), the request it belongs to, who did it, and what it made."""

    event_id: int
    kind: str
    request_id: int
    by_id: int | None
    answer_id: int | None = None
    comment_id: int | None = None


@dataclass(frozen=True)
class Concerned:
    """A person whom it concerns, and why: one of models.REASONS, with the tag, category or person she follows."""

    person_id: int
    reason: str
    reason_id: int | None = None


def tell(news: News, concerned: Sequence[Concerned]) -> int:
    """Tell these people, each once and for the first of her reasons; return how many are told.

    Left out is whoever did it, may not see it now, muted the request, or is not there to read.
    """
    first = {each.person_id: each for each in reversed(concerned)}
    told = _who_may_be_told(news, sorted(first))
    if not told:
        return 0
    notices = _notices_of(told, news.request_id)
    rows = [
        {
            "notice_id": notices[person_id].id,
            "person_id": person_id,
            "event_id": news.event_id,
            "kind": news.kind,
            "reason": first[person_id].reason,
            "reason_id": first[person_id].reason_id,
            "answer_id": news.answer_id,
            "comment_id": news.comment_id,
            "by_id": news.by_id,
            "told_at": clock.now(),
        }
        for person_id in told
    ]
    new = upsert(_ITEMS).on_conflict_do_nothing(index_elements=["person_id", "event_id"])
    told_now = db.session.connection().execute(new.returning(_ITEMS.c.id, _ITEMS.c.person_id), rows)
    items = {row.person_id: row.id for row in told_now}
    if items:
        _bring_up_to_date(items, notices)
    return len(items)


def _who_may_be_told(news: News, person_ids: Sequence[int]) -> list[int]:
    readers = _readers_of(news)
    if readers is None or not person_ids or _is_gone(news):
        return []
    rows = db.session.execute(
        select(
            Person.id,
            Person.can_sign_in,
            Person.suspended_at.is_not(None) | Person.erased_at.is_not(None),
            readers,
            Notice.muted_at.is_not(None),
        )
        .outerjoin(Notice, (Notice.person_id == Person.id) & (Notice.help_request_id == news.request_id))
        .where(Person.id.in_(person_ids))
        .order_by(Person.id)
    )
    listeners = [policy.Listener(*row) for row in rows]
    return [each.person_id for each in listeners if policy.may_be_told(each, by_id=news.by_id)]


def _readers_of(news: News) -> ColumnElement[bool] | None:
    """Return the condition on people that news is for their eyes; None where there is neither question nor case."""
    audience = db.session.scalar(select(Question.audience).where(Question.id == news.request_id, there()))
    return takes_part_in(news.request_id, news.kind) if audience is None else may_read(audience)


def _is_gone(news: News) -> bool:
    """Say whether what there was to tell of has been deleted or undone again."""
    found = [
        select(model.id).where(model.id == key, is_there).limit(1)
        for model, key, is_there in (
            (Answer, news.answer_id, answer_there()),
            (Comment, news.comment_id, comment_there()),
        )
        if key is not None
    ]
    if news.kind in HOLDS:
        return not _still_holds(news)
    return any(db.session.scalar(query) is None for query in found)


def _still_holds(news: News) -> bool:
    """Say whether it is so still, as the news says. What nobody heard of is not taken back aloud."""
    taken_back, holds = HOLDS[news.kind]
    is_so = select(Question.id).where(Question.id == news.request_id, holds())
    if taken_back:
        told = select(NoticeItem.id).join(Notice, Notice.id == NoticeItem.notice_id)
        told = told.where(Notice.help_request_id == news.request_id, NoticeItem.kind == taken_back)
        is_so = is_so.where(told.exists())
    return db.session.scalar(is_so) is not None


def _notices_of(person_ids: Sequence[int], request_id: int) -> dict[int, Any]:
    """Return these people's notices about the request, made where missing, and held until the transaction ends.

    In the order of the ids, so that of two that hold several each waits for the other in the same order.
    """
    zeros = {"latest_item_id": 0, "read_item_id": 0, "before_item_id": 0, "mailed_item_id": 0}
    same = {"help_request_id": request_id, "changed_at": clock.now(), **zeros}
    held = upsert(_NOTICES).on_conflict_do_update(
        index_elements=["person_id", "help_request_id"], set_={"help_request_id": request_id}
    )
    asked = held.returning(_NOTICES.c.id, _NOTICES.c.person_id, _NOTICES.c.mail_due_at, _NOTICES.c.mailed_at)
    found = db.session.connection().execute(asked, [{"person_id": each, **same} for each in person_ids])
    return {row.person_id: row for row in found}


def _bring_up_to_date(items: dict[int, int], notices: dict[int, Any]) -> None:
    now, gap = clock.now(), timedelta(minutes=GAP_MINUTES.value)
    wishes = wishes_of(sorted(items))
    changed = [
        {
            "notice": notices[person_id].id,
            "item": item_id,
            # A letter that waits already will tell of this too.
            "due": notices[person_id].mail_due_at
            or policy.mail_due_at(wishes[person_id], now=now, mailed_at=notices[person_id].mailed_at, gap=gap),
        }
        for person_id, item_id in items.items()
    ]
    db.session.connection().execute(
        update(_NOTICES)
        .where(_NOTICES.c.id == bindparam("notice"))
        .values(latest_item_id=bindparam("item"), mail_due_at=bindparam("due"), changed_at=now),
        changed,
    )
