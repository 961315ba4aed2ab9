"""What is arranged at the desk: saved views, canned texts, and putting one of those into a reply."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask_babel import force_locale, format_datetime
from flask_babel import gettext as _

from app.cases import desk_policy
from app.cases.canned import VARIABLES, Meant, filled
from app.cases.forms.desk import CannedTextForm, DeskViewForm
from app.cases.models.desk import CannedText
from app.cases.queries import desk_rows
from app.cases.queries.case_view import CaseView, case_for
from app.cases.queries.desk import asked_of
from app.cases.services import desk_keeping
from app.cases.views.blueprint import Answered, acting_in, bp
from app.cases.views.cases import case_page, reply_form
from app.cases.views.desk import at_desk, desk_page
from app.errors import Invalid
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language
from app.web.once import repeatable


@bp.post("/desk/views")
@signed_in
def save_desk_view() -> Answered:
    """Keep what the desk shows now under a name."""
    throttle.count("filter_by_person", str(actor().person_id))
    me, asked, form = at_desk(), asked_of(request.form), DeskViewForm()
    if form.validate():
        try:
            view = desk_keeping.save_view(me, asked, name=form.name.data or "", is_for_all=bool(form.for_all.data))
        except Invalid as error:
            attach(form, error)
        else:
            return see_other(url_for(".desk", saved=view.id))
    return desk_page(me, asked, view_form=form), 422


@bp.post("/desk/views/<int:view_id>/delete")
@signed_in
def delete_desk_view(view_id: int) -> Answered:
    """Delete a saved view, with ten seconds to think better of it."""
    throttle.count("filter_by_person", str(actor().person_id))
    me = at_desk()
    view = desk_rows.view_for(me, view_id)
    again = {"name": view.name, **({} if view.person_id else {"for_all": "y"}), **view.asked}
    desk_keeping.delete_view(me, view)
    undo = url_for(".save_desk_view")
    flash({"text": _("The view is deleted."), "undo_action": undo, "undo_fields": again}, "info")  # type: ignore[arg-type]
    return see_other(url_for(".desk"))


@bp.get("/desk/texts")
@signed_in
def canned_texts() -> str:
    """The canned texts of the organisation, and a form for another one."""
    return _texts_page(CannedTextForm(formdata=None, language=current_language()))


@bp.post("/desk/texts")
@signed_in
def add_canned_text() -> Answered:
    """Put a text on the list."""
    throttle.count("edit_by_person", str(actor().person_id))
    me, form = at_desk(), CannedTextForm()
    require(desk_policy.can_keep_for_all(me))
    if form.validate():
        try:
            desk_keeping.add_text(me, **_typed(form))
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The text is on the list."), "good")
            return see_other(url_for(".canned_texts"))
    return _texts_page(form), 422


@bp.get("/desk/texts/<int:text_id>")
@signed_in
def canned_text(text_id: int) -> str:
    """A canned text, to be written anew."""
    me = at_desk()
    require(desk_policy.can_keep_for_all(me))
    text = desk_rows.text_for(me, text_id)
    return _text_page(text, CannedTextForm(formdata=None, language=text.language, name=text.name, body=text.body))


@bp.post("/desk/texts/<int:text_id>")
@signed_in
def change_canned_text(text_id: int) -> Answered:
    """Write a canned text anew."""
    throttle.count("edit_by_person", str(actor().person_id))
    me, form = at_desk(), CannedTextForm()
    require(desk_policy.can_keep_for_all(me))
    text = desk_rows.text_for(me, text_id)
    if form.validate():
        try:
            desk_keeping.change_text(me, text, **_typed(form))
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The text is saved."), "good")
            return see_other(url_for(".canned_texts"))
    return _text_page(text, form), 422


@bp.post("/desk/texts/<int:text_id>/end")
@signed_in
def end_canned_text(text_id: int) -> Answered:
    """Take a text off the list, with ten seconds to think better of it."""
    throttle.count("edit_by_person", str(actor().person_id))
    me = at_desk()
    require(desk_policy.can_keep_for_all(me))
    text = desk_rows.text_for(me, text_id)
    desk_keeping.end_text(me, text)
    again = {"language": text.language, "name": text.name, "body": text.body}
    undo = url_for(".add_canned_text")
    flash({"text": _("The text is off the list."), "undo_action": undo, "undo_fields": again}, "info")  # type: ignore[arg-type]
    return see_other(url_for(".canned_texts"))


@bp.post("/cases/<public_id>/text")
@signed_in
@repeatable
def insert_text(public_id: str) -> str:
    """The page of a case again, with the canned texts to choose from, and the chosen one after what was typed so far.

    Nothing is sent.
    """
    found = case_for(actor(), public_id)
    viewer = acting_in(found)
    require(desk_policy.can_work(viewer))
    form = reply_form(found)
    chosen = request.form.get("canned", "")
    is_number = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
    if is_number and int(chosen):
        text = desk_rows.text_for(viewer, int(chosen))
        typed = (form.body.data or "").rstrip()
        form.body.data = (f"{typed}\n\n" if typed else "") + filled(text.body, meant_in(found))
    return case_page(found, texts=desk_rows.texts_for(viewer, language=found.language), reply=form)


def meant_in(found: CaseView) -> Meant:
    """Return what the words of a canned text stand for in a case, in its language."""
    viewer = acting_in(found)
    with force_locale(found.language if found.language in {"nl", "en"} else current_language()):
        news = format_datetime(found.next_update_at, "d MMMM y HH:mm") if found.next_update_at else ""
    return Meant(
        customer=found.asker.name,
        agent=viewer.name,
        organisation=found.holder.name,
        title=found.title,
        news_before=news,
    )


def _typed(form: CannedTextForm) -> dict[str, str]:
    return {"language": form.language.data or "", "name": form.name.data or "", "body": form.body.data or ""}


def _texts_page(form: CannedTextForm) -> str:
    me = at_desk()
    return render_template(
        "cases/desk_texts.html",
        texts=desk_rows.texts_for(me, language=current_language()),
        form=form,
        variables=_variables(),
        can_keep=bool(desk_policy.can_keep_for_all(me)),
        house=me.seat.organisation_name if me.seat else "",
    )


def _text_page(text: CannedText, form: CannedTextForm) -> str:
    return render_template("cases/desk_text.html", text=text, form=form, variables=_variables())


def _variables() -> list[tuple[str, str]]:
    """Return each word in the reader's language with what it stands for."""
    means = {
        "customer": _("the customer's name"),
        "agent": _("your name"),
        "organisation": _("the organisation's name"),
        "title": _("what the case is called"),
        "news_before": _("by when the customer hears more"),
    }
    english = current_language() != "nl"
    words = list(VARIABLES.items())[0 if english else 1 :: 2]
    return [(f"{{{word}}}", means[name]) for word, name in words]
