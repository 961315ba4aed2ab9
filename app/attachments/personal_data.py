"""What attachments holds about a person: the pictures she added, which may show her."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.attachments import services
from app.attachments.addresses import address_of
from app.attachments.models import Attachment
from app.db import db

TABLES: tuple[str, ...] = ("attachments", "attachment_uses")


def export(person_id: int) -> dict[str, Any]:
    """Return where each of her pictures is and what is known about it, as JSON values."""
    rows = db.session.scalars(select(Attachment).where(Attachment.owner_id == person_id).order_by(Attachment.id))
    return {
        "pictures": [
            {
                "address": address_of(row),
                "alternative_text": row.alternative_text,
                "size_bytes": row.size_bytes,
                "width": row.width,
                "height": row.height,
                "created_at": row.created_at.isoformat(),
            }
            for row in rows
        ]
    }


def erase(person_id: int) -> None:
    """Delete her pictures, in posts as well: unlike words, a picture tells who somebody is.

    The files go at once. Should the transaction fail after this, pictures are gone that were to go anyway.
    """
    rows = db.session.execute(select(Attachment.id, Attachment.public_id).where(Attachment.owner_id == person_id)).all()
    services.forget([row.id for row in rows], [row.public_id for row in rows])
