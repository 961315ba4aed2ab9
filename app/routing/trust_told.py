"""What trust did to a record, in words: counts are said as they are, and beside them that some count less."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import ngettext

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
