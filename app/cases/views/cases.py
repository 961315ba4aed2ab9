"""The list of one's own cases, a case with its timeline, and writing in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from app.cases import policy
from app.cases.forms.talk import CloseForm, HolderReplyForm, NoteForm, ReplyForm, WaitForm
from app.cases.links import case_url
from app.cases.models.desk import CannedText
from app.cases.queries.case_view import CaseView, case_for
from app.cases.queries.choices import causes_of
from app.cases.queries.desk_cases import drafts_in
from app.cases.queries.lists import own_cases
from app.cases.queries.timeline import timeline_of, told_once
from app.cases.services import talking
from app.cases.views.blueprint import Answered, acting_in, bp
from app.community.compose import compose
from app.drafts import posting as drafts
from app.drafts.places import CASE
from app.errors import Invalid
from app.paging import Key
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language, current_time_zone


@bp.get("/cases")
@signed_in
def case_list() -> str:
    """The viewer's own cases, each with whose turn it is."""
    after = Key.parse(request.args.get("after"))
    page = own_cases(actor(), after=after)
    older = url_for(".case_list", after=str(page.next_key)) if page.next_key else None
    return render_template("cases/cases.html", page=page, older=older, is_first=after is None)


@bp.get("/cases/<public_id>")
@signed_in
def case(public_id: str) -> Answered:
    """A case: where it stands, whose turn it is, one timeline, and what the viewer can do. A merged one leads on."""
    found = case_for(actor(), public_id)
    if found.goes_on_as is not None:
        return redirect(case_url(found.goes_on_as), 301)  # type: ignore[return-value]
    return case_page(found)


@bp.get("/cases/<public_id>/print")
@signed_in
def print_case(public_id: str) -> str:
    """A case on paper: everything the viewer may see of it and nothing to press."""
    found = case_for(actor(), public_id)
    return render_template(
        "cases/print.html", case=found, viewer=acting_in(found), timeline=told_once(timeline_of(found))
    )


@bp.post("/cases/<public_id>/messages")
@signed_in
def post_message(public_id: str) -> Answered:
    """Write to the others in a case."""
    throttle.count("case_message_by_person", str(actor().person_id))
    found = case_for(actor(), public_id)
    form = reply_form(found)
    if form.validate():
        try:
            sent = talking.post_message(
                acting_in(found),
                found,
                text=compose(form.body.data, prior=current_language()),
                next_update_at=chosen_moment(form),
            )
        except Invalid as error:
            attach(form, error)
        else:
            drafts.posted(actor(), _place(found))
            return see_other(case_url(public_id, sent.id))
    return case_page(found, reply=form), 422


def case_page(found: CaseView, *, texts: Sequence[CannedText] | None = None, **sent: FlaskForm) -> str:
    """Return the page of a case; `sent` is the form, by its name, that could not be used, `texts` the canned ones that
    can be put into a reply, where somebody asked for them.
    """
    viewer = acting_in(found)
    causes = causes_of(found.holder.id) if policy.can_close_with_cause(viewer, found) else ()
    slot, replying = drafts_in(actor(), found)
    forms: dict[str, Any] = {
        "reply": reply_form(found, formdata=None, body=slot.fields.get("body")),
        "note": NoteForm(formdata=None),
        "wait": WaitForm(formdata=None),
        "close": CloseForm(formdata=None),
        **sent,
    }
    return render_template(
        "cases/case.html",
        case=found,
        viewer=viewer,
        timeline=told_once(timeline_of(found)),
        causes=causes,
        slot=slot,
        texts=texts,
        replying=replying if found.is_inside else [],
        forms=forms,
        form=next(iter(sent.values()), forms["reply"]),
        opened=next(iter(sent), ""),
    )


def reply_form(found: CaseView, **more: object) -> ReplyForm:
    """Return the form in which the viewer writes to the others: who helps also says when there is more news."""
    return HolderReplyForm(**more) if found.is_inside else ReplyForm(**more)


def _place(found: CaseView) -> str:
    """Return where what one writes here is kept until it is sent."""
    return f"{CASE}.{found.public_id}"


def chosen_moment(form: ReplyForm) -> datetime | None:
    """Return the moment that was chosen by the writer's own clock; None where she chose none."""
    chosen: datetime | None = form.next_update_at.data if isinstance(form, HolderReplyForm) else None
    return chosen.replace(tzinfo=ZoneInfo(current_time_zone())) if chosen else None
