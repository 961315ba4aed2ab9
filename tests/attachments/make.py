"""Pictures for tests: bytes as people send them, and rows with their file, written directly."""

from __future__ import annotations

import io
import itertools
from typing import Any

from PIL import Image

from app import clock
from app.accounts.models import Person
from app.attachments import files
from app.attachments.models import Attachment, AttachmentUse
from app.community.models.posts import Answer, Question
from app.db import db

_numbers = itertools.count(1)


def image(form: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **how: Any) -> bytes:
    """Make the bytes of a picture of one colour."""
    room = io.BytesIO()
    Image.new(mode, size).save(room, form, **how)
    return room.getvalue()


def attachment(owner: Person, *, post: Question | Answer | None = None, **more: Any) -> Attachment:
    """Make a picture with its file; with `post` it stands in one that was sent."""
    defaults = {"media_type": "image/png", "size_bytes": 9, "width": 40, "height": 30, "created_at": clock.now()}
    made = Attachment(public_id=f"{next(_numbers):032x}", owner_id=owner.id, **{**defaults, **more})
    db.session.add(made)
    db.session.flush()  # the use points to it
    files.keep(made.public_id, image())
    if post is not None:
        use(made, post)
    return made


def use(attachment: Attachment, post: Question | Answer) -> AttachmentUse:
    """Let a picture stand in a post."""
    kind = "question" if isinstance(post, Question) else "answer"
    request_id = post.id if isinstance(post, Question) else post.question_id
    made = AttachmentUse(attachment_id=attachment.id, place=f"{kind}:{post.id}", help_request_id=request_id)
    db.session.add(made)
    db.session.flush()  # as the service leaves it
    return made
