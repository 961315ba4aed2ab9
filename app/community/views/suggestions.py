"""Suggesting an edit to what somebody else wrote, and deciding about it."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.community import policy
from app.community.compose import Composed, compose
from app.community.forms.posts import EditAnswerForm, RejectForm, SuggestQuestionForm, VersionForm
from app.community.models.posts import Post, Question, question_of
from app.community.models.suggestions import EditSuggestion
from app.community.queries import suggestions, thread, versions
from app.community.services import suggesting
from app.community.settings import AUTHOR_EDIT_HOURS
from app.community.views.blueprint import Answered, bp, post_url
from app.community.views.editing import saved_or_shown, sent, typed_tags
from app.community.wording import Changes, changes_between
from app.db import own_session
from app.errors import Conflict, Invalid, NotFound
from app.paging import LARGEST_ID
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language


@bp.route("/q/<int:question_id>/suggest", methods=["GET", "POST"])
@signed_in
def suggest_for_question(question_id: int) -> Answered:
    """Suggest an edit to a question."""
    form, text = sent(SuggestQuestionForm, "suggest_by_person")
    return _suggest(form, text, thread.question_for(actor(), question_id))


@bp.route("/answers/<int:answer_id>/suggest", methods=["GET", "POST"])
@signed_in
def suggest_for_answer(answer_id: int) -> Answered:
    """Suggest an edit to an answer."""
    form, text = sent(EditAnswerForm, "suggest_by_person")
    return _suggest(form, text, thread.answer_for(actor(), answer_id))


@bp.get("/suggestions")
@signed_in
def suggestion_list() -> Answered:
    """The suggested edits that wait for the reader, and those she made."""
    is_own = "made" in request.args
    rows = suggestions.made_by(actor()) if is_own else suggestions.to_review_for(actor())
    return render_template("community/suggestions.html", rows=rows, is_own=is_own)


@bp.get("/suggestions/<int:suggestion_id>")
@signed_in
def suggestion(suggestion_id: int) -> Answered:
    """One suggested edit: what it changes, and what became of it."""
    found = suggestions.suggestion_for(actor(), suggestion_id)
    return _suggestion_page(found, RejectForm(formdata=None))


@bp.post("/suggestions/<int:suggestion_id>/accept")
@signed_in
def accept_suggestion(suggestion_id: int) -> Answered:
    """Take a suggested edit over as it is."""
    throttle.count("edit_by_person", str(actor().person_id))
    form = VersionForm()
    if not form.validate():
        raise Invalid("version", _("What was sent cannot be used."))
    text = _composed_suggestion(suggestion_id)
    found = suggestions.suggestion_for(actor(), suggestion_id)
    if text is None:
        raise NotFound
    try:
        suggesting.accept_suggestion(actor(), found, text=text, seen_version=form.version.data, **_more_of(found))
    except Conflict as error:
        if error.code != "edited_meanwhile":
            raise
        # It is based on older words: the page shows both changes and lets the reader put them together.
        return _suggestion_page(found, RejectForm(formdata=None)), 409
    _thank()
    return see_other(post_url(found.post))


@bp.route("/suggestions/<int:suggestion_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_suggestion(suggestion_id: int) -> Answered:
    """Change a suggested edit, then take it over."""
    # Which form it is must be known before the post is read: texts are rendered before the first statement.
    form, text = sent(SuggestQuestionForm if "title" in request.form else EditAnswerForm, "edit_by_person")
    found = suggestions.suggestion_for(actor(), suggestion_id)
    require(policy.can_review(actor(), found))
    require(policy.can_edit(actor(), found.post, now=clock.now(), author_hours=AUTHOR_EDIT_HOURS.value))
    if found.state != "open":
        raise suggesting.already_decided()
    if found.question is not None and "title" not in form:
        form, text = SuggestQuestionForm(formdata=None), None
    del form.reason

    def save(text: Composed) -> str:
        more = {"title": form.title.data, "tag_names": typed_tags(form)} if found.question else {}
        suggesting.accept_suggestion(actor(), found, text=text, seen_version=form.version.data, **more)
        _thank()
        return post_url(found.post)

    return saved_or_shown(
        form,
        text,
        found.post,
        save,
        "community/edit_suggestion.html",
        place=f"edit-suggestion.{found.id}",
        begin_with=found,
        suggestion=found,
        changes=changes_between(found.post, found),
    )


@bp.post("/suggestions/<int:suggestion_id>/reject")
@signed_in
def reject_suggestion(suggestion_id: int) -> Answered:
    """Turn a suggested edit down."""
    throttle.count("edit_by_person", str(actor().person_id))
    form = RejectForm()
    is_valid = form.validate()
    found = suggestions.suggestion_for(actor(), suggestion_id)
    require(policy.can_review(actor(), found))
    if is_valid:
        try:
            suggesting.reject_suggestion(actor(), found, reason=form.reason.data or "")
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The suggestion was turned down. Your reason is shown to the person who made it."), "info")
            return see_other(url_for("community.suggestion_list"))
    return _suggestion_page(found, form), 422


@bp.post("/suggestions/<int:suggestion_id>/withdraw")
@signed_in
def withdraw_suggestion(suggestion_id: int) -> Answered:
    """Take one's own suggestion back."""
    throttle.count("edit_by_person", str(actor().person_id))
    found = suggestions.suggestion_for(actor(), suggestion_id)
    suggesting.withdraw_suggestion(actor(), found)
    flash(_("Your suggestion is withdrawn."), "info")
    return see_other(post_url(found.post))


def _suggest(form: Any, text: Composed | None, post: Post) -> Answered:
    require(policy.can_suggest(actor(), post, now=clock.now(), author_hours=AUTHOR_EDIT_HOURS.value))
    waiting = suggestions.open_suggestion_by(actor().person_id, post)
    if request.method == "GET" and waiting is not None:
        return see_other(url_for("community.suggestion", suggestion_id=waiting.id))

    def save(text: Composed) -> str:
        more = {"title": form.title.data, "tag_names": typed_tags(form)} if isinstance(post, Question) else {}
        suggesting.suggest(
            actor(), post, text=text, reason=form.reason.data or "", seen_version=form.version.data, **more
        )
        flash(_("Thank you. Your suggestion waits for the author or a moderator."), "good")
        return post_url(post)

    kind = "question" if isinstance(post, Question) else "answer"
    return saved_or_shown(form, text, post, save, "community/suggest.html", place=f"suggest-{kind}.{post.id}")


def _suggestion_page(found: EditSuggestion, form: RejectForm) -> str:
    post = found.post
    return render_template(
        "community/suggestion.html",
        suggestion=found,
        post=post,
        question=question_of(post),
        form=form,
        spoken_for=suggestions.spoken_for(found),
        changes=_suggested(found),
        meanwhile=_meanwhile(found) if found.state == "open" and found.based_on != post.text_version else None,
    )


def _suggested(found: EditSuggestion) -> Changes:
    """Return what the suggestion changes in the words it was based on; in today's, where those are not kept."""
    try:
        return changes_between(versions.version_of(found.post, found.based_on).words, found)
    except NotFound:
        return changes_between(found.post, found)


def _meanwhile(found: EditSuggestion) -> Changes | None:
    try:
        return changes_between(versions.version_of(found.post, found.based_on).words, found.post)
    except NotFound:
        return None


def _more_of(found: EditSuggestion) -> dict[str, Any]:
    return {} if found.question is None else {"title": found.title, "tag_names": found.tag_names or ()}


def _thank() -> None:
    flash(_("The suggestion is taken over. The history names the person who made it."), "good")


def _composed_suggestion(suggestion_id: int) -> Composed | None:
    """Return a suggestion's words ready to be stored; None where there is none, which the caller finds out too.

    Read beside the request's own transaction, because texts are rendered before that one begins.
    """
    if suggestion_id > LARGEST_ID:
        return None
    with own_session() as session:
        found = suggestions.source_of(session, suggestion_id)
    return None if found is None else compose(found[0], prior=current_language(), source_format=found[1])
