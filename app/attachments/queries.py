"""Reading pictures. Every read names its viewer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import ColumnElement, exists, or_, select

from app.actor import Actor
from app.attachments.models import Attachment, AttachmentUse
from app.db import db
from app.errors import NotFound
from app.privacy.audiences import PUBLIC, known_to
from app.requests.models import HelpRequest

# From a viewer to the condition on AttachmentUse and HelpRequest under which she may see a picture.
PictureReader = Callable[[Actor], ColumnElement[bool]]


@dataclass(frozen=True)
class Found:
    """A picture for one viewer; `is_public` when everybody may see it."""

    attachment: Attachment
    is_public: bool


def picture_for(viewer: Actor, public_id: str) -> Found:
    """Return a picture the viewer may see: her own, or one in a post she may know, or that a package to the right of
    this one lets her see (`wiring.PICTURE_READERS`). Raises NotFound.
    """
    public = _in_a_post(HelpRequest.audience == PUBLIC)
    seen = or_(_in_a_post(known_to(viewer, HelpRequest.audience)), *map(_in_a_post, _let_see(viewer)))
    if viewer.person_id is not None:
        seen = or_(seen, Attachment.owner_id == viewer.person_id)
    row = db.session.execute(select(Attachment, public).where(Attachment.public_id == public_id, seen)).one_or_none()
    if row is None:
        raise NotFound
    return Found(*row)


def own_picture(viewer: Actor, public_id: str) -> Attachment:
    """Return a picture the viewer added herself. Raises NotFound."""
    found = db.session.scalars(
        select(Attachment).where(Attachment.public_id == public_id, Attachment.owner_id == viewer.person_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def uses_of(attachment: Attachment) -> int:
    """Return in how many posts a picture stands."""
    uses = select(AttachmentUse.place).where(AttachmentUse.attachment_id == attachment.id)
    return len(db.session.scalars(uses.where(AttachmentUse.withdrawn_at.is_(None))).all())


def _let_see(viewer: Actor) -> list[ColumnElement[bool]]:
    if viewer.is_visitor:
        return []  # nothing private is a visitor's
    readers: tuple[PictureReader, ...] = current_app.extensions["samen.picture_readers"]
    return [reader(viewer) for reader in readers]


def _in_a_post(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        AttachmentUse.attachment_id == Attachment.id,
        AttachmentUse.withdrawn_at.is_(None),
        HelpRequest.id == AttachmentUse.help_request_id,
        condition,
    )
