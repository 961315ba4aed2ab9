"""What cases hold about a person: what she asked in private, and what she wrote and did in cases.

A case stays with whoever helped with it, because others made promises in it and answer for them. Being forgotten takes
her words out of it: title, messages and reasons. Who she was, nobody can tell any more then. What she had as an agent
waits for a colleague.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update

from app.attachments.models import AttachmentUse
from app.cases.models.cases import Case
from app.cases.models.desk import CaseSnooze, DeskAct, DeskView
from app.cases.models.holding import CaseMove, Handover
from app.cases.models.messages import Message
from app.cases.models.promises import CasePoint, Promise
from app.cases.services import claiming
from app.db import db
from app.requests.models import HelpRequest

TABLES: tuple[str, ...] = (
    "cases",
    "case_messages",
    "handovers",
    "case_moves",
    "desk_views",
    "case_snoozes",
    "desk_acts",
    "promises",
    "case_points",
    "service_levels",
)
FORGOTTEN = "…"


def export(person_id: int) -> dict[str, Any]:
    """Return a person's cases, and what she wrote and did in any case, as JSON values."""
    asked = select(Case.public_id, Case.title, HelpRequest.state, HelpRequest.channel, HelpRequest.created_at)
    asked = asked.join(Case.request).where(HelpRequest.asker_id == person_id)
    told = select(Case.public_id, Message.kind, Message.body, Message.channel, Message.created_at)
    told = told.join(Case, Case.id == Message.case_id).join(HelpRequest, HelpRequest.id == Case.id)
    to_her = told.where(HelpRequest.asker_id == person_id, Message.author_id != person_id, Message.kind == "message")
    offered = select(Handover.case_id, Handover.reason, Handover.state, Handover.answer, Handover.offered_at)
    offered = offered.where((Handover.offered_by_id == person_id) | (Handover.answered_by_id == person_id))
    views = select(DeskView.name, DeskView.asked, DeskView.made_at).where(DeskView.person_id == person_id)
    put_off = select(CaseSnooze.case_id, CaseSnooze.until_at).where(CaseSnooze.by_person_id == person_id)
    acts = select(DeskAct.kind, DeskAct.cases_count, DeskAct.done_at).where(DeskAct.person_id == person_id)
    moved = select(CaseMove.case_id, CaseMove.to_state, CaseMove.reason, CaseMove.moved_at)
    promised = select(Promise.kind, Promise.words, Promise.made_at, Promise.due_at, Promise.state, Promise.done_at)
    hers = or_(Promise.to_person_id == person_id, Promise.by_person_id == person_id)
    put = select(CasePoint.kind, CasePoint.words, CasePoint.put_at, CasePoint.answer, CasePoint.answer_words)
    part = or_(CasePoint.by_person_id == person_id, CasePoint.answered_by_id == person_id)
    about_her = CasePoint.help_request_id.in_(select(HelpRequest.id).where(HelpRequest.asker_id == person_id))
    return {
        "cases": _rows(asked.order_by(Case.id)),
        "written_in_cases": _rows(told.where(Message.author_id == person_id).order_by(Message.id)),
        "written_to_her_in_cases": _rows(to_her.order_by(Message.id)),
        "handed_over": _rows(offered.order_by(Handover.id)),
        "moved_cases": _rows(moved.where(CaseMove.moved_by_id == person_id).order_by(CaseMove.id)),
        "desk_views": _rows(views.order_by(DeskView.id)),
        "cases_put_off": _rows(put_off.order_by(CaseSnooze.case_id)),
        "done_at_the_desk": _rows(acts.order_by(DeskAct.id)),
        "promises": _rows(promised.where(hers).order_by(Promise.id)),
        "put_and_answered": _rows(put.where(or_(part, about_her)).order_by(CasePoint.id)),
    }


def erase(person_id: int) -> None:
    """Take a person's words out of her cases, and what others wrote there about her; take her off what she has."""
    claiming.let_go(person_id)
    hers = select(HelpRequest.id).where(HelpRequest.asker_id == person_id, HelpRequest.kind == "case")
    empty = {"body": FORGOTTEN, "body_html": "", "source_format": "plain"}
    db.session.execute(update(Message).where(Message.case_id.in_(hers)).values(empty))
    db.session.execute(update(Case).where(Case.id.in_(hers)).values(title=FORGOTTEN, state_reason=""))
    db.session.execute(update(CaseMove).where(CaseMove.case_id.in_(hers)).values(reason=""))
    db.session.execute(update(Handover).where(Handover.case_id.in_(hers)).values(reason=FORGOTTEN, answer=""))
    db.session.execute(update(Promise).where(Promise.help_request_id.in_(hers)).values(words=FORGOTTEN))
    points = update(CasePoint).where(CasePoint.help_request_id.in_(hers))
    db.session.execute(points.values(words=FORGOTTEN))
    db.session.execute(points.where(CasePoint.answer_words != "").values(answer_words=FORGOTTEN))
    db.session.execute(delete(AttachmentUse).where(AttachmentUse.help_request_id.in_(hers)))
    db.session.execute(update(Case).where(Case.holder_person_id == person_id).values(holder_person_id=None))
    db.session.execute(delete(DeskView).where(DeskView.person_id == person_id))
    db.session.execute(delete(CaseSnooze).where(CaseSnooze.by_person_id == person_id))
    db.session.execute(update(DeskAct).where(DeskAct.person_id == person_id).values(person_id=None))


def _rows(query: Any) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row._mapping.items()}
        for row in db.session.execute(query)
    ]
