"""Operators' pages about categories: the list in its order, and all that one of them can be changed in."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app.admin.views.running import Answered, bp
from app.community import policy
from app.community.forms.shared import SwitchForm
from app.community.forms.shelves import CategoryForm, MergeCategoryForm, PlaceForm
from app.community.models.shelves import Category
from app.community.queries import log, shelves
from app.community.services import shelving, undoing
from app.community.views.blueprint import category_words, say_with_undo
from app.errors import Invalid, NotFound
from app.prose.rendering import render
from app.web import throttle
from app.web.access import only
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import LANGUAGES


@bp.get("/categories")
@only("operator")
def categories() -> Answered:
    """Every category, in its order."""
    return render_template("admin/categories.html", rows=shelves.kept_categories(), words=category_words)


@bp.get("/categories/new")
@only("operator")
def new_category() -> Answered:
    """A form for a category that is not there yet."""
    return _form_page(CategoryForm(formdata=None))


@bp.post("/categories/make")
@only("operator")
def make_category() -> Answered:
    """Make a category, or look at its templates."""
    form = CategoryForm()
    throttle.count("tidy_by_person", str(actor().person_id))
    previews = _previews(form)
    if form.validate() and previews is None:
        try:
            act = shelving.make_category(actor(), _texts(form), asks_for_version=form.asks_for_version.data)
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The category is there."), "good")
            return see_other(url_for(".category", category_id=act.category_id))
    return _form_page(form, previews), 200 if previews is not None else 422


@bp.route("/categories/<int:category_id>", methods=["GET", "POST"])
@only("operator")
def category(category_id: int) -> Answered:
    """One category: what it says, whether it takes questions, and which one takes over from it."""
    if request.method == "GET":
        found = _found(category_id)
        return _page(found, _as_it_is(found))
    form = CategoryForm()
    throttle.count("tidy_by_person", str(actor().person_id))
    previews = _previews(form)
    found = _found(category_id)
    if form.validate() and previews is None:
        try:
            shelving.change_category(actor(), found, _texts(form), asks_for_version=form.asks_for_version.data)
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The category is changed."), "good")
            return see_other(url_for(".category", category_id=found.id))
    return _page(found, form, previews=previews), 200 if previews is not None else 422


@bp.post("/categories/<int:category_id>/place")
@only("operator")
def place_category(category_id: int) -> Answered:
    """Move a category up or down."""
    form = PlaceForm()
    if not form.validate():
        raise Invalid("switch_value")
    shelving.place_category(actor(), _found(category_id), is_up=form.direction.data == "up")
    return see_other(url_for(".categories"))


@bp.post("/categories/<int:category_id>/close")
@only("operator")
def close_category(category_id: int) -> Answered:
    """Let a category take no new questions ("1"), or let it again ("0")."""
    form = SwitchForm()
    if not form.validate():
        raise Invalid("switch_value")
    is_on = bool(form.on.data)
    found = _found(category_id)
    act = shelving.close_category(actor(), found, is_closed=is_on)
    say_with_undo(_("The category takes no new questions.") if is_on else _("The category takes questions again."), act)
    return see_other(url_for(".category", category_id=found.id))


@bp.post("/categories/<int:category_id>/merge")
@only("operator")
def merge_category(category_id: int) -> Answered:
    """Take a category away, and let another one take over."""
    form = MergeCategoryForm()
    found = _found(category_id)
    form.into.choices = _others(found)
    if form.validate():
        try:
            act = shelving.merge_category(actor(), found, _found(form.into.data))
        except Invalid as error:
            attach(form, error)
        else:
            say_with_undo(_("The category is merged into the other one."), act)
            return see_other(url_for(".categories"))
    return _page(found, _as_it_is(found), merge=form), 422


def _found(category_id: int) -> Category:
    found = shelves.category_with(category_id)
    if found is None:
        raise NotFound
    return found


def _others(category: Category) -> list[tuple[int, str]]:
    return [(each.id, category_words(each)["name"]) for each in shelves.categories() if each.id != category.id]


def _as_it_is(category: Category) -> CategoryForm:
    told = {
        f"{part}_{code}": (category.texts.get(code) or {}).get(part, "")
        for code in LANGUAGES
        for part in ("name", "description", "template")
    }
    return CategoryForm(formdata=None, asks_for_version=category.asks_for_version, **told)


def _texts(form: CategoryForm) -> shelving.CategoryTexts:
    return {
        code: {
            "name": form[f"name_{code}"].data or "",
            "description": form[f"description_{code}"].data or "",
            "template": form[f"template_{code}"].data or "",
        }
        for code in LANGUAGES
    }


def _previews(form: CategoryForm) -> dict[str, str] | None:
    """Return how the templates look, by language, where that is all that is asked for; else None."""
    if "preview" not in request.form or not form.validate():
        return None
    written = {code: form[f"template_{code}"].data or "" for code in LANGUAGES}
    return {code: render(text, source_format="markdown").html for code, text in written.items() if text.strip()}


def _form_page(form: CategoryForm, previews: dict[str, str] | None = None) -> str:
    return render_template("admin/new_category.html", form=form, previews=previews)


def _page(category: Category, form: CategoryForm, **more: Any) -> str:
    merge = more.get("merge") or MergeCategoryForm(formdata=None)
    merge.into.choices = _others(category)
    acts = log.acts_on_shelf(actor(), category)
    return render_template(
        "admin/category.html",
        category=category,
        name=category_words(category)["name"],
        form=more.get("merge") or form,
        texts=form,
        merge=merge,
        previews=more.get("previews"),
        questions=shelves.questions_in(category),
        acts=acts,
        changed=log.changed_since(acts),
        reversals=undoing.REVERSALS,
        policy=policy,
    )
