"""What the page of a case shows of promises, points, details and clocks, for its customer and for who works on it; what
a question's page shows of the cases that it went on as, and how a case and the article made of it lead to each other.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import request

from app import clock
from app.actor import Actor
from app.cases import policy, promise_policy
from app.cases.links import case_url
from app.cases.queries.case_view import CaseView
from app.cases.queries.details import details_for
from app.cases.queries.lists import cases_from, public_ids_of
from app.cases.queries.status import status_and_asks
from app.cases.states import is_open
from app.community.queries.thread import Thread
from app.knowledge.links import article_path
from app.knowledge.queries.about import articles_made_of
from app.privacy.kinds import DETAIL_KINDS, name_of
from app.web.transactions import SAFE_METHODS


def private_panel(viewer: Actor, thread: Thread) -> tuple[str, dict[str, Any]] | None:
    """Show below a question the cases that it went on as, to who may see them, and the way to go on in private."""
    question = thread.question
    can_go_on = bool(policy.can_go_on_in_private(viewer, question))
    if viewer.is_visitor or not (can_go_on or viewer.seats):
        return None
    found = cases_from(viewer, question.id)
    if not found and not can_go_on:
        return None
    return "cases/_private.html", {
        "question": question,
        "cases": found,
        "can_go_on": can_go_on,
        "case_url": case_url,
        "is_own": question.asker_id == viewer.asker_id,
    }


def agreed_panel(viewer: Actor, case: CaseView) -> tuple[str, dict[str, Any]]:
    """Show what both sides mean, what was promised, what is disputed, and the details that the viewer may see.

    Where the page answers a form that could not be used, details are left out: to look at them is written down in a
    transaction of its own, and there is one already.
    """
    is_looking = request.method in SAFE_METHODS
    status, asks = status_and_asks(case, now=clock.now())
    waiting = [ask for ask in asks if ask.answer is None]
    details = details_for(viewer, case) if is_looking else None
    return "cases/_agreed.html", {
        "case": case,
        "viewer": viewer,
        "status": status,
        "details": details,
        "asks": waiting,
        "asked_again": sum(ask.is_again for ask in asks),
        "known": {each.kind for each in details.shown} if details else set(),
        "rights": promise_policy,
        "kind_name": name_of,
        "detail_kinds": DETAIL_KINDS,
        "here": case_url(case.public_id),
    }


def articles_panel(viewer: Actor, case: CaseView) -> tuple[str, dict[str, Any]] | None:
    """Show who works on a case the articles that were made of it, and once it is over the way to one."""
    if not case.is_inside or is_open(case.state):
        return None
    can_make = bool(policy.can_make_article(viewer, case))
    rows = articles_made_of(viewer, case.id)
    if not (rows or can_make):
        return None
    return "cases/_articles.html", {"case": case, "rows": rows, "can_make": can_make, "article_path": article_path}


def article_source_panel(viewer: Actor, case_ids: Collection[int]) -> tuple[str, dict[str, Any]] | None:
    """Lead from an article to the cases it was made of, those that the viewer may see."""
    public_ids = public_ids_of(viewer, case_ids)
    return ("cases/_article_source.html", {"public_ids": public_ids, "case_url": case_url}) if public_ids else None
