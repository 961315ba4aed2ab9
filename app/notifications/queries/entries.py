"""Notices as lists and letters show them: one's own, and of those only the ones about requests one may see now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from app.accounts.models import Person
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.queries.visibility import seen_by
from app.community.links import slug_of
from app.community.models.closings import Closing
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.models.saved_filters import SavedFilter
from app.community.models.shelves import Category, Tag
from app.db import db
from app.notifications.models import Notice, NoticeItem
from app.notifications.queries.bell import MOST_UNREAD
from app.notifications.queries.seeing import is_there, is_unread, may_see
from app.paging import Key, Page, older_than
from app.requests.models import HelpRequest

# Why somebody hears of a case that she does not see: it is offered to her, or she had it.
OUTSIDE = frozenset({"offered_case", "had_case"})
DECIDED = frozenset({"suggestion_taken", "suggestion_refused"})
UNREAD_OR_LAST = or_(NoticeItem.id > Notice.read_item_id, NoticeItem.id == Notice.latest_item_id)


@dataclass(frozen=True)
class Told:
    """Some things of one kind that a notice tells of: how many, the last of them, by whom, and why one is told."""

    kind: str
    reason: str
    reason_id: int | None
    count: int
    latest_item_id: int
    answer_id: int | None
    comment_id: int | None
    by_id: int | None
    name: str


@dataclass(frozen=True)
class Closed:
    """Why a question takes no answers now, in the words of who closed it."""

    reason: str
    note: str
    language: str


@dataclass(frozen=True)
class Entry:
    """One notice as a list shows it. `told` holds what is unread, else the last thing that was; the newest first.

    `case_id` is the public one, of a case that the viewer sees; one that `is_handed` was offered to her, or gone to
    others: of that she is told that, and nothing else, and it has no title.
    """

    told: list[Told]
    request_id: int
    title: str
    language: str
    state: str
    audience: str
    changed_at: datetime
    latest_item_id: int
    read_item_id: int
    muted_at: datetime | None
    closed: Closed | None
    case_id: str | None
    is_handed: bool = False

    @property
    def is_unread(self) -> bool:
        return self.latest_item_id > self.read_item_id

    @property
    def place(self) -> tuple[str, dict[str, int | str]]:
        """The page of the newest thing, as `url_for` takes it: a permalink, which finds it on whatever page it is."""
        if self.is_handed:
            return "cases.handover_list", {}
        if self.case_id is not None:
            return "cases.case", {"public_id": self.case_id}
        newest = self.told[0] if self.told else None
        # A suggestion waits for its reader above the question; those that were decided about are in a list.
        if newest is not None and newest.kind in DECIDED:
            return "community.suggestion_list", {"made": 1}
        if newest is not None and newest.kind == "report_settled":
            return "community.own_reports", {}
        if newest is not None and newest.kind == "reported":
            return "community.moderation", {}
        if newest is not None and newest.comment_id is not None:
            return "community.comment", {"comment_id": newest.comment_id}
        if newest is not None and newest.answer_id is not None and newest.kind != "suggestion":
            return "community.answer", {"answer_id": newest.answer_id}
        return "community.question", {"question_id": self.request_id, "slug": slug_of(self.title)}


def unread_entries(viewer: Actor, kinds: Collection[str] = ()) -> list[Entry]:
    """Return the viewer's unread notices, the latest first, at most 100; with `kinds` only those that tell of these."""
    return _with_items(_entries(viewer).where(*is_unread(kinds)).limit(MOST_UNREAD))


def read_entries(
    viewer: Actor, kinds: Collection[str] = (), *, after: Key | None = None, size: int = 25
) -> Page[Entry]:
    """Return a page of the viewer's notices that she has read, the latest first; with `kinds` only some."""
    query = _entries(viewer).where(
        Notice.latest_item_id > 0, Notice.latest_item_id <= Notice.read_item_id, Notice.muted_at.is_(None)
    )
    if kinds:
        told = select(NoticeItem.id).where(NoticeItem.notice_id == Notice.id, NoticeItem.kind.in_(kinds))
        query = query.where(told.exists())
    if after is not None:
        query = query.where(older_than(after, Notice.changed_at, Notice.help_request_id))  # type: ignore[arg-type]
    found = _with_items(query.limit(size + 1))
    if len(found) <= size:
        return Page(found, None)
    last = found[size - 1]
    return Page(found[:size], Key(last.changed_at, last.request_id))


def muted_entries(viewer: Actor) -> list[Entry]:
    """Return the requests of which the viewer wants to hear nothing."""
    return _with_items(_entries(viewer).where(Notice.muted_at.is_not(None)).limit(MOST_UNREAD))


def entries_to_mail(reader: Actor, request_ids: Collection[int]) -> list[Entry]:
    """Return the reader's notices about these requests, as far as she may see them now: what she neither read nor was
    sent. Notices without such news are left out."""
    query = _entries(reader).where(Notice.help_request_id.in_(request_ids), Notice.muted_at.is_(None))
    found = _with_items(query, NoticeItem.id > Notice.read_item_id, NoticeItem.id > Notice.mailed_item_id)
    return [entry for entry in found if entry.told]


def names_of(entries: Sequence[Entry]) -> dict[tuple[str, int], Any]:
    """Return what the followed tags, categories and people and the saved searches of these entries are called, by
    reason and id."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for told in (each for entry in entries for each in entry.told):
        if told.reason_id is not None:
            wanted[told.reason].add(told.reason_id)
    columns: dict[str, tuple[Any, Any]] = {
        "follows_tag": (Tag.id, Tag.name),
        "follows_category": (Category.id, Category.texts),
        "follows_person": (Person.id, Person.name),
        "saved_search": (SavedFilter.id, SavedFilter.name),
    }
    found = {}
    for reason, ids in wanted.items():
        key, name = columns[reason]
        for each_id, words in db.session.execute(select(key, name).where(key.in_(ids))):
            found[reason, each_id] = words
    return found


def _entries(viewer: Actor) -> Select[*tuple[Any, ...]]:
    is_seen = Case.id.is_(None) | seen_by(viewer)
    return (
        select(
            Notice.help_request_id,
            case((is_seen, func.coalesce(Question.title, Case.title)), else_="").label("title"),
            HelpRequest.language,
            HelpRequest.state,
            HelpRequest.audience,
            Notice.changed_at,
            Notice.latest_item_id,
            Notice.read_item_id,
            Notice.muted_at,
            Closing.reason.label("closed_for"),
            Closing.note,
            Closing.note_language,
            Case.public_id,
            is_seen.label("is_seen"),
            Notice.id.label("notice_id"),
        )
        .join(HelpRequest, HelpRequest.id == Notice.help_request_id)
        .outerjoin(Question, Question.id == Notice.help_request_id)
        .outerjoin(Case, Case.id == Notice.help_request_id)
        .outerjoin(Closing, (Closing.question_id == Notice.help_request_id) & Closing.reopened_at.is_(None))
        .where(Notice.person_id == viewer.person_id, may_see(viewer))
        .order_by(Notice.changed_at.desc(), Notice.help_request_id.desc())
    )


def _with_items(query: Select[*tuple[Any, ...]], *which: ColumnElement[bool]) -> list[Entry]:
    rows = db.session.execute(query).all()
    told = _told_in([row.notice_id for row in rows], *(which or (UNREAD_OR_LAST,)))
    found = []
    for row in rows:
        seen = row.is_seen
        of_it = [each for each in told[row.notice_id] if seen or each.reason in OUTSIDE]
        case_id = row.public_id if seen else None
        if of_it or seen:
            found.append(Entry(*(of_it, *row[:-6], _closed(row), case_id, not seen)))
    return found


def _closed(row: Any) -> Closed | None:
    return Closed(row.closed_for, row.note, row.note_language) if row.closed_for else None


def _told_in(notice_ids: Sequence[int], *which: ColumnElement[bool]) -> dict[int, list[Told]]:
    """Return what these notices tell of, gathered by kind and reason."""
    found: dict[int, list[Told]] = defaultdict(list)
    if not notice_ids:
        return found
    gathered = (
        select(
            NoticeItem.kind,
            NoticeItem.reason,
            NoticeItem.reason_id,
            func.count().label("count"),
            func.max(NoticeItem.id).label("latest"),
        )
        .join(Notice, Notice.id == NoticeItem.notice_id)
        .outerjoin(Answer, Answer.id == NoticeItem.answer_id)
        .outerjoin(Comment, Comment.id == NoticeItem.comment_id)
        .where(NoticeItem.notice_id.in_(notice_ids), is_there())
        .where(*which)
        .group_by(NoticeItem.notice_id, NoticeItem.kind, NoticeItem.reason, NoticeItem.reason_id)
        .subquery()
    )
    latest = (
        select(
            gathered, NoticeItem.answer_id, NoticeItem.comment_id, NoticeItem.by_id, Person.name, NoticeItem.notice_id
        )
        .join(NoticeItem, NoticeItem.id == gathered.c.latest)
        .outerjoin(Person, Person.id == NoticeItem.by_id)
        .order_by(gathered.c.latest.desc())
    )
    for row in db.session.execute(latest):
        found[row.notice_id].append(Told(*row[:-1]))
    return found
