"""Editing questions and answers, their history, and the preview of a text."""

from __future__ import annotations

from flask import redirect, render_template, request

from app import clock
from app.community import policy
from app.community.compose import compose
from app.community.forms import EditAnswerForm, EditQuestionForm, PreviewForm
from app.community.links import question_url
from app.community.queries import shelves, thread
from app.community.services import editing
from app.community.settings import AUTHOR_EDIT_HOURS, MOST_TAGS
from app.community.tags import parse_tags
from app.community.views.blueprint import Answered, back_to, bp, category_words, composed
from app.errors import Invalid
from app.verdict import require
from app.web import throttle
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.forms import attach
from app.web.language import current_language


@bp.route("/q/<int:question_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_question(question_id: int) -> Answered:
    """Edit a question."""
    form = EditQuestionForm(formdata=request.form if request.method == "POST" else None)
    text = None
    if request.method == "POST":
        throttle.count("edit_by_person", str(actor().person_id))
        text = composed(form) if form.validate() else None
    found = thread.question_for(actor(), question_id)
    require(policy.can_edit_question(actor(), found, now=clock.now(), author_hours=AUTHOR_EDIT_HOURS.value))
    form.category.choices = [(each.id, category_words(each)["name"]) for each in shelves.categories()]
    if text is not None:
        try:
            editing.edit_question(
                actor(),
                found,
                title=form.title.data,
                text=text,
                tag_names=parse_tags(form.tags.data or "", most=MOST_TAGS.value),
                category_id=form.category.data,
                reason=form.reason.data or "",
                seen_version=form.version.data,
            )
        except Invalid as error:
            attach(form, error)
        else:
            return redirect(question_url(found.id, form.title.data), 303)  # type: ignore[return-value]
    elif request.method == "GET":
        form.process(
            title=found.title,
            body=found.body,
            category=found.category_id,
            tags=", ".join(found.tag_names),
            version=found.row_version,
        )
    page = render_template("community/edit_question.html", question=found, form=form)
    return (page, 422) if request.method == "POST" else page


@bp.route("/answers/<int:answer_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_answer(answer_id: int) -> Answered:
    """Edit an answer."""
    form = EditAnswerForm(formdata=request.form if request.method == "POST" else None)
    text = None
    if request.method == "POST":
        throttle.count("edit_by_person", str(actor().person_id))
        text = composed(form) if form.validate() else None
    found = thread.answer_for(actor(), answer_id)
    require(policy.can_edit_answer(actor(), found, now=clock.now(), author_hours=AUTHOR_EDIT_HOURS.value))
    if text is not None:
        try:
            editing.edit_answer(
                actor(), found, text=text, reason=form.reason.data or "", seen_version=form.version.data
            )
        except Invalid as error:
            attach(form, error)
        else:
            return back_to(found)
    elif request.method == "GET":
        form.process(body=found.body, version=found.row_version)
    page = render_template("community/edit_answer.html", answer=found, question=found.question, form=form)
    return (page, 422) if request.method == "POST" else page


@bp.get("/q/<int:question_id>/history")
@public
def question_history(question_id: int) -> Answered:
    """What a question said before."""
    found = thread.question_for(actor(), question_id)
    return render_template(
        "community/history.html", question=found, subject=found, revisions=thread.revisions_of(found)
    )


@bp.get("/answers/<int:answer_id>/history")
@public
def answer_history(answer_id: int) -> Answered:
    """What an answer said before."""
    found = thread.answer_for(actor(), answer_id)
    return render_template(
        "community/history.html", question=found.question, subject=found, revisions=thread.revisions_of(found)
    )


@bp.post("/preview")
@signed_in
def preview() -> Answered:
    """Show a text as it will look."""
    throttle.count("preview_by_person", str(actor().person_id))
    form = PreviewForm()
    if not form.validate():
        raise Invalid("preview", form.text.errors[0] if form.text.errors else None)
    text = compose(form.text.data or "", prior=current_language())
    return render_template("community/_preview.html", html=text.html, language=text.language)
