"""Plain pages about Samen itself: their words are in the templates."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.web.access import public
from app.web.kept_pages import kept
from app.web.panels import panels

bp = Blueprint("pages", __name__)


@bp.get("/help")
@public
@kept
def help() -> str:  # noqa: A001  the word of its address
    """How asking works, who answers, and how to write."""
    return render_template("pages/help.html")


@bp.get("/keyboard")
@public
@kept
def keyboard() -> str:
    """The keys."""
    return render_template("pages/keyboard.html")


@bp.get("/how-ranking-works")
@public
@kept
def ranking() -> str:
    """How helpers are chosen."""
    return render_template("pages/how_ranking_works.html", panels=panels)


@bp.get("/accessibility")
@public
@kept
def accessibility() -> str:
    """What is done so that everybody can use it, and where it falls short."""
    return render_template("pages/accessibility.html")
