"""Who may see a case: said here once.

Its customer; the members of its holder; the members of the front desk while that decides who goes on. Nobody else:
a right to run or to moderate the installation opens no case, and whoever handed one over has seen the last of it.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select

from app.actor import Actor
from app.attachments.models import AttachmentUse
from app.cases.models.cases import Case
from app.requests.models import HelpRequest


def seen_by(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on Case and its HelpRequest that holds for the cases this viewer may see."""
    return or_(own(viewer), worked_on_by(viewer))


def own(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on HelpRequest that it is the viewer's, or of the person she represents now in this."""
    if viewer.asker_id is None or (viewer.representing is not None and not viewer.covers("cases")):
        return false()
    return HelpRequest.asker_id == viewer.asker_id


def worked_on_by(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on Case and its HelpRequest that the viewer works for who has it, or decides about it."""
    seats = [seat for seat in viewer.seats if seat.covers("cases")]
    if not seats or viewer.person_id is None:
        return false()
    works: ColumnElement[bool] = Case.holder_organisation_id.in_([seat.organisation_id for seat in seats])
    if any(seat.organisation_kind == "front_desk" for seat in seats):
        works = or_(works, Case.arbiter_since.is_not(None))
    return and_(works, HelpRequest.asker_id != viewer.person_id)


def pictures_seen_by(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on AttachmentUse under which the viewer may see the pictures of cases; those in notes are
    for who works on the case only.
    """
    if viewer.person_id is None:
        return false()
    cases = select(Case.id).join(Case.request)
    seen = AttachmentUse.help_request_id.in_(cases.where(seen_by(viewer)))
    inside = AttachmentUse.help_request_id.in_(cases.where(worked_on_by(viewer)))
    return and_(seen, or_(~AttachmentUse.place.startswith("note:", autoescape=True), inside))
