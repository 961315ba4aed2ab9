"""Pages of organisations, and the switch of the capacity a person acts in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.views.blueprint import hold
from app.errors import NotFound
from app.organisations import queries, services
from app.organisations.models import Organisation
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.kept_pages import kept
from app.web.language import LANGUAGES, current_language
from app.web.own_path import own_path
from app.web.panels import panels

bp = Blueprint("organisations", __name__)


@bp.context_processor
def _for_templates() -> dict[str, Any]:
    return {"panels": panels, "description_of": description_of, "shape_of": shape_of}


@bp.get("/organisations")
@public
@kept
def organisation_list() -> str:
    """Every organisation that helps here."""
    return render_template("organisations/organisations.html", organisations=queries.organisations_for(actor()))


@bp.get("/organisations/<slug>")
@public
@kept
def organisation(slug: str) -> str:
    """One organisation: what it is for, and who helps on its behalf."""
    found = queries.organisation_for(actor(), slug)
    return render_template("organisations/organisation.html", organisation=found)


@bp.post("/act-as")
@signed_in
def act_as() -> Response:
    """Act for an organisation from now on, or for oneself again."""
    chosen = request.form.get("capacity", "")
    if chosen and not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        raise NotFound
    hold(services.act_as(actor(), int(chosen) if chosen else None))
    name = actor().in_capacity(int(chosen) if chosen else None).acting_label
    flash(_("You act for %(organisation)s now.", organisation=name) if name else _("You act for yourself now."), "info")
    return redirect(own_path(request.form.get("next")) or url_for("community.home"), 303)


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
