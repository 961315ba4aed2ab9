"""Public pages of people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from app.community.links import person_url, question_url
from app.community.queries import questions_for
from app.community.views import category_name
from app.organisations.views import shape_of
from app.providers import queries
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.panels import panels

RECENT = 10

bp = Blueprint("people", __name__)


@bp.context_processor
def _for_templates() -> dict[str, Any]:
    return {"panels": panels, "question_url": question_url, "category_name": category_name, "shape_of": shape_of}


@bp.get("/people/<handle>")
@public
def person(handle: str) -> str | AnyResponse:
    """Who somebody is, where she works, what she knows about, and what she answered lately."""
    found = queries.person_for(handle)
    if found.handle != handle:
        return redirect(person_url(found.handle), 301)
    return render_template(
        "providers/person.html",
        person=found,
        seats=queries.seats_in_public(found),
        topics=queries.topics_of(found.id),
        helping=queries.helping_of(actor(), found),
        page=questions_for(actor(), answered_by_id=found.id, size=RECENT),
    )


@bp.get("/me")
@signed_in
def own() -> AnyResponse:
    """Lead to one's own public page."""
    return redirect(person_url(actor().handle), 303)
