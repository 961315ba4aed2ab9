"""Once-keys: a writing form or API call carries a key, and its result is stored in the same transaction.

A double click, a retry or a form sent again after "back" then has one effect and gets the same answer. Keys are bound
to the actor and the address they were first used on.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Response, request
from sqlalchemy import Index, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Model, Words, changed_rows, db, transaction, upsert
from app.errors import Conflict
from app.web.current_actor import actor

FIELD = "once_key"
HEADER = "Idempotency-Key"
KEPT = timedelta(days=2)
LONGEST_BODY = 8_000


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


def new_key() -> str:
    """Return a key for a hidden field of a form."""
    return secrets.token_urlsafe(18)


def answered_once(run: Callable[[], Response]) -> Response:
    """Run the request, or give the answer its key already got. Raises Conflict where a key comes with other content."""
    key = request.headers.get(HEADER) or request.form.get(FIELD) if _has_form() else request.headers.get(HEADER)
    if not key:
        return run()
    digest, content = _digest(key), _content_digest()
    # The insert waits on PostgreSQL until a first use of the same key has ended, so the second sees its result.
    row = {"digest": digest, "used_at": clock.now(), "request_digest": content}
    taken = db.session.execute(upsert(OnceKey).values(row).on_conflict_do_nothing(index_elements=["digest"]))
    if changed_rows(taken) == 0:
        return _answer_of(digest, content)
    response = run()
    stored = db.session.get_one(OnceKey, digest)
    stored.status = response.status_code
    stored.location = response.location
    stored.content_type = response.content_type
    if not response.is_streamed and response.location is None:
        stored.body = response.get_data(as_text=True)[:LONGEST_BODY]
    return response


def forget_old_keys() -> None:
    """Delete keys nobody will send again. A job."""
    with transaction() as session:
        session.execute(delete(OnceKey).where(OnceKey.used_at < clock.now() - KEPT))


def _answer_of(digest: str, content: str) -> Response:
    row = db.session.scalars(select(OnceKey).where(OnceKey.digest == digest)).one()
    if row.request_digest != content or row.status is None:
        raise Conflict("once_key_reused")
    response = Response(row.body or "", status=row.status, content_type=row.content_type)
    if row.location is not None:
        response.location = row.location
    return response


def _digest(key: str) -> str:
    who = actor()
    parts = (key, str(who.person_id), str(who.session_id), request.method, request.path)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _content_digest() -> str:
    hashed = hashlib.sha256()
    if _has_form():
        for name, values in sorted(request.form.lists()):
            if name not in {FIELD, "csrf_token"}:
                hashed.update(repr((name, values)).encode("utf-8", "surrogatepass"))
    else:
        hashed.update(request.get_data())
    return hashed.hexdigest()


def _has_form() -> bool:
    return request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}
