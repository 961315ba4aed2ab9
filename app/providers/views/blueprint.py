"""The blueprint of people as helpers, and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from app.community.links import question_url
from app.community.views.blueprint import category_name
from app.organisations.views.blueprint import shape_of
from app.web.panels import panels

bp = Blueprint("people", __name__)


@bp.context_processor
def _for_templates() -> dict[str, Any]:
    return {"panels": panels, "question_url": question_url, "category_name": category_name, "shape_of": shape_of}
