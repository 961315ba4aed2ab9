"""Once-keys: a writing form or API call carries a key, and its result is stored in the same transaction.

A double click, a retry or a form sent again after "back" then has one effect and gets the same answer. Keys are bound
to the actor and the address they were first used on.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Response, current_app, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.changes import unseen_by_visitors
from app.db import Model, Words, changed_rows, db, transaction, upsert
from app.errors import Conflict
from app.web.current_actor import actor

FIELD = "once_key"
HEADER = "Idempotency-Key"
KEPT = timedelta(days=2)
LONGEST_BODY = 8_000
REPEATABLE = "samen_repeatable"

View = TypeVar("View", bound=Callable[..., Any])


@unseen_by_visitors
class OnceKey(Model):
    """One use of a key: the digest of key, actor and address, and the answer it got."""

    __tablename__ = "once_keys"
    __table_args__ = (Index("ix_once_keys_used_at", "used_at"),)

    digest: Mapped[str] = mapped_column(Words(64), primary_key=True)
    used_at: Mapped[datetime]
    request_digest: Mapped[str] = mapped_column(Words(64))
    status: Mapped[int | None]
    location: Mapped[str | None] = mapped_column(Words(2000))
    content_type: Mapped[str | None] = mapped_column(Words(100))
    body: Mapped[str | None] = mapped_column(Words(LONGEST_BODY))


class UsedMeanwhile(Exception):
    """Another request with the same key ended first; this one must be undone."""


def repeatable(view: View) -> View:
    """Mark a view that may be sent again as often as one likes, with other content: it is done again each time."""
    setattr(view, REPEATABLE, True)
    return view


def new_key() -> str:
    """Return a key for a hidden field of a form."""
    return secrets.token_urlsafe(18)


def sent_key() -> str | None:
    """Return the key this request carries, if it does and its view asks for one."""
    if getattr(current_app.view_functions.get(request.endpoint or ""), REPEATABLE, False):
        return None
    key = request.headers.get(HEADER) or (request.form.get(FIELD) if _has_form() else None)
    return key or None


def answer_to(key: str) -> Response | None:
    """Return the answer that an earlier use of this key got. Raises Conflict where it came with other content.

    Reads outside of any transaction of the request's.
    """
    row = db.session.scalars(select(OnceKey).where(OnceKey.digest == _digest(key))).one_or_none()
    db.session.rollback()
    if row is None:
        return None
    if not hmac.compare_digest(row.request_digest, _content_digest()):
        raise Conflict("once_key_reused", _l("This form was already sent with other content. Load the page again."))
    if row.status is None:
        raise Conflict("already_done", _l("This was already done. Look at the page to see the result."))
    response = Response(row.body or "", status=row.status, content_type=row.content_type)
    if row.location is not None:
        response.location = row.location
    return response


def keep(key: str, response: Response) -> None:
    """Store the answer with the changes it tells of. Raises UsedMeanwhile when another request was first.

    Last in the transaction, not first: the insert would take SQLite's write lock before limits are counted, passwords
    hashed and texts rendered. On PostgreSQL it waits until the other use has ended.
    """
    location = response.headers.get("Location")
    body = "" if 300 <= response.status_code < 400 else response.get_data(as_text=True)
    # An answer too long to keep is never given again in part: a second sending hears that it was done.
    fits = len(body) <= LONGEST_BODY
    row = {
        "digest": _digest(key),
        "used_at": clock.now(),
        "request_digest": _content_digest(),
        "status": response.status_code if fits else None,
        "location": location,
        "content_type": response.content_type,
        "body": body if fits else None,
    }
    insert = upsert(OnceKey).values(row).on_conflict_do_nothing(index_elements=["digest"])
    if changed_rows(db.session.execute(insert)) == 0:
        raise UsedMeanwhile


def forget_old_keys() -> None:
    """Delete keys nobody will send again. A job."""
    with transaction() as session:
        session.execute(delete(OnceKey).where(OnceKey.used_at < clock.now() - KEPT))


def _digest(key: str) -> str:
    who = actor()
    parts = (key, str(who.person_id), str(who.session_id), request.method, request.path)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _content_digest() -> str:
    # Keyed: what is hashed may hold a password, and a plain digest could be tried against a list of them.
    hashed = hmac.new(str(current_app.secret_key).encode(), digestmod=hashlib.sha256)
    if _has_form():
        for name, values in sorted(request.form.lists()):
            if name not in {FIELD, "csrf_token"}:
                hashed.update(repr((name, values)).encode("utf-8", "surrogatepass"))
        for name, file in sorted(request.files.items(multi=True)):
            hashed.update(repr((name, file.filename)).encode("utf-8", "surrogatepass"))
            hashed.update(hashlib.sha256(file.stream.read()).digest())
            file.stream.seek(0)
    else:
        hashed.update(request.get_data())
    return hashed.hexdigest()


def _has_form() -> bool:
    return request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}
