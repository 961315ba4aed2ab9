"""What the page of a case shows of bundles, quotes and agreements."""

from __future__ import annotations

from typing import Any

from app import clock
from app.actor import Actor
from app.cases import policy, wording
from app.cases.links import case_url
from app.cases.queries.case_view import CaseView
from app.cases.queries.parts import parts_for, whole_of
from app.cases.queries.quotes import at_a_glance


def parts_panel(viewer: Actor, case: CaseView) -> tuple[str, dict[str, Any]] | None:
    """Return the parts of a whole; for a part, of what it is one."""
    if case.parent_id is not None:
        whole = whole_of(case)
        if whole is None:
            return None
        return "cases/_part_of.html", {"title": whole[0], "public_id": whole[1], "case_url": case_url}
    parts = parts_for(viewer, case)
    if not parts:
        return None
    shown = {"parts": parts, "case": case, "viewer": viewer}
    return "cases/_parts.html", {**shown, "policy": policy, "wording": wording, "case_url": case_url}


def quotes_panel(viewer: Actor, case: CaseView) -> tuple[str, dict[str, Any]] | None:
    """Return how many quotes wait, what is agreed, and for who works on the case the way to a new quote."""
    can_quote = policy.can_quote(viewer, case, now=clock.now())
    waiting, agreed = at_a_glance(viewer, case)
    if not (can_quote or waiting or agreed):
        return None
    return "cases/_quotes.html", {
        "case": case,
        "waiting": waiting,
        "agreement": agreed,
        "can_quote": bool(can_quote),
    }
