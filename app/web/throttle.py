"""Limits, as data in one table. What is done is counted in rows, so that it holds over restarts and all processes.

A counter is one row per limit, key and window, and changes by `n = n + 1` in a ledger entry of its own. Windows are
fixed, so at most twice the limit passes around a window's edge, or when the clock is set. What is only looked at is
counted in memory (app.web.tallies): a page must not wait for a write, nor fail because nothing can be written.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app, request, session
from sqlalchemy import Index, delete
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.changes import unseen_by_visitors
from app.db import Model, Words, changed_rows, transaction, upsert
from app.errors import TooMany
from app.web.ledger import entry
from app.web.tallies import Tallies
from app.web.transactions import SAFE_METHODS


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
    "page_by_network": Limit(60, 10),
    "page_by_session": Limit(60, 10),
    "similar_by_network": Limit(240, 60),
    "search_by_network": Limit(120, 60),
    "deflect_by_network": Limit(60, 600),
    "helpful_by_network": Limit(60, 600),
    "read_by_network": Limit(240, 60),
    "api_by_token": Limit(300, 60),
    "api_by_network": Limit(120, 60),
    "notice_by_person": Limit(240, 600),
    "unsubscribe_by_network": Limit(60, 600),
    "write_by_person": Limit(240, 600),
    "case_by_person": Limit(240, 600),
    "desk_by_person": Limit(240, 600),
    "case_message_by_person": Limit(60, 600),
    "claim_by_person": Limit(20, 3600),
    "case_act_by_person": Limit(240, 3600),
    "grant_by_person": Limit(120, 3600),
    "invite_by_person": Limit(30, 3600),
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


def init_throttle(app: Flask) -> None:
    """Make the memory for what is looked at, before the server forks; and count every page that is asked for."""
    app.extensions["samen.tallies"] = Tallies()

    @app.before_request
    def _count_page() -> None:
        if request.method in SAFE_METHODS and request.blueprint != "health" and not _is_this_machine():
            # Whoever is signed in shares her address with colleagues, and has shown who she is.
            token = session.get("_user_id")
            count_look("page_by_session", token) if token else count_look("page_by_network", network())


def count(limit_name: str, key: str) -> None:
    """Count one use under this key. Raises TooMany once the limit is passed."""
    window = _window(limit_name)
    row = {
        "limit_name": limit_name,
        "key_digest": _digest(key),
        "window": window.number,
        "ends_at": datetime.fromtimestamp(window.ends_s, clock.now().tzinfo),
        "n": 1,
    }
    # Who is over the limit changes nothing more, so a flood of refusals costs no write.
    counting = upsert(ThrottleCounter).values(row)
    counting = counting.on_conflict_do_update(
        index_elements=["limit_name", "key_digest", "window"],
        set_={"n": ThrottleCounter.n + 1},
        where=ThrottleCounter.n < window.most,
    )
    with entry() as session:
        is_counted = changed_rows(session.execute(counting)) == 1
    if not is_counted:
        raise TooMany(limit_name, retry_after_s=window.left_s)


def count_look(limit_name: str, key: str) -> None:
    """Count one look under this key, on this machine. Raises TooMany once the limit is passed."""
    window = _window(limit_name)
    tallies: Tallies = current_app.extensions["samen.tallies"]
    n = tallies.count(f"{limit_name} {window.number} {key}", now_s=window.now_s, ends_s=window.ends_s)
    if n > window.most:
        raise TooMany(limit_name, retry_after_s=window.left_s)


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


@dataclass(frozen=True)
class _Window:
    most: int
    number: int
    now_s: int
    ends_s: int

    @property
    def left_s(self) -> int:
        return self.ends_s - self.now_s


def _window(limit_name: str) -> _Window:
    limit, now_s = LIMITS[limit_name], int(clock.now().timestamp())
    number = now_s // limit.per_s
    return _Window(limit.most, number, now_s, (number + 1) * limit.per_s)


def _is_this_machine() -> bool:
    """Say whether who asks sits at the server itself: nobody from outside, unless proxies are not configured."""
    return request.remote_addr in {"127.0.0.1", "::1"}


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
