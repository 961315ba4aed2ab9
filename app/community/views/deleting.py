"""Deleting a question or an answer. It acts at once; what takes it back is the undo on the next page, and the log."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app.community import policy
from app.community.forms.closing import DeleteForm, PetitionForm
from app.community.links import question_url
from app.community.models.posts import Answer, Question
from app.community.queries import splits, thread
from app.community.services import deleting, petitioning
from app.community.views.blueprint import Answered, back_to, bp, say_with_undo
from app.errors import Invalid
from app.verdict import Verdict, require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other


@bp.route("/q/<int:question_id>/delete", methods=["GET", "POST"])
@signed_in
def delete_question(question_id: int) -> Answered:
    """Delete a question."""
    form = _form()
    found = thread.question_for(actor(), question_id)
    is_shared = splits.is_shared(found)
    if _must_ask(policy.can_delete_question(actor(), found, is_shared=is_shared), found):
        return _ask_page(found, found)
    require(policy.can_delete_question(actor(), found, is_shared=is_shared))
    if request.method == "POST" and form.validate():
        try:
            act = deleting.delete_question(actor(), found, reason=form.reason.data)
        except Invalid as error:
            attach(form, error)
        else:
            say_with_undo(_("The question is gone."), act)
            return see_other(url_for("community.category", slug=found.category.slug))
    return _page(found, found, form, is_own=found.asker_id == actor().person_id)


@bp.route("/answers/<int:answer_id>/delete", methods=["GET", "POST"])
@signed_in
def delete_answer(answer_id: int) -> Answered:
    """Delete an answer."""
    form = _form()
    found = thread.answer_for(actor(), answer_id)
    if _must_ask(policy.can_delete_answer(actor(), found), found):
        return _ask_page(found, found.question)
    require(policy.can_delete_answer(actor(), found))
    if request.method == "POST" and form.validate():
        try:
            act = deleting.delete_answer(actor(), found, reason=form.reason.data)
        except Invalid as error:
            attach(form, error)
        else:
            say_with_undo(_("The answer is gone."), act)
            return back_to(found)
    return _page(found, found.question, form, is_own=found.author_id == actor().person_id)


@bp.post("/q/<int:question_id>/ask-to-delete")
@signed_in
def ask_to_delete_question(question_id: int) -> Answered:
    """Ask moderators to remove one's own question."""
    words = _words()
    found = thread.question_for(actor(), question_id)
    petitioning.ask_deletion(actor(), found, words=words)
    flash(_("You asked for it. A moderator looks at it."), "good")
    return see_other(question_url(found.id, found.title))


@bp.post("/answers/<int:answer_id>/ask-to-delete")
@signed_in
def ask_to_delete_answer(answer_id: int) -> Answered:
    """Ask moderators to remove one's own answer."""
    words = _words()
    found = thread.answer_for(actor(), answer_id)
    petitioning.ask_deletion(actor(), found, words=words)
    flash(_("You asked for it. A moderator looks at it."), "good")
    return back_to(found)


def _words() -> str:
    throttle.count("tidy_by_person", str(actor().person_id))
    form = PetitionForm()
    if not form.validate():
        raise Invalid("petition_words", form.words.errors[0] if form.words.errors else None)
    return form.words.data or ""


def _must_ask(verdict: Verdict, subject: Question | Answer) -> bool:
    """Say whether this is her own, but only moderators may delete it by now."""
    return request.method == "GET" and not verdict and bool(policy.can_ask_deletion(actor(), subject))


def _ask_page(subject: Question | Answer, question: Question) -> Answered:
    return render_template(
        "community/ask_to_delete.html",
        question=question,
        subject=subject,
        form=PetitionForm(formdata=None),
        is_answer=isinstance(subject, Answer),
    )


def _form() -> Any:
    if request.method == "POST":
        throttle.count("tidy_by_person", str(actor().person_id))
        return DeleteForm()
    return DeleteForm(formdata=None)


def _page(subject: Question | Answer, question: Question, form: Any, *, is_own: bool) -> Answered:
    if is_own:
        form.reason.data = "by_author"
    page = render_template(
        "community/delete.html",
        question=question,
        subject=subject,
        form=form,
        is_own=is_own,
        is_answer=isinstance(subject, Answer),
    )
    return (page, 422) if request.method == "POST" else page
