"""Which notices may be seen, and which tell of something new that is still there."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, false, or_, select

from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.models.holding import Handover
from app.cases.queries.handovers import asked_of
from app.cases.queries.visibility import seen_by
from app.community.models.comments import Comment
from app.community.models.posts import Answer
from app.community.queries.visibility import answer_there, comment_there, visible
from app.db import db
from app.notifications.models import Notice, NoticeItem
from app.notifications.wanted import still_wanted
from app.requests.models import HelpRequest


def may_see(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition that question or case are for the viewer's eyes, or that she may know of a handover."""
    return or_(visible(viewer), Case.id.is_not(None) & or_(seen_by(viewer), handed(viewer)))


def is_handed(viewer: Actor, request_id: int) -> bool:
    """Say whether a case that the viewer does not see is offered to her, or was hers and is gone."""
    heard = select(Notice.id).join(HelpRequest, HelpRequest.id == Notice.help_request_id)
    heard = heard.where(Notice.person_id == viewer.person_id, Notice.help_request_id == request_id, handed(viewer))
    return db.session.scalar(heard) is not None


def is_unread(kinds: Collection[str] = ()) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which there is news that is still there. The first can be read off an index."""
    new = select(NoticeItem.id).outerjoin(Answer, Answer.id == NoticeItem.answer_id)
    new = new.outerjoin(Comment, Comment.id == NoticeItem.comment_id)
    new = new.where(NoticeItem.notice_id == Notice.id, NoticeItem.id > Notice.read_item_id, is_there())
    if kinds:
        new = new.where(NoticeItem.kind.in_(kinds))
    return Notice.latest_item_id > Notice.read_item_id, Notice.muted_at.is_(None), new.exists()


def is_there() -> ColumnElement[bool]:
    """Return the condition on items, joined with answers and comments (and their notice at hand), that what they tell
    of was not deleted; nor, where she has not read it, the search that found it."""
    return and_(
        or_(NoticeItem.answer_id.is_(None), answer_there()),
        or_(NoticeItem.comment_id.is_(None), comment_there()),
        or_(
            NoticeItem.reason != "saved_search",
            NoticeItem.id <= Notice.read_item_id,
            still_wanted(NoticeItem.reason_id, NoticeItem.told_at),
        ),
    )


def handed(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on notices that the case is offered to the viewer, or was hers and is gone."""
    if not viewer.seats:
        return false()
    asked = select(Handover.id).where(Handover.case_id == Notice.help_request_id, asked_of(viewer))
    heard = select(NoticeItem.id).where(NoticeItem.notice_id == Notice.id)
    offered, had = (heard.where(NoticeItem.reason == reason).exists() for reason in ("offered_case", "had_case"))
    return or_(had, and_(offered, asked.exists()))
