"""The history of a question or an answer: its versions, any two of them side by side, and bringing one back."""

from __future__ import annotations

from flask import flash, render_template, request
from flask_babel import gettext as _

from app import clock
from app.community import policy
from app.community.compose import Composed, compose
from app.community.forms.posts import CompareForm, RestoreForm
from app.community.models.posts import Post, question_of
from app.community.queries import versions
from app.community.services import editing
from app.community.settings import AUTHOR_EDIT_HOURS
from app.community.views.blueprint import Answered, bp, post_for, post_url
from app.community.wording import changes_between
from app.db import own_session
from app.errors import Invalid, NotFound
from app.paging import LARGEST_ID, row_number
from app.verdict import require
from app.web import throttle
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language


@bp.get("/q/<int:question_id>/history")
@bp.get("/answers/<int:answer_id>/history")
@public
def history(question_id: int | None = None, answer_id: int | None = None) -> Answered:
    """What a post said before, the latest first, with what each version changed."""
    post = post_for(question_id, answer_id)
    below = request.args.get("below", type=row_number)
    page = versions.history_of(post, below=below)
    numbers = versions.version_numbers(post)
    return _page("community/history.html", post, page=page, compare=_compare_form(numbers), is_first=below is None)


@bp.get("/q/<int:question_id>/history/<int:number>")
@bp.get("/answers/<int:answer_id>/history/<int:number>")
@public
def version(number: int, question_id: int | None = None, answer_id: int | None = None) -> Answered:
    """One version of a post: its permalink."""
    return _version_page(post_for(question_id, answer_id), number, RestoreForm(formdata=None))


@bp.get("/q/<int:question_id>/compare")
@bp.get("/answers/<int:answer_id>/compare")
@public
def compare(question_id: int | None = None, answer_id: int | None = None) -> Answered:
    """Two versions of a post and what differs. Left out, the two are the last ones."""
    post = post_for(question_id, answer_id)
    numbers = versions.version_numbers(post)
    new = _wanted("new", numbers, numbers[0])
    old = _wanted("old", numbers, next((each for each in numbers if each < new), new))
    before, after = versions.version_of(post, old), versions.version_of(post, new)
    return _page(
        "community/compare.html",
        post,
        before=before,
        after=after,
        changes=changes_between(before.words, after.words),
        compare=_compare_form(numbers, old=old, new=new),
    )


@bp.post("/q/<int:question_id>/history/<int:number>/restore")
@bp.post("/answers/<int:answer_id>/history/<int:number>/restore")
@signed_in
def restore(number: int, question_id: int | None = None, answer_id: int | None = None) -> Answered:
    """Bring a version back, as a new one on top of the others."""
    throttle.count("edit_by_person", str(actor().person_id))
    form = RestoreForm()
    text = _composed_version(question_id, answer_id, number) if form.validate() else None
    post = post_for(question_id, answer_id)
    require(policy.can_edit(actor(), post, now=clock.now(), author_hours=AUTHOR_EDIT_HOURS.value))
    older = versions.version_of(post, number)
    if text is not None:
        try:
            editing.restore(
                actor(), post, older, text=text, reason=form.reason.data or "", seen_version=form.version.data
            )
        except Invalid as error:
            attach(form, error)
        else:
            flash(
                _("Version %(number)s is back. What was there before is still in the history.", number=number), "good"
            )
            return see_other(post_url(post))
    return _version_page(post, number, form), 422


def _version_page(post: Post, number: int, form: RestoreForm) -> str:
    found = versions.version_of(post, number)
    earlier = next((each for each in versions.version_numbers(post) if each < number), None)
    before = None if earlier is None else versions.version_of(post, earlier)
    if form.version.data is None:
        form.version.process_data(post.text_version)
    return _page(
        "community/version.html",
        post,
        version=found,
        changes=None if before is None else changes_between(before.words, found.words),
        form=form,
    )


def _page(template: str, post: Post, **context: object) -> str:
    return render_template(template, post=post, question=question_of(post), **context)


def _compare_form(numbers: list[int], *, old: int | None = None, new: int | None = None) -> CompareForm | None:
    """Return the form that chooses two versions; None while there is only one."""
    if len(numbers) < 2:
        return None
    form = CompareForm(formdata=None, old=old or numbers[1], new=new or numbers[0])
    form.old.choices = form.new.choices = [(each, str(each)) for each in numbers]
    return form


def _wanted(name: str, numbers: list[int], otherwise: int) -> int:
    """Return the number in the address. Raises NotFound for one that is no version of this post."""
    if name not in request.args:
        return otherwise
    number = request.args.get(name, type=row_number)
    if number not in numbers:
        raise NotFound
    return number


def _composed_version(question_id: int | None, answer_id: int | None, number: int) -> Composed | None:
    """Return an older version ready to be stored again; None where there is none, which the caller finds out too.

    Read beside the request's own transaction, because texts are rendered before that one begins.
    """
    key, post_id = ("question_id", question_id) if question_id is not None else ("answer_id", answer_id)
    if post_id is None or max(post_id, number) > LARGEST_ID:
        return None
    with own_session() as session:
        found = versions.source_of_revision(session, key, post_id, number)
    return None if found is None else compose(found[0], prior=current_language(), source_format=found[1])
