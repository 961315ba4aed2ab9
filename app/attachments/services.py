"""Adding pictures, putting them into posts, taking them away.

A picture belongs to who added it. A post shows those of its writer: `show_in` gives whoever may know the post the right
to see them. Somebody else's picture may be quoted, and is then seen by those who may see it anyway.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, delete, literal, select, update

from app import clock
from app.actor import Actor
from app.attachments import files, policy
from app.attachments.addresses import ids_in
from app.attachments.lengths import LONGEST_ALTERNATIVE
from app.attachments.making import Picture
from app.attachments.models import Attachment, AttachmentUse
from app.attachments.settings import MOST_PER_POST
from app.db import db, is_storable, upsert
from app.errors import Invalid
from app.verdict import require

MOVED_AT_A_TIME = 500


def add_picture(actor: Actor, picture: Picture, *, alternative_text: str = "") -> Attachment:
    """Keep a picture that was made anew; nobody but its owner sees it yet."""
    require(policy.can_add(actor))
    assert actor.person_id is not None
    made = Attachment(
        public_id=secrets.token_hex(16),
        owner_id=actor.person_id,
        media_type=picture.media_type,
        size_bytes=len(picture.content),
        width=picture.width,
        height=picture.height,
        alternative_text=_one_line(alternative_text),
        created_at=clock.now(),
    )
    # The file first: a row without its file would be a hole, a file without a row is swept away by the job.
    files.keep(made.public_id, picture.content)
    db.session.add(made)
    db.session.flush()  # so that the answer may hold its address
    return made


def describe(actor: Actor, attachment: Attachment, alternative_text: str) -> None:
    """Say what a picture shows, for who cannot see it. Texts that carry words of their own keep them."""
    require(policy.can_add(actor))
    attachment.alternative_text = _one_line(alternative_text)


def remove(actor: Actor, attachment: Attachment) -> None:
    """Delete a picture of one's own for good, also from the posts that show it."""
    require(policy.can_add(actor))
    _delete([attachment.id])
    files.remove(attachment.public_id)


def show_in(actor: Actor, html: str, *, help_request_id: int, place: str, if_in: str | None = None) -> None:
    """Let a post that was just written show the pictures in its HTML that are the actor's. Raises Invalid where there
    are too many.

    Where somebody else had the last word, `if_in` is what the actor wrote: only what she put there herself is opened.
    Costs no statement where there is none. What an edit took out stays visible: the history of the post shows it.
    """
    found = ids_in(html)
    if not found:
        return
    if len(found) > MOST_PER_POST.value:
        sentence = _l("A text can show %(most)s pictures at most.", most=MOST_PER_POST.value)
        raise Invalid("too_many_pictures", sentence, field="body")
    if if_in is not None:
        meant = set(ids_in(if_in))
        found = [each for each in found if each in meant]
    own = select(Attachment.id, literal(place), literal(help_request_id)).where(
        Attachment.public_id.in_(found), Attachment.owner_id == actor.person_id
    )
    _use(own)


def show_again(html: str, *, help_request_id: int, place: str, seen_in: str) -> None:
    """Let a post show the pictures in its HTML that another post of the same readers, `seen_in`, shows them already."""
    if found := ids_in(html):
        seen = (AttachmentUse.place == seen_in, AttachmentUse.withdrawn_at.is_(None))
        _use(
            select(AttachmentUse.attachment_id, literal(place), literal(help_request_id))
            .join(Attachment, Attachment.id == AttachmentUse.attachment_id)
            .where(Attachment.public_id.in_(found), *seen)
        )


def keep_until(actor: Actor, text: str, moment: datetime) -> None:
    """Keep one's own pictures in a text that was not sent yet. Costs no statement where there is none."""
    if found := ids_in(text):
        own = update(Attachment).where(Attachment.public_id.in_(found), Attachment.owner_id == actor.person_id)
        db.session.execute(own.values(kept_until=moment))


def move(places: Sequence[str], help_request_id: int) -> None:
    """Take the pictures of these posts along to another request."""
    for start in range(0, len(places), MOVED_AT_A_TIME):
        uses = update(AttachmentUse).where(AttachmentUse.place.in_(places[start : start + MOVED_AT_A_TIME]))
        db.session.execute(uses.values(help_request_id=help_request_id))


def move_all(from_request_id: int, to_request_id: int) -> None:
    """Take the pictures of everything in a request along to another one."""
    uses = update(AttachmentUse).where(AttachmentUse.help_request_id == from_request_id)
    db.session.execute(uses.values(help_request_id=to_request_id))


def withdraw(*places: str) -> None:
    """Take the pictures of posts that were deleted out of sight; other posts that show them are not touched."""
    _put_withdrawn(places, clock.now())


def bring_back(*places: str) -> None:
    """Show the pictures of posts again that are there again."""
    _put_withdrawn(places, None)


def withdraw_all(help_request_id: int) -> None:
    """Take the pictures of everything in a request out of sight, because it was deleted as a whole."""
    seen = (AttachmentUse.help_request_id == help_request_id, AttachmentUse.withdrawn_at.is_(None))
    db.session.execute(update(AttachmentUse).where(*seen).values(withdrawn_at=clock.now()))


def bring_back_all(help_request_id: int, *, since: datetime) -> None:
    """Show what went with a request since this moment again; posts that were deleted before stay so."""
    gone = (AttachmentUse.help_request_id == help_request_id, AttachmentUse.withdrawn_at >= since)
    db.session.execute(update(AttachmentUse).where(*gone).values(withdrawn_at=None))


def forget(attachment_ids: list[int], public_ids: list[str]) -> None:
    """Delete pictures with their files."""
    _delete(attachment_ids)
    for public_id in public_ids:
        files.remove(public_id)


def _put_withdrawn(places: Sequence[str], moment: datetime | None) -> None:
    for start in range(0, len(places), MOVED_AT_A_TIME):
        uses = update(AttachmentUse).where(AttachmentUse.place.in_(places[start : start + MOVED_AT_A_TIME]))
        db.session.execute(uses.values(withdrawn_at=moment))


def _use(uses: Select[*tuple[Any, ...]]) -> None:
    made = upsert(AttachmentUse).from_select(["attachment_id", "place", "help_request_id"], uses)
    db.session.execute(made.on_conflict_do_nothing(index_elements=["attachment_id", "place"]))


def _delete(attachment_ids: list[int]) -> None:
    db.session.execute(delete(AttachmentUse).where(AttachmentUse.attachment_id.in_(attachment_ids)))
    db.session.execute(delete(Attachment).where(Attachment.id.in_(attachment_ids)))


def _one_line(words: str) -> str:
    words = " ".join(words.split())
    if len(words) > LONGEST_ALTERNATIVE or not is_storable(words):
        raise Invalid(
            "unusable_description",
            _l("The description is too long, or holds characters that cannot be stored."),
            field="alternative_text",
        )
    return words
