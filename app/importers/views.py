"""Pages on which people claim what they wrote elsewhere."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from app.community.links import person_url
from app.errors import NotFound
from app.importers.claiming import Claimable, claim, claimable_by
from app.importers.declining import decline, take_back
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import see_other

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
    return see_other(person_url(actor().handle))


@bp.post("/claims/<int:author_id>/decline")
@signed_in
def declined(author_id: int) -> AnyResponse:
    """Ask her no more about this author; with `given=0`, do."""
    throttle.count("claim_by_person", str(actor().person_id))
    page = see_other(person_url(actor().handle))
    if request.form.get("given") == "0":
        said = _("You are asked again.")
        take_back(actor(), author_id)
        flash(said, "info")
        return page
    said = _("You are not asked about this author again.")
    undo = {"undo_action": url_for(".declined", author_id=author_id), "undo_fields": {"given": "0"}}
    decline(actor(), author_id)
    flash({"text": said, **undo}, "good")  # type: ignore[arg-type]
    return page


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
