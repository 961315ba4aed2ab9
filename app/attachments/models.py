"""Attachment, AttachmentUse."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.attachments.lengths import LONGEST_ALTERNATIVE
from app.db import Choice, Model, Words

# What pictures are kept as, and how their names end.
MEDIA_TYPES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class Attachment(Model):
    """A picture somebody added. Until it stands in a post that was sent, it is for her eyes only.

    `public_id` is random, names the file and is the address; the name that the file had with its owner is not kept.
    `kept_until` says how long a draft asks to keep it, while it stands in no post.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        Index("ix_attachments_owner", "owner_id", "id"),
        CheckConstraint("size_bytes > 0 AND width > 0 AND height > 0", name="has_a_size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(Words(32), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    media_type: Mapped[str] = mapped_column(Choice(*MEDIA_TYPES))
    size_bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    alternative_text: Mapped[str] = mapped_column(Words(LONGEST_ALTERNATIVE), default="")
    created_at: Mapped[datetime]
    kept_until: Mapped[datetime | None]

    @property
    def name(self) -> str:
        """How its file is called for whoever looks at it."""
        return f"picture.{MEDIA_TYPES[self.media_type]}"


class AttachmentUse(Model):
    """A picture stands in a post of a request; who may know the request may see the picture.

    `place` is the post ("question:12", "answer:34"). A post that was deleted has withdrawn its pictures.
    """

    __tablename__ = "attachment_uses"
    __table_args__ = (
        Index("ix_attachment_uses_request", "help_request_id"),
        Index("ix_attachment_uses_place", "place"),
    )

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id"), primary_key=True)
    place: Mapped[str] = mapped_column(Words(60), primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    withdrawn_at: Mapped[datetime | None]
