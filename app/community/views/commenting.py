"""Comments: each is written on a page of its own, which scripts fetch into its place under the post."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.community import policy
from app.community.compose import Composed
from app.community.forms.closing import DeleteForm
from app.community.forms.talk import CommentForm, EditCommentForm
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.queries import comments, thread
from app.community.queries.gone import gone
from app.community.services import commenting
from app.community.settings import COMMENT_EDIT_HOURS
from app.community.views.blueprint import Answered, answer_url, bp, composed, gone_page, moved, say_with_undo
from app.db import db
from app.drafts import posting as drafts
from app.drafts.queries import Slot, slot_for
from app.errors import Conflict, Gone, Invalid, Moved
from app.verdict import require
from app.web import throttle
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other


@bp.get("/comments/<int:comment_id>")
@public
def comment(comment_id: int) -> Answered:
    """The permalink of a comment: leads to it on its question's page."""
    found = comments.comment_for(actor(), comment_id)
    if found.deleted_at is not None:
        raise gone(found)
    return moved(answer_url(found.question, found.answer_id, found.id))


@bp.route("/q/<int:question_id>/comment", methods=["GET", "POST"])
@signed_in
def comment_on_question(question_id: int) -> Answered:
    """Comment on a question."""
    form, text = _sent()
    try:
        return _on_question(form, text, question_id)
    except Moved as merged:  # while she was writing
        if request.method == "GET":
            return redirect(url_for("community.comment_on_question", question_id=merged.into_id), 301)  # type: ignore[return-value]
        answered = _on_question(form, text, merged.into_id)
        if not isinstance(answered, tuple):
            drafts.posted(actor(), f"comment-question.{question_id}")
        return answered
    except Gone as gone_now:
        return gone_page(question_id, gone_now, words=form.body.data or "")


@bp.route("/answers/<int:answer_id>/comment", methods=["GET", "POST"])
@signed_in
def comment_on_answer(answer_id: int) -> Answered:
    """Comment on an answer."""
    form, text = _sent()
    found = thread.answer_for(actor(), answer_id)
    return _written(form, text, found.question, place=f"comment-answer.{answer_id}", answer=found)


@bp.route("/comments/<int:comment_id>/reply", methods=["GET", "POST"])
@signed_in
def reply_to_comment(comment_id: int) -> Answered:
    """Reply to a comment."""
    form, text = _sent()
    found = comments.comment_for(actor(), comment_id)
    return _written(form, text, found.question, place=f"reply.{comment_id}", answer=found.answer, reply_to=found)


@bp.route("/comments/<int:comment_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_comment(comment_id: int) -> Answered:
    """Edit a comment. When it was changed since the writer saw it, she gets it beside her own text."""
    form = EditCommentForm(formdata=request.form if request.method == "POST" else None)
    text = None
    if request.method == "POST":
        throttle.count("edit_by_person", str(actor().person_id))
        text = composed(form) if form.validate() else None
    found = comments.comment_for(actor(), comment_id)
    hours = COMMENT_EDIT_HOURS.value
    require(policy.can_edit_comment(actor(), found, found.question, now=clock.now(), author_hours=hours))
    slot, status, is_other = Slot(f"edit-comment.{comment_id}"), 422, False
    if text is not None:
        try:
            commenting.edit_comment(actor(), found, text=text, seen_version=form.version.data)
        except Invalid as error:
            attach(form, error)
        except Conflict:
            db.session.refresh(found)
            status, is_other = 409, True
        else:
            drafts.posted(actor(), slot.place)
            return _back_to(found)
    elif request.method == "GET":
        slot, status = slot_for(actor(), slot.place), 200
        form.process(body=slot.fields.get("body", found.body))
        is_other = slot.began_with(found.row_version) != found.row_version
    if status != 422:
        form.version.process_data(found.row_version)
    page = render_template(
        "community/edit_comment.html", comment=found, question=found.question, form=form, slot=slot, is_other=is_other
    )
    return page, status


@bp.route("/comments/<int:comment_id>/delete", methods=["GET", "POST"])
@signed_in
def delete_comment(comment_id: int) -> Answered:
    """Delete a comment; a moderator says why."""
    form = DeleteForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "POST":
        throttle.count("tidy_by_person", str(actor().person_id))
    found = comments.comment_for(actor(), comment_id)
    require(policy.can_delete_comment(actor(), found))
    if request.method == "POST" and form.validate():
        try:
            act = commenting.delete_comment(actor(), found, reason=form.reason.data)
        except Invalid as error:
            attach(form, error)
        else:
            say_with_undo(_("The comment is deleted."), act)
            return _back_to_post(found)
    page = render_template("community/delete_comment.html", comment=found, question=found.question, form=form)
    return (page, 422) if request.method == "POST" else page


@bp.post("/comments/<int:comment_id>/restore")
@signed_in
def restore_comment(comment_id: int) -> Answered:
    """Put a deleted comment back."""
    found = comments.comment_for(actor(), comment_id)
    commenting.restore_comment(actor(), found)
    flash(_("The comment is back."), "good")
    return _back_to(found)


def _sent() -> tuple[CommentForm, Composed | None]:
    """Return the form with its text, ready to be stored: counted and rendered before the first statement."""
    if request.method == "GET":
        return CommentForm(formdata=None), None
    throttle.count("comment_by_person", str(actor().person_id))
    form = CommentForm()
    return form, composed(form) if form.validate() else None


def _on_question(form: CommentForm, text: Composed | None, question_id: int) -> Answered:
    found = thread.question_for(actor(), question_id)
    return _written(form, text, found, place=f"comment-question.{question_id}")


def _written(
    form: CommentForm,
    text: Composed | None,
    question: Question,
    *,
    place: str,
    answer: Answer | None = None,
    reply_to: Comment | None = None,
) -> Answered:
    """Store the comment; where there is none yet, show the form, with the draft at this place."""
    slot = Slot(place)
    require(policy.can_reply(actor(), reply_to, question) if reply_to else policy.can_comment(actor(), question))
    if text is not None:
        try:
            made = commenting.post_comment(actor(), question, text=text, answer=answer, reply_to=reply_to)
        except Invalid as error:
            attach(form, error)
        else:
            drafts.posted(actor(), place)
            return see_other(answer_url(made.question, made.answer_id, made.id))
    elif request.method == "GET":
        slot = slot_for(actor(), place)
        form.process(body=slot.fields.get("body"))
    page = render_template(
        "community/comment.html", question=question, answer=answer, reply_to=reply_to, form=form, slot=slot
    )
    return (page, 422) if request.method == "POST" else page


def _back_to(comment: Comment) -> Answered:
    return see_other(answer_url(comment.question, comment.answer_id, comment.id))


def _back_to_post(comment: Comment) -> Answered:
    """Lead back to what a comment stood on."""
    return see_other(answer_url(comment.question, comment.answer_id))
