"""The blueprint of search and what its templates call."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from flask_babel import gettext as _

from app.community.links import question_url
from app.community.views.blueprint import category_name, news_of
from app.search.query_language import MOST_CHARACTERS, Note, NoteCode
from app.web.panels import panels

bp = Blueprint("search", __name__)

Answered = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "question_url": question_url,
        "category_name": category_name,
        "words_of": words_of,
        "news_of": news_of,
        "panels": panels,
    }


def words_of(note: Note) -> str:
    """Say what was left out of a search, and why."""
    text = note.text if len(note.text) <= 40 else note.text[:40] + "…"
    return {
        NoteCode.TOO_LONG: _("Only the first %(most)d characters were used.", most=MOST_CHARACTERS),
        NoteCode.TOO_MANY_TERMS: _("Left out, it was too much: %(text)s", text=text),
        NoteCode.NO_LETTERS: _("Left out, there is no word in it: %(text)s", text=text),
        NoteCode.PREFIX_TOO_SHORT: _("A star needs three letters or more before it: %(text)s", text=text),
        NoteCode.NO_SUCH_VALUE: _("Left out, it is not something you can filter by: %(text)s", text=text),
    }[note.code]
