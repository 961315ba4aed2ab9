"""Pages on which people claim what they wrote elsewhere."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from app.community.links import person_url
from app.errors import NotFound
from app.importers.claiming import Claimable, claim, claimable_by
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor

bp = Blueprint("claims", __name__)


@bp.get("/claims/<int:author_id>")
@signed_in
def author(author_id: int) -> str:
    """What becomes hers, before she says so."""
    return render_template("importers/claim.html", author=_claimable(author_id), amount=amount_of)


@bp.post("/claims/<int:author_id>")
@signed_in
def claimed(author_id: int) -> AnyResponse:
    """Make what this author wrote her own."""
    throttle.count("claim_by_person", str(actor().person_id))
    done = _("Done. What you wrote there is yours here too.")
    claim(actor(), author_id)
    flash(done, "good")
    return redirect(person_url(actor().handle), 303)


def amount_of(author: Claimable) -> str:
    """Return how much an author wrote, in words."""
    questions = ngettext("%(num)s question", "%(num)s questions", author.questions)
    answers = ngettext("%(num)s answer", "%(num)s answers", author.answers)
    return _("%(questions)s and %(answers)s", questions=questions, answers=answers)


def _claimable(author_id: int) -> Claimable:
    for one in claimable_by(actor()):
        if one.id == author_id:
            return one
    raise NotFound
