"""One's saved filters: saving the one that is being looked at, and keeping them in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, g, render_template, request, url_for
from flask_babel import gettext as _

from app.community.forms.lists import FilterForm, HomeFilterForm
from app.community.lengths import LONGEST_FILTER_NAME
from app.community.models.saved_filters import SavedFilter
from app.community.queries import filters as queries
from app.community.services import filters as services
from app.community.views.blueprint import Answered, bp, category_names
from app.errors import Invalid
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import language_name

PLACES_OF = {
    "community.question_list": "questions",
    "community.category": "category",
    "community.tag": "tag",
    "search.search": "search",
}


@bp.app_context_processor
def _for_lists() -> dict[str, Any]:
    """Search shows them too, and stands to the right."""
    return {"own_filters": own_filters, "filter_here": filter_here}


def own_filters() -> Sequence[SavedFilter]:
    """Return the viewer's filters; one statement per request, none for visitors."""
    if "own_filters" not in g:
        g.own_filters = queries.filters_of(actor())
    found: Sequence[SavedFilter] = g.own_filters
    return found


def filter_here() -> tuple[str, dict[str, str]] | None:
    """Return place and filter of the page that is being shown; None where there is nothing to save.

    Where a page reads its address in a way of its own, it says in `g.asked_here` what it asks for.
    """
    place = PLACES_OF.get(request.endpoint or "", "")
    try:
        return place, queries.asked_of(place, {**g.get("asked_here", request.args), **(request.view_args or {})})
    except Invalid:
        return None


@bp.get("/filters")
@signed_in
def filter_list() -> Answered:
    """One's saved filters."""
    names = category_names()
    words = {each.id: words_of(each.place, each.asked, names) for each in own_filters()}
    return render_template(
        "community/filters.html", filters=own_filters(), words=words, most=services.MOST, has_news=queries.has_news
    )


@bp.get("/filters/new")
@signed_in
def new_filter() -> Answered:
    """A name for the filter that the address holds."""
    place, asked = _sent()
    return _page(FilterForm(called=words_of(place, asked, category_names())[:LONGEST_FILTER_NAME].strip(" ·")))


@bp.post("/filters/new")
@signed_in
def save_filter() -> Answered:
    """Save it under that name."""
    throttle.count("filter_by_person", str(actor().person_id))
    form = FilterForm()
    place, asked = _sent()
    if form.validate():
        try:
            services.save_filter(actor(), place, asked, name=form.called.data or "", is_home=form.is_home.data)
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The filter is saved. You find it above your lists."), "good")
            return _back()
    return _page(form), 422


@bp.get("/filters/<int:filter_id>")
@signed_in
def edit_filter(filter_id: int) -> Answered:
    """Another name for a filter."""
    saved = queries.filter_for(actor(), filter_id)
    return _page(FilterForm(called=saved.name, is_home=saved.is_home), saved)


@bp.post("/filters/<int:filter_id>")
@signed_in
def change_filter(filter_id: int) -> Answered:
    """Rename it, and put it on the home page or take it away from there."""
    throttle.count("filter_by_person", str(actor().person_id))
    form = FilterForm()
    saved = queries.filter_for(actor(), filter_id)
    if form.validate():
        try:
            services.rename_filter(saved, name=form.called.data or "")
        except Invalid as error:
            attach(form, error)
        else:
            services.put_home(saved, is_home=form.is_home.data)
            return _back()
    return _page(form, saved), 422


@bp.post("/filters/<int:filter_id>/home")
@signed_in
def put_home(filter_id: int) -> Answered:
    """Let it stand on the home page, or take it away from there."""
    throttle.count("filter_by_person", str(actor().person_id))
    saved = queries.filter_for(actor(), filter_id)
    services.put_home(saved, is_home=HomeFilterForm().on.data == "1")
    return _back()


@bp.post("/filters/<int:filter_id>/delete")
@signed_in
def delete_filter(filter_id: int) -> Answered:
    """Delete it."""
    throttle.count("filter_by_person", str(actor().person_id))
    services.delete_filter(queries.filter_for(actor(), filter_id))
    undo = url_for(".restore_filter", filter_id=filter_id)
    flash({"text": _("The filter is deleted."), "undo_action": undo, "undo_fields": {}}, "good")  # type: ignore[arg-type]
    return _back()


@bp.post("/filters/<int:filter_id>/restore")
@signed_in
def restore_filter(filter_id: int) -> Answered:
    """Take that back."""
    throttle.count("filter_by_person", str(actor().person_id))
    services.bring_back(queries.filter_for(actor(), filter_id, even_deleted=True))
    return _back()


def kinds_to_find() -> dict[str, str]:
    """Return the kinds of things one can search for, and what they are called."""
    return {
        "question": _("Questions"),
        "article": _("Articles"),
        "service": _("Services"),
        "person": _("People"),
        "case": _("Your cases"),
    }


def states_to_find() -> dict[str, str]:
    """Return the states one can search for (`is:`), each with its word."""
    return {
        "unanswered": _("Not answered yet"),
        "answered": _("Answered"),
        "accepted": _("Solved"),
        "closed": _("Closed"),
    }


def words_of(place: str, asked: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Say what a filter asks, for whoever reads it. `names` are those of the categories by slug."""
    order = {"active": _("Active"), "unanswered": _("Unanswered"), "valuable": _("Most valuable first")}
    shelf = asked.get("slug") or asked.get("category")
    tag = asked.get("name") or asked.get("tag")
    said = [
        _("Search") if place == "search" else _("Questions"),
        f"“{asked['q']}”" if "q" in asked else "",
        kinds_to_find().get(asked.get("kind", ""), ""),
        names.get(shelf, shelf) if shelf else "",
        f"#{tag}" if tag else "",
        states_to_find().get(asked.get("state", ""), ""),
        language_name(asked["language"]) if "language" in asked else "",
        order.get(asked.get("order", ""), ""),
        {"newest": _("Newest first"), "votes": _("Most votes first")}.get(asked.get("sort", ""), ""),
    ]
    kept = list(filter(None, said))
    return " · ".join(kept[1:] or kept)


def _sent() -> tuple[str, dict[str, str]]:
    place = request.args.get("place", "")
    return place, queries.asked_of(place, request.args)


def _page(form: FilterForm, saved: SavedFilter | None = None) -> str:
    return render_template("community/filter.html", form=form, saved=saved)


def _back() -> Answered:
    return see_other(url_for(".filter_list"))
