"""The blueprint of organisations, and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from app.organisations import policy
from app.organisations.models import Organisation
from app.organisations.wording import SCOPE_WORDS, role_word
from app.web.language import LANGUAGES, current_language
from app.web.panels import panels

Answer = str | Response | tuple[str, int]

bp = Blueprint("organisations", __name__)


@bp.context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "panels": panels,
        "policy": policy,
        "description_of": description_of,
        "shape_of": shape_of,
        "role_word": role_word,
        "scope_words": SCOPE_WORDS,
    }


def description_of(organisation: Organisation) -> tuple[str, str]:
    """Return the description in the reader's language, else in any it has, and the language it is in."""
    texts: dict[str, str] = organisation.texts
    for code in (current_language(), *LANGUAGES, *sorted(texts)):
        if texts.get(code):
            return texts[code], code
    return "", current_language()


def shape_of(kind: str) -> str:
    """Return the word by which the people of such an organisation are drawn."""
    return {"partner": "partner", "customer": "peer"}.get(kind, "agent")
