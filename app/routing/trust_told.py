"""What trust did to a record, and what speaks for a ring, in words. Counts are said as they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from app.routing.ring_models import RingFinding
from app.web.templating import number


def strangers(kept: Mapping[str, Any]) -> list[str]:
    """Return the sentence on confirmations that count less, for one candidate of a decision; none where none does."""
    known: Mapping[str, float] = kept.get("known", {})
    unknown = int(known.get("strangers", 0))
    if not unknown:
        return []
    return [
        ngettext(
            "%(num)s of %(confirmed)s confirmations comes from an account nobody knows yet; it counts less.",
            "%(num)s of %(confirmed)s confirmations come from accounts nobody knows yet; they count less.",
            unknown,
            confirmed=number(int(known.get("confirmed", 0))),
        )
    ]


def evidence(finding: RingFinding) -> list[str]:
    """Return in plain words what speaks for a ring or a loop."""
    numbers = finding.evidence
    if finding.kind == "loop":
        return [
            _(
                "%(inside)s of the %(received)s cases they are judged by came from among themselves, for each of them"
                " more than a twentieth. The ranking counts that as one source.",
                inside=number(numbers["inside"]),
                received=number(numbers["received"]),
            )
        ]
    return [
        _(
            "%(voters)s accounts gave %(inside)s of their %(given)s confirmations to the same %(targets)s people; if"
            " they had confirmed like everybody else, it would be about %(expected)s.",
            voters=number(numbers["voters"]),
            inside=number(numbers["inside"]),
            given=number(numbers["given"]),
            targets=number(numbers["targets"]),
            expected=number(round(numbers["expected"])),
        ),
        _(
            "Nine in ten of these came between %(first)s and %(last)s.",
            first=_day(numbers["first_at"]),
            last=_day(numbers["last_at"]),
        ),
        _(
            "The word of the accounts that confirm weighs %(percent)s%% of that of somebody who is known.",
            percent=number(round(100 * numbers["trusted"])),
        ),
    ]


def _day(seconds: float) -> str:
    return str(format_date(datetime.fromtimestamp(seconds, UTC), "long"))
