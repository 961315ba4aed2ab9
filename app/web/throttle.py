"""Limits, as data in one table; the counters are rows, so that they hold over restarts and over all processes.

A counter is one row per limit, key and window, and changes by `n = n + 1` in a ledger entry of its own. Windows are
fixed, so at most twice the limit passes around a window's edge.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import Index, delete
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.changes import unseen_by_visitors
from app.db import Model, Words, transaction, upsert
from app.errors import TooMany
from app.web.ledger import entry


@dataclass(frozen=True)
class Limit:
    """At most `most` in `per_s` seconds, for each key."""

    most: int
    per_s: int


# Sources: security.md 1 (warehouse, Mastodon, Discourse) and W10.
LIMITS = {
    "sign_in_by_account": Limit(10, 300),
    "sign_in_by_network": Limit(60, 300),
    "sign_up_by_network": Limit(20, 1800),
    "reset_by_account": Limit(5, 86_400),
    "reset_by_network": Limit(20, 3600),
    "letter_by_address": Limit(5, 86_400),
    "confirm_by_network": Limit(60, 3600),
    "ask_by_person": Limit(20, 3600),
    "answer_by_person": Limit(60, 600),
    "vote_by_person": Limit(120, 600),
    "comment_by_person": Limit(60, 600),
    "report_by_person": Limit(30, 3600),
    "completion_by_person": Limit(240, 60),
    "affect_by_person": Limit(60, 600),
    "follow_by_person": Limit(120, 600),
    "filter_by_person": Limit(60, 600),
    "look_by_person": Limit(600, 600),
    "edit_by_person": Limit(120, 3600),
    "tidy_by_person": Limit(240, 3600),
    "suggest_by_person": Limit(30, 3600),
    "preview_by_person": Limit(120, 60),
    "picture_by_person": Limit(50, 86_400),
    "draft_by_person": Limit(600, 600),
    "similar_by_network": Limit(240, 60),
    "search_by_network": Limit(120, 60),
    "deflect_by_network": Limit(60, 600),
    "api_by_token": Limit(300, 60),
    "api_by_network": Limit(120, 60),
    "notice_by_person": Limit(240, 600),
    "unsubscribe_by_network": Limit(60, 600),
    "write_by_person": Limit(240, 600),
    "claim_by_person": Limit(20, 3600),
}


@unseen_by_visitors
class ThrottleCounter(Model):
    """How often something was done under one key in one window."""

    __tablename__ = "throttle_counters"
    __table_args__ = (Index("ix_throttle_counters_ends", "ends_at"),)

    limit_name: Mapped[str] = mapped_column(Words(60), primary_key=True)
    key_digest: Mapped[str] = mapped_column(Words(64), primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ends_at: Mapped[datetime]
    n: Mapped[int]


def count(limit_name: str, key: str) -> None:
    """Count one use under this key. Raises TooMany once the limit is passed."""
    limit = LIMITS[limit_name]
    seconds = int(clock.now().timestamp())
    window = seconds // limit.per_s
    ends_at = datetime.fromtimestamp((window + 1) * limit.per_s, clock.now().tzinfo)
    row = {"limit_name": limit_name, "key_digest": _digest(key), "window": window, "ends_at": ends_at, "n": 1}
    statement = (
        upsert(ThrottleCounter)
        .values(row)
        .on_conflict_do_update(index_elements=["limit_name", "key_digest", "window"], set_={"n": ThrottleCounter.n + 1})
        .returning(ThrottleCounter.n)
    )
    with entry() as session:
        n = session.execute(statement).scalar_one()
    if n > limit.most:
        raise TooMany(limit_name, retry_after_s=(window + 1) * limit.per_s - seconds)


def network() -> str:
    """Return the part of the caller's address that one household or host shares: an IPv4 address, an IPv6 /64."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def forget_old_counters() -> None:
    """Delete counters whose window is long over. A job."""
    with transaction() as session:
        session.execute(delete(ThrottleCounter).where(ThrottleCounter.ends_at < clock.now() - timedelta(hours=1)))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
