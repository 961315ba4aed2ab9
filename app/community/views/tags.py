"""Tags: the list of them, the page of one, and the page on which curators keep it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.community import policy
from app.community.forms.shared import SwitchForm
from app.community.forms.shelves import MergeTagForm, RenameTagForm, SynonymForm, SynonymRemovalForm, TagTextsForm
from app.community.models.acts import Act
from app.community.models.shelves import Tag
from app.community.queries import log, shelves
from app.community.queries import tags as queries
from app.community.services import tag_merging, tagging, undoing
from app.community.tags import tag_name
from app.community.views.blueprint import Answered, bp, moved, say_with_undo
from app.community.views.lists import list_page
from app.errors import Invalid, NotFound
from app.paging import LARGEST_ID
from app.prose.rendering import render
from app.verdict import require
from app.web import throttle
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.kept_pages import kept
from app.web.language import LANGUAGES, current_language, url_with


@bp.get("/tags")
@public
@kept
def tags() -> Answered:
    """The tags in use: `?q=` finds some, `?order=` is popular, name or new."""
    text, order = request.args.get("q", "")[:200], request.args.get("order", "popular")
    after = request.args.get("after", "")
    key = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
    page = queries.tag_page(text=text, order=order, after=key if key is None or key <= LARGEST_ID else None)
    return render_template(
        "community/tags.html",
        tags=page.rows,
        words=tag_words,
        text=text,
        order=order,
        is_first=key is None,
        older=None if page.next_id is None else url_with(after=str(page.next_id)),
    )


@bp.get("/tags/<name>")
@public
@kept
def tag(name: str) -> Answered:
    """What a tag is about, who helps with it, and the questions that carry it."""
    found = shelves.tag_called(actor(), name)
    if found.name != name:
        return moved(url_for(".tag", name=found.name))
    words = tag_words(found)
    return list_page(
        "community/tag.html",
        title=_("Tag: %(name)s", name=found.name),
        subject=found,
        tag=found,
        about={"about": queries.about(actor(), found), "words": words, "shown": found},
    )


@bp.route("/tags/<name>/edit", methods=["GET", "POST"])
@signed_in
def edit_tag(name: str) -> Answered:
    """Everything about a tag that can be changed; sent, it says what the tag is about."""
    form = TagTextsForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _edit_page(_kept_tag(name))
    throttle.count("tidy_by_person", str(actor().person_id))
    texts = _texts(form) if form.validate() else None
    found = _kept_tag(name)
    if texts is not None:
        try:
            tagging.describe(actor(), found, texts)
        except Invalid as error:
            attach(form, error)
        else:
            return see_other(url_for(".tag", name=found.name))
    return _edit_page(found, texts=form), 422


@bp.post("/tags/<name>/synonyms")
@signed_in
def add_synonym(name: str) -> Answered:
    """Let another name lead to a tag."""
    form = SynonymForm()
    return _changed(
        name,
        form,
        lambda tag: tagging.add_synonym(actor(), tag, form.synonym.data or ""),
        _("This name leads to the tag now."),
        synonym=form,
    )


@bp.post("/tags/<name>/synonyms/remove")
@signed_in
def remove_synonym(name: str) -> Answered:
    """Let a name no longer lead to a tag."""
    form = SynonymRemovalForm()
    if not form.validate():
        raise NotFound
    return _changed(
        name,
        form,
        lambda tag: tagging.remove_synonym(actor(), tag, queries.synonym_of(tag, form.synonym_id.data).id),
        _("This name no longer leads to the tag."),
    )


@bp.post("/tags/<name>/rename")
@signed_in
def rename_tag(name: str) -> Answered:
    """Give a tag another name."""
    form = RenameTagForm()
    return _changed(
        name,
        form,
        lambda tag: tagging.rename(actor(), tag, form.name.data or ""),
        _("The tag is renamed."),
        rename=form,
    )


@bp.post("/tags/<name>/merge")
@signed_in
def merge_tag(name: str) -> Answered:
    """Merge a tag into another one."""
    form = MergeTagForm()

    def merge(tag: Tag) -> Act:
        try:
            into = shelves.tag_called(actor(), tag_name(form.into.data or ""))
        except NotFound:
            raise Invalid("unknown_tag", _("There is no such tag."), field="into") from None
        return tag_merging.merge(actor(), tag, into)

    return _changed(name, form, merge, _("The two tags are one now."), merge=form)


@bp.post("/tags/<name>/retire")
@signed_in
def retire_tag(name: str) -> Answered:
    """Put a tag on nothing new ("1"), or let it be used again ("0")."""
    form = SwitchForm()
    if not form.validate():
        raise Invalid("switch_value")
    is_on = bool(form.on.data)
    said = _("The tag stays where it is, and is put on nothing new.") if is_on else _("The tag can be used again.")
    return _changed(name, form, lambda tag: tagging.retire(actor(), tag, is_retired=is_on), said)


def tag_words(tag: Tag) -> dict[str, str]:
    """Return what a tag is about, in the reader's language, else in any it has, and the language it is in."""
    for code in (current_language(), *LANGUAGES, *sorted(tag.texts)):
        if any((words := tag.texts.get(code) or {}).values()):
            return {"description": "", "page_html": "", **words, "language": code}
    return {"description": "", "page_html": "", "language": current_language()}


def _changed(name: str, form: FlaskForm, change: Callable[[Tag], Act], said: str, **wrong: FlaskForm) -> Answered:
    """Do what a form of the edit page asks and say so with an undo; else show the page with what is wrong."""
    throttle.count("tidy_by_person", str(actor().person_id))
    is_valid = form.validate()
    found = _kept_tag(name)
    if is_valid:
        try:
            act = change(found)
        except Invalid as error:
            if not wrong:
                raise
            attach(form, error)
        else:
            say_with_undo(said, act)
            return see_other(url_for(".tag", name=found.name))
    return _edit_page(found, **wrong), 422


def _kept_tag(name: str) -> Tag:
    found = shelves.tag_called(actor(), name)
    require(policy.can_keep_tags(actor()))
    return found


def _texts(form: TagTextsForm) -> tagging.TagTexts:
    """Return the texts of a valid form; pages are rendered here, before the first statement."""
    return {
        code: {
            "description": " ".join((form[f"description_{code}"].data or "").split()),
            "page": (page := (form[f"page_{code}"].data or "").strip()),
            "page_html": render(page, source_format="markdown").html if page else "",
        }
        for code in LANGUAGES
    }


def _edit_page(tag: Tag, **wrong: FlaskForm) -> str:
    told: dict[str, Any] = {
        f"{part}_{code}": (tag.texts.get(code) or {}).get(part, "")
        for code in LANGUAGES
        for part in ("description", "page")
    }
    forms = {
        "texts": TagTextsForm(formdata=None, **told),
        "synonym": SynonymForm(formdata=None),
        "rename": RenameTagForm(formdata=None, name=tag.name),
        "merge": MergeTagForm(formdata=None),
        **wrong,
    }
    acts = log.acts_on_shelf(actor(), tag)
    return render_template(
        "community/edit_tag.html",
        tag=tag,
        forms=forms,
        form=next(iter(wrong.values()), None),
        synonyms=queries.synonyms_of(tag),
        acts=acts,
        changed=log.changed_since(acts),
        reversals=undoing.REVERSALS,
    )
