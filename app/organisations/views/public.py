"""The public pages of organisations."""

from __future__ import annotations

from flask import render_template

from app.organisations import queries
from app.organisations.history import history_of
from app.organisations.views.blueprint import bp
from app.organisations.wording import HOW_WORDS
from app.web.access import public
from app.web.current_actor import actor
from app.web.kept_pages import kept


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
    """One organisation: what it is for, who it was found to be, and who helps on its behalf."""
    found = queries.organisation_for(actor(), slug)
    return render_template("organisations/organisation.html", organisation=found, proof=queries.proof_of(found.id))


@bp.get("/organisations/<slug>/history")
@public
@kept
def history(slug: str) -> str:
    """What is known of who it is, and since when: names, identity, domains, who acts for whom."""
    found = queries.organisation_for(actor(), slug)
    return render_template(
        "organisations/history.html", organisation=found, moments=history_of(found), how_words=HOW_WORDS
    )
