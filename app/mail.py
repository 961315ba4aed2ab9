"""Outgoing mail: letters are rows, due until sent. The worker sends them; no request ever talks to a mail server.

In development without a mail server the letters page shows them instead.
"""

from __future__ import annotations

import re
import secrets
import smtplib
import ssl
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from flask import current_app
from flask_babel import force_locale
from sqlalchemy import Index, delete, or_, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.changes import unseen_by_visitors
from app.config import Config
from app.db import Model, Words, changed_rows, db, is_unleased, own_session, storable, transaction

LEASE = timedelta(minutes=5)
KEPT = timedelta(days=30)
MOST_TRIES = 12
# Where a header would end, or another address begin.
ONE_ADDRESS = re.compile(r"[^@\s\x00-\x1f,;:<>()\[\]\\\"]+@[^@\s\x00-\x1f,;:<>()\[\]\\\"]+")

log = structlog.get_logger(__name__)


class _WholeIds(EmailPolicy):
    """Writes headers of addresses and ids on one line: folded or encoded, as long ones are, they mean nothing."""

    def fold(self, name: str, value: Any) -> str:
        return f"{name}: {value}{self.linesep}" if name.lower() in WHOLE else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode() if name.lower() in WHOLE else super().fold_binary(name, value)


WHOLE = {"list-unsubscribe", "in-reply-to", "references"}


@unseen_by_visitors
class Letter(Model):
    """One mail to one address. `headers` holds extra lines; `message_id` makes a repeated sending recognisable."""

    __tablename__ = "letters"
    __table_args__ = (
        Index(
            "ix_letters_due",
            "due_at",
            "id",
            sqlite_where=text("sent_at IS NULL AND dead_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND dead_at IS NULL"),
        ),
        Index(
            "ix_letters_dead",
            "dead_at",
            sqlite_where=text("dead_at IS NOT NULL"),
            postgresql_where=text("dead_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    to_address: Mapped[str] = mapped_column(Words(320))
    subject: Mapped[str] = mapped_column(Words(300))
    body: Mapped[str] = mapped_column(Words(40_000))
    language: Mapped[str] = mapped_column(Words(8))
    message_id: Mapped[str] = mapped_column(Words(200))
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Words(2000))


def queue_letter(
    *, to: str, subject: str, body: str, language: str, message_id: str, headers: dict[str, str] | None = None
) -> Letter:
    """Add a letter to the current transaction, due now. `message_id` is without angle brackets and must be unique."""
    now = clock.now()
    letter = Letter(
        to_address=to,
        subject=" ".join(subject.split()),  # a line break would start a header of its own
        body=body,
        language=language,
        message_id=message_id,
        headers=headers or {},
        created_at=now,
        due_at=now,
    )
    db.session.add(letter)
    return letter


def write_letter(
    template: str,
    *,
    to: str,
    language: str,
    message_id: str | None = None,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> Letter:
    """Queue the letter of templates/mail/<template>.txt: its first line is the subject, the rest the body."""
    with force_locale(language):
        # Not render_template: letters are written outside of requests, and plain text needs no escaping.
        words = current_app.jinja_env.get_template(f"mail/{template}.txt").render(**values)
    subject, _, body = words.strip().partition("\n")
    return queue_letter(
        to=to,
        subject=subject,
        body=f"{body.strip()}\n",
        language=language,
        message_id=message_id or f"{secrets.token_hex(16)}@{mail_host()}",
        headers=headers,
    )


def mail_host() -> str:
    """Return the name behind the @ in ids of letters: the host of this installation."""
    config: Config = current_app.extensions["samen.config"]
    return urlsplit(config.base_url).hostname or "localhost"


def forget_old_letters() -> None:
    """Delete letters that were sent, or given up, a month ago: they hold addresses and links. A job."""
    before = clock.now() - KEPT
    with transaction() as session:
        session.execute(delete(Letter).where(or_(Letter.sent_at < before, Letter.dead_at < before)))


def send_due_letters(limit: int = 50) -> None:
    """Send what is due, each letter claimed first and marked after; failures back off and die after 12 tries."""
    config: Config = current_app.extensions["samen.config"]
    if config.smtp_url is None:
        return
    now = clock.now()
    # A first try waits for nothing: a time ahead of now is then from before the clock was set back.
    due = (
        select(Letter.id)
        .where(Letter.sent_at.is_(None), Letter.dead_at.is_(None), or_(Letter.due_at <= now, Letter.tries == 0))
        .where(is_unleased(Letter.lease_until, now, LEASE))
        .order_by(Letter.due_at, Letter.id)
        .limit(limit)
    )
    with own_session() as session:
        ids = session.scalars(due).all()
    if not ids:
        return
    try:
        server = _connect(config.smtp_url)
    except (OSError, smtplib.SMTPException) as error:
        for letter_id in ids:
            if _claimed(letter_id) is not None:
                _put_off(letter_id, error)
        return
    with server:
        for letter_id in ids:
            _send(server, letter_id, config)


def as_message(letter: Letter, config: Config) -> EmailMessage:
    """Return the letter as a mail. Raises ValueError where its address is not exactly one."""
    if not ONE_ADDRESS.fullmatch(letter.to_address):
        raise ValueError("not one mail address")
    message = EmailMessage(policy=_WholeIds())
    message.set_content(letter.body)  # first, because it takes away what is said about the content
    message["From"] = config.mail_from
    message["To"] = letter.to_address
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = f"<{letter.message_id}>"
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        message[name] = value
    return message


def _send(server: smtplib.SMTP, letter_id: int, config: Config) -> None:
    letter = _claimed(letter_id)
    if letter is None:
        return
    try:
        server.send_message(as_message(letter, config))
    except Exception as error:  # one letter that cannot be made into a mail must not hold up the others
        _put_off(letter_id, error)
        return
    with transaction() as session:
        session.execute(update(Letter).where(Letter.id == letter_id).values(sent_at=clock.now(), lease_until=None))


def _claimed(letter_id: int) -> Letter | None:
    # Claim before sending: two workers may see the same row, only one update hits it.
    now = clock.now()
    with transaction() as session:
        taken = session.execute(
            update(Letter)
            .where(Letter.id == letter_id, Letter.sent_at.is_(None), Letter.dead_at.is_(None))
            .where(is_unleased(Letter.lease_until, now, LEASE))
            .values(lease_until=now + LEASE)
        )
        if changed_rows(taken) != 1:
            return None
        letter = session.get(Letter, letter_id, populate_existing=True)
        if letter is not None:
            session.expunge(letter)
    return letter


def _put_off(letter_id: int, error: Exception) -> None:
    log.warning("letter_failed", letter_id=letter_id, error=type(error).__name__)
    now = clock.now()
    with transaction() as session:
        letter = session.get_one(Letter, letter_id, with_for_update=True)
        letter.tries += 1
        letter.error = storable(repr(error), longest=2000)
        letter.lease_until = None
        letter.due_at = now + timedelta(seconds=min(2**letter.tries * 15, 6 * 3600))
        if letter.tries >= MOST_TRIES:
            letter.dead_at = now


def _connect(url: str) -> smtplib.SMTP:
    """Open smtp://, smtps:// (TLS from the start) or smtp+starttls:// with optional user and password."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=20, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=20)
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
