"""Who is told, and when a letter may go out. Pure: plain values in, answers out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Listener:
    """A person as the rules see her. `may_see` says whether the request is for her eyes now."""

    person_id: int
    can_sign_in: bool
    is_out: bool
    may_see: bool
    has_muted: bool


@dataclass(frozen=True)
class Wish:
    """How a person wants her mail: "immediately", "daily" or "off". Hours are those of her own clock."""

    mail: str
    time_zone: str
    digest_hour: int
    quiet_from: int | None = None
    quiet_until: int | None = None


def may_be_told(listener: Listener, *, by_id: int | None) -> bool:
    """Say whether this person may be told of what `by_id` did: never of her own acts, nor of what she may not see."""
    if listener.person_id == by_id:
        return False
    if listener.is_out or not listener.can_sign_in:
        return False
    return listener.may_see and not listener.has_muted


def mail_due_at(wish: Wish, *, now: datetime, mailed_at: datetime | None, gap: timedelta) -> datetime | None:
    """Return when a letter about something new may be written; None when she wants none.

    `mailed_at` is when the last letter about the same request was written: the next one waits until `gap` has passed.
    """
    if wish.mail == "off":
        return None
    if wish.mail == "daily":
        return after_quiet(wish, next_morning(wish, now))
    due = now if mailed_at is None else max(now, mailed_at + gap)
    return after_quiet(wish, due)


def after_quiet(wish: Wish, moment: datetime) -> datetime:
    """Return the moment itself, or the end of the quiet hours it falls into."""
    if wish.quiet_from is None or wish.quiet_until is None or wish.quiet_from == wish.quiet_until:
        return moment
    local = moment.astimezone(ZoneInfo(wish.time_zone))
    begin, end = wish.quiet_from, wish.quiet_until
    is_quiet = begin <= local.hour < end if begin < end else local.hour >= begin or local.hour < end
    return _next_time_it_is(end, local).astimezone(moment.tzinfo) if is_quiet else moment


def next_morning(wish: Wish, now: datetime) -> datetime:
    """Return when the next daily letter is due on her clock; strictly after `now`."""
    local = now.astimezone(ZoneInfo(wish.time_zone))
    return _next_time_it_is(wish.digest_hour, local).astimezone(now.tzinfo)


def _next_time_it_is(hour: int, local: datetime) -> datetime:
    # By the clock on the wall: in the night it is changed, an hour of waiting is more or less than sixty minutes.
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    return today if today > local else today + timedelta(days=1)
