"""Editing questions and answers, what happens when two do so at once, and the preview of a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _

from app import clock
from app.community import policy
from app.community.compose import Composed, compose
from app.community.forms.posts import EditAnswerForm, EditQuestionForm, PreviewForm
from app.community.lengths import SOURCE_FORMATS
from app.community.models.posts import Post, Question, question_of
from app.community.queries import shelves, thread, versions
from app.community.services import editing
from app.community.settings import AUTHOR_EDIT_HOURS, MOST_TAGS
from app.community.tags import parse_tags
from app.community.views.blueprint import Answered, bp, category_words, composed, post_url
from app.community.wording import Words, changes_between
from app.db import db
from app.drafts import posting as drafts
from app.drafts.queries import Slot, slot_for
from app.errors import Conflict, Invalid, NotFound
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language


@bp.route("/q/<int:question_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_question(question_id: int) -> Answered:
    """Edit a question."""
    form, text = sent(EditQuestionForm, "edit_by_person")
    found = thread.question_for(actor(), question_id)
    require(policy.can_edit(actor(), found, now=clock.now(), author_hours=AUTHOR_EDIT_HOURS.value))

    def save(text: Composed) -> str:
        editing.edit_question(
            actor(),
            found,
            title=form.title.data,
            text=text,
            tag_names=typed_tags(form),
            category_id=form.category.data,
            reason=form.reason.data or "",
            seen_version=form.version.data,
        )
        flash(_("Your change is saved."), "good")
        return post_url(found)

    return saved_or_shown(form, text, found, save, "community/edit_question.html", place=f"edit-question.{question_id}")


@bp.route("/answers/<int:answer_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_answer(answer_id: int) -> Answered:
    """Edit an answer."""
    form, text = sent(EditAnswerForm, "edit_by_person")
    found = thread.answer_for(actor(), answer_id)
    require(policy.can_edit(actor(), found, now=clock.now(), author_hours=AUTHOR_EDIT_HOURS.value))

    def save(text: Composed) -> str:
        reason, seen_version = form.reason.data or "", form.version.data
        editing.edit_answer(actor(), found, text=text, reason=reason, seen_version=seen_version)
        flash(_("Your change is saved."), "good")
        return post_url(found)

    return saved_or_shown(form, text, found, save, "community/edit_answer.html", place=f"edit-answer.{answer_id}")


@bp.post("/preview")
@signed_in
def preview() -> Answered:
    """Show a text as it will look; `?format=` says how it is kept, when not as Markdown."""
    throttle.count("preview_by_person", str(actor().person_id))
    form = PreviewForm()
    if not form.validate():
        raise Invalid("preview", form.text.errors[0] if form.text.errors else None)
    wanted = request.args.get("format")
    kept = next((each for each in SOURCE_FORMATS if each == wanted), "markdown")
    text = compose(form.text.data or "", prior=current_language(), source_format=kept)
    return render_template("community/_preview.html", html=text.html, language=text.language)


def sent(kind: type[Any], limit_name: str) -> tuple[Any, Composed | None]:
    """Return the form, and, when one was sent that is valid, its text ready to be stored. Before any statement."""
    form = kind(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        return form, None
    throttle.count(limit_name, str(actor().person_id))
    return form, composed(form) if form.validate() else None


def typed_tags(form: Any) -> list[str]:
    """Return the tags somebody typed. Raises Invalid at their field."""
    return parse_tags(form.tags.data or "", most=MOST_TAGS.value)


def saved_or_shown(
    form: Any,
    text: Composed | None,
    post: Post,
    save: Callable[[Composed], str],
    template: str,
    *,
    place: str,
    begin_with: Any = None,
    **context: Any,
) -> Answered:
    """Save what was sent and lead to the address `save` returns, else show the form.

    It begins with the words of the post, or of `begin_with` (a suggestion), or with her draft at this place. When the
    post changed since the writer saw it, she gets the page on which the two are put together, and nothing is saved.
    """
    slot = Slot(place)
    if request.method == "GET":
        slot = slot_for(actor(), place)
        _fill(form, post, begin_with or post, slot)
    elif text is not None:
        try:
            address = save(text)
        except Invalid as error:
            attach(form, error)
        except Conflict as error:
            if error.code != "edited_meanwhile":
                raise
            return _conflict_page(form, post, slot, **context)
        else:
            drafts.posted(actor(), place)
            return see_other(address)
    _fill_choices(form, post)
    page = render_template(template, post=post, question=question_of(post), form=form, slot=slot, **context)
    return (page, 422) if request.method == "POST" else page


def _conflict_page(form: Any, post: Post, slot: Slot, **context: Any) -> tuple[str, int]:
    """Answer with both texts, what differs, and the writer's own in a form that saves on top of the new version."""
    db.session.refresh(post)
    theirs = versions.version_of(post, post.text_version)
    mine = _words_in(form)
    try:
        meanwhile = changes_between(versions.version_of(post, form.version.data).words, theirs.words)
    except NotFound:
        meanwhile = None  # overwritten by an import, which keeps no older versions
    _fill_choices(form, post)
    form.version.process_data(post.text_version)
    page = render_template(
        "community/conflict.html",
        post=post,
        question=question_of(post),
        form=form,
        theirs=theirs,
        meanwhile=meanwhile,
        between=changes_between(theirs.words, mine),
        slot=slot,
        **context,
    )
    return page, 409


def _words_in(form: Any) -> Words:
    is_question = "title" in form
    return Words(
        body=form.body.data,
        source_format=form.source_format.data or "markdown",
        title=form.title.data if is_question else None,
        tag_names=typed_tags(form) if is_question else None,
        category_id=form.category.data if "category" in form else None,
    )


def _fill(form: Any, post: Post, words: Any, slot: Slot) -> None:
    values = {"body": words.body, "source_format": words.source_format, "version": post.text_version}
    if isinstance(post, Question):
        values |= {"title": words.title, "tags": ", ".join(words.tag_names), "category": post.category_id}
    if slot.draft is not None:
        # A draft does not hold what was emptied. Where the post changed since it was begun, saving shows both texts.
        emptied = {"title": "", "body": "", "tags": ""}
        values |= emptied | slot.fields | {"version": slot.began_with(post.text_version)}
    form.process(**values)


def _fill_choices(form: Any, post: Post) -> None:
    if "category" in form and isinstance(post, Question):
        choices = shelves.open_categories(beside=post.category_id)
        form.category.choices = [(each.id, category_words(each)["name"]) for each in choices]
