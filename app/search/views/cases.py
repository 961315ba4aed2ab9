"""Beside an open case: solved ones that resemble it, and articles that may fit."""

from __future__ import annotations

from flask import render_template, request

from app.cases.links import case_url
from app.cases.queries.case_view import case_for
from app.errors import NotFound
from app.knowledge.links import article_path
from app.search.like_case import like_case
from app.search.views.blueprint import bp
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor


@bp.get("/cases/<public_id>/like")
@signed_in
def like_this_case(public_id: str) -> str:
    """What resembles a case, for who works on it: a fragment for scripts, else a page."""
    case = case_for(actor(), public_id)
    if not case.is_inside:
        raise NotFound
    throttle.count_look("similar_by_network", throttle.network())
    template = "search/_like_case.html" if "X-Fragment" in request.headers else "search/like_case.html"
    return render_template(
        template, case=case, like=like_case(actor(), case), case_url=case_url, article_path=article_path
    )
