"""Opening an answer to all, and ending that."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext as _

from app.community.queries import thread
from app.community.services import editing
from app.community.views.blueprint import Answered, back_to, bp
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor


@bp.post("/answers/<int:answer_id>/wiki")
@signed_in
def open_to_all(answer_id: int) -> Answered:
    """Make it a wiki answer."""
    throttle.count("edit_by_person", str(actor().person_id))
    found = thread.answer_for(actor(), answer_id)
    editing.open_to_all(actor(), found)
    flash(_("Everybody may improve this answer now. It stays your answer: votes and thanks go to its author."), "good")
    return back_to(found)


@bp.post("/answers/<int:answer_id>/wiki/end")
@signed_in
def close_to_others(answer_id: int) -> Answered:
    """End the wiki."""
    throttle.count("edit_by_person", str(actor().person_id))
    found = thread.answer_for(actor(), answer_id)
    editing.close_to_others(actor(), found)
    flash(_("Only its author edits this answer now. What others wrote in it stays."), "info")
    return back_to(found)
