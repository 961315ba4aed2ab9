"""What one did, what was done to a question, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, render_template
from flask_babel import gettext as _

from app.community.models.acts import Act
from app.community.models.posts import Question
from app.community.queries import log, thread
from app.community.services import undoing
from app.community.services.noting import KEPT
from app.community.views.blueprint import Answered, bp, subject_url
from app.web import throttle
from app.web.access import only, signed_in
from app.web.current_actor import actor
from app.web.forms import see_other


@bp.get("/activity")
@signed_in
def activity() -> Answered:
    """What one did that can be undone."""
    return _page(log.own_acts(actor()))


@bp.get("/q/<int:question_id>/log")
@only("moderator")
def question_log(question_id: int) -> Answered:
    """What was done to a question, also to one that is gone."""
    found = thread.even_deleted_question(actor(), question_id)
    return _page(log.acts_on(actor(), found), question=found)


@bp.post("/acts/<int:act_id>/undo")
@signed_in
def undo(act_id: int) -> Answered:
    """Take back what was done."""
    throttle.count("tidy_by_person", str(actor().person_id))
    act = log.act_for(actor(), act_id)
    undoing.undo(actor(), act)
    flash(_("It is as it was before."), "good")
    return see_other(subject_url(act))


def _page(acts: Sequence[Act], **more: Question) -> str:
    return render_template(
        "community/activity.html",
        acts=acts,
        others=log.others_named_in(acts),
        changed=log.changed_since(acts),
        reversals=undoing.REVERSALS,
        days=KEPT.days,
        **more,
    )
