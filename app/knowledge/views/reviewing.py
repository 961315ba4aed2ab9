"""The way of an article to its readers: reviews, versions, verifying, putting away."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app.errors import Invalid, NotFound
from app.knowledge import policy
from app.knowledge.forms.writing import CompareForm, OwnerForm, RestoreForm, ReviewForm, SeenForm
from app.knowledge.links import article_path
from app.knowledge.models.articles import Article
from app.knowledge.queries import articles, versions
from app.knowledge.queries.licences import licence_of
from app.knowledge.services import keeping, publishing, reviewing, writing
from app.knowledge.views.blueprint import Answered, bp
from app.knowledge.views.reading import article_page
from app.knowledge.wording import changes_between, text_of
from app.paging import row_number
from app.verdict import require
from app.web import throttle
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other


@bp.post("/knowledge/<slug>/review/ask")
@signed_in
def ask_review(slug: str) -> Answered:
    """Give the newest version to the reviewers."""
    throttle.count("edit_by_person", str(actor().person_id))
    found = articles.article_for(actor(), slug)
    reviewing.ask_review(actor(), found)
    flash(_("Your article waits for a reviewer. You can go on improving it."), "good")
    return see_other(article_path(found.slug))


@bp.post("/knowledge/<slug>/review/withdraw")
@signed_in
def withdraw_review(slug: str) -> Answered:
    """Take it back from the reviewers."""
    throttle.count("edit_by_person", str(actor().person_id))
    found = articles.article_for(actor(), slug)
    reviewing.withdraw_review(actor(), found)
    flash(_("The review is withdrawn. Go on writing, and ask again when it is ready."), "info")
    return see_other(article_path(found.slug))


@bp.route("/knowledge/<slug>/review", methods=["GET", "POST"])
@signed_in
def review(slug: str) -> Answered:
    """What a reviewer decides about: what readers see now, what they would see, and the difference. Of what is approved
    already, when it is published.
    """
    if request.method == "POST":
        throttle.count("edit_by_person", str(actor().person_id))
    form = ReviewForm()
    is_valid = request.method == "POST" and form.validate()
    found = articles.article_for(actor(), slug)
    authors = versions.waiting_authors(found)
    require(policy.can_review(actor(), found, licence=licence_of(actor()), authors=authors))
    if is_valid:
        try:
            return _decided(form, found)
        except Invalid as error:
            attach(form, error)
    version = versions.version_of(found, found.review_number)
    form.version.process_data(version.number)
    if found.publish_at is not None and request.method == "GET":
        form.publish_at.process_data(found.publish_at.astimezone(ZoneInfo(actor().time_zone)))
    live = versions.version_of(found, found.live_number) if found.live_number is not None else None
    page = render_template(
        "knowledge/review.html",
        article=found,
        version=version,
        changes=changes_between(live, version) if live else None,
        form=form,
    )
    return (page, 422) if request.method == "POST" else page


def _decided(form: ReviewForm, found: Article) -> Answered:
    number, note = form.version.data or 0, form.note.data or ""
    if "send_back" in request.form:
        reviewing.send_back(actor(), found, seen_number=number, note=note)
        flash(_("It went back to the author, with your note."), "info")
        return see_other(url_for("knowledge.tasks"))
    at = _moment(form)
    if "reschedule" in request.form:
        is_live = reviewing.reschedule(actor(), found, seen_number=number, publish_at=at)
    else:
        is_live = reviewing.approve(actor(), found, seen_number=number, note=note, publish_at=at)
    flash(_("It is published.") if is_live else _("It is approved, and published when its time has come."), "good")
    return see_other(article_path(found.slug))


def _moment(form: ReviewForm) -> datetime | None:
    """Return the moment that was chosen, in the time of her settings. Raises Invalid beyond what can be counted."""
    if form.publish_at.data is None:
        return None
    try:
        moment: datetime = form.publish_at.data.replace(tzinfo=ZoneInfo(actor().time_zone)).astimezone(UTC)
    except OverflowError as error:
        raise reviewing.out_of_reach() from error
    return moment


@bp.get("/knowledge/<slug>/history")
@public
def history(slug: str) -> Answered:
    """The versions of an article, the latest first, with what each changed."""
    found = articles.article_for(actor(), slug)
    with_drafts = versions.sees_drafts(actor(), found, licence=licence_of(actor()))
    below = request.args.get("below", type=row_number)
    steps, older = versions.history_of(found, with_drafts=with_drafts, below=below)
    return render_template(
        "knowledge/history.html",
        article=found,
        steps=steps,
        older=older,
        is_first=below is None,
        compare=_compare_form(versions.numbers_of(found, with_drafts=with_drafts)),
    )


@bp.get("/knowledge/<slug>/versions/<int:number>")
@public
def version(slug: str, number: int) -> Answered:
    """One version of an article, and the way to bring it back."""
    found = articles.article_for(actor(), slug)
    with_drafts = versions.sees_drafts(actor(), found, licence=licence_of(actor()))
    return _version_page(found, number, with_drafts=with_drafts, form=RestoreForm(formdata=None))


@bp.get("/knowledge/<slug>/compare")
@public
def compare(slug: str) -> Answered:
    """Any two versions of an article beside each other."""
    found = articles.article_for(actor(), slug)
    with_drafts = versions.sees_drafts(actor(), found, licence=licence_of(actor()))
    old, new = request.args.get("old", type=row_number), request.args.get("new", type=row_number)
    if old is None or new is None:
        raise NotFound
    before = versions.version_for(found, min(old, new), with_drafts=with_drafts)
    after = versions.version_for(found, max(old, new), with_drafts=with_drafts)
    return render_template(
        "knowledge/compare.html",
        article=found,
        before=before,
        after=after,
        changes=changes_between(before, after),
        compare=_compare_form(versions.numbers_of(found, with_drafts=with_drafts), before.number, after.number),
    )


@bp.post("/knowledge/<slug>/versions/<int:number>/restore")
@signed_in
def restore(slug: str, number: int) -> Answered:
    """Bring an older version back, as a new one on top."""
    throttle.count("edit_by_person", str(actor().person_id))
    form = RestoreForm()
    is_valid = form.validate()
    found = articles.article_for(actor(), slug)
    require(policy.can_edit(actor(), found, licence=licence_of(actor())))
    older = versions.version_for(found, number, with_drafts=True)
    if is_valid:
        text = text_of(older, language=found.language)
        try:
            writing.revise(
                actor(),
                found,
                text,
                significance="major",
                change=form.change.data or "",
                seen_number=form.version.data or 0,
                restored_number=number,
            )
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The older version is back, as the newest one."), "good")
            return see_other(article_path(found.slug))
    return _version_page(found, number, with_drafts=True, form=form), 422


@bp.post("/knowledge/<slug>/verify")
@signed_in
def verify(slug: str) -> Answered:
    """Say that an article still holds."""
    throttle.count("edit_by_person", str(actor().person_id))
    form = SeenForm()
    if not form.validate():
        raise Invalid("version", _("What was sent cannot be used."))
    found = articles.article_for(actor(), slug)
    publishing.verify(actor(), found, seen_number=form.version.data or 0)
    flash(_("Thank you. From today on it counts as verified."), "good")
    return see_other(article_path(found.slug))


@bp.post("/knowledge/<slug>/archive")
@signed_in
def archive(slug: str) -> Answered:
    """Put an article away, or with `back` bring it back."""
    throttle.count("edit_by_person", str(actor().person_id))
    found = articles.article_for(actor(), slug)
    if "back" in request.form:
        publishing.unarchive(actor(), found)
        flash(_("The article is back."), "good")
    else:
        publishing.archive(actor(), found)
        flash(
            {  # type: ignore[arg-type]
                "text": _("The article is put away. Who has its address can read it still.")
                if found.live_number
                else _("The draft is put away. You find it under what you began."),
                "undo_action": url_for("knowledge.archive", slug=found.slug),
                "undo_fields": {"back": "1"},
            },
            "good",
        )
    return see_other(article_path(found.slug))


@bp.post("/knowledge/<slug>/owner")
@signed_in
def hand_over(slug: str) -> Answered:
    """Give an article to another owner."""
    throttle.count("edit_by_person", str(actor().person_id))
    form = OwnerForm()
    is_valid = form.validate()
    found = articles.article_for(actor(), slug)
    require(policy.can_hand_over(actor(), found))
    if is_valid:
        try:
            person = keeping.hand_over(actor(), found, handle=form.handle.data or "")
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("%(name)s looks after this article now.", name=person.name), "good")
            return see_other(article_path(found.slug))
    return article_page(found, form), 422


def _version_page(found: Article, number: int, *, with_drafts: bool, form: RestoreForm) -> str:
    shown = versions.version_for(found, number, with_drafts=with_drafts)
    form.version.process_data(found.head_number)
    can_restore = number != found.head_number and policy.can_edit(actor(), found, licence=licence_of(actor()))
    return render_template("knowledge/version.html", article=found, version=shown, form=form if can_restore else None)


def _compare_form(numbers: object, old: int | None = None, new: int | None = None) -> CompareForm | None:
    choices = [(number, str(number)) for number in numbers]  # type: ignore[attr-defined]
    if len(choices) < 2:
        return None
    form = CompareForm(formdata=None, old=old or choices[1][0], new=new or choices[0][0])
    form.old.choices = form.new.choices = choices
    return form
