"""Home and the lists of questions."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from app.community.models.saved_filters import SavedFilter
from app.community.models.shelves import Category
from app.community.queries import filters, follows, lists, shelves, worth
from app.community.queries.follows import Followed
from app.community.settings import MOST_PINNED, PAGE_SIZE
from app.community.views.blueprint import Answered, bp, categories, category_words, mark_news, moved
from app.community.views.filters import own_filters
from app.errors import NotFound
from app.paging import Key, Page, PointsKey
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.kept_pages import kept


@bp.get("/")
@public
@kept
def home() -> Answered:
    """The box to ask in, what is being solved right now, and the lists."""
    viewer = actor()
    chosen, page = _home_filter()
    if chosen is None:
        page = lists.questions_for(viewer, order="active", size=PAGE_SIZE.value)
    pinned = lists.pinned_for(viewer)
    return render_template(
        "community/home.html",
        chosen=chosen,
        page=page,
        pinned=pinned,
        marks=mark_news([*page.rows, *pinned]),
        fresh={},
        live=lists.being_solved(),
        categories=categories(),
        words=category_words,
    )


@bp.get("/questions")
@public
@kept
def question_list() -> Answered:
    """All questions: newest, active, unanswered."""
    return list_page("community/questions.html", title=_("Questions"))


@bp.get("/c/<slug>")
@public
@kept
def category(slug: str) -> Answered:
    """The questions of one category."""
    shelf = shelves.category_called(slug)
    if shelf.slug != slug:
        return moved(url_for(".category", slug=shelf.slug))
    words = category_words(shelf)
    return list_page(
        "community/category.html",
        title=words["name"],
        lead=words["description"],
        subject=shelf,
        category=shelf,
        about={"is_open_here": shelf.closed_at is None},
    )


@bp.get("/mine")
@signed_in
def mine() -> Answered:
    """What one asked, or with `?answered=1` what one answered."""
    answered = request.args.get("answered") == "1"
    key: dict[str, Any] = {"answered_by_id": actor().person_id} if answered else {"asker_id": actor().asker_id}
    return list_page("community/mine.html", title=_("Your questions"), answered=answered, **key)


def list_page(
    template: str,
    *,
    title: str,
    lead: str = "",
    answered: bool = False,
    subject: Followed | None = None,
    about: dict[str, Any] | None = None,
    **narrowed: Any,
) -> Answered:
    """Return a page of questions; `subject` can be followed, `about` is what the template tells beside them."""
    order = request.args.get("order", "newest")
    after = request.args.get("after")
    page: Page[Any]
    if order == "valuable" and narrowed.keys() <= {"category", "tag"}:
        page = worth.most_valuable(actor(), after=PointsKey.parse(after), size=PAGE_SIZE.value, **narrowed)
    else:
        page = lists.questions_for(actor(), order=order, after=Key.parse(after), size=PAGE_SIZE.value, **narrowed)
    older = None
    if page.next_key is not None:
        values: dict[str, Any] = {name: request.args[name] for name in ("order", "answered") if name in request.args}
        older = url_for(request.endpoint or "", **(request.view_args or {}), **values, after=str(page.next_key))
    pinned = _pinned(order, narrowed.get("category"))
    return render_template(
        template,
        title=title,
        lead=lead,
        page=page,
        pinned=pinned,
        marks=mark_news([*page.rows, *pinned]),
        fresh=_fresh(order, narrowed),
        order=order,
        worth=worth,
        older=older,
        answered=answered,
        follow=subject and follows.following_of(actor(), subject),
        is_first="after" not in request.args,
        **(about or {}),
    )


def _home_filter() -> tuple[SavedFilter | None, Page[lists.QuestionRow]]:
    """Return the filter that stands on the viewer's home page, with its questions; those of a search are found by a
    panel. None where there is none, where she asks for the usual list, or where what it names is gone."""
    empty: Page[lists.QuestionRow] = Page([], None)
    chosen = next((each for each in own_filters() if each.is_home), None)
    if chosen is None or request.args.get("show") == "active":
        return None, empty
    if chosen.place == "search":
        return chosen, empty
    try:
        return chosen, filters.questions_in(actor(), chosen, size=PAGE_SIZE.value)
    except NotFound:
        return None, empty


def _fresh(order: str, narrowed: dict[str, Any]) -> dict[str, str] | None:
    """Return by what the page asks for questions that come while it is open; None where these would not stand first."""
    if order != "newest" or "after" in request.args or not narrowed.keys() <= {"category", "tag"}:
        return None
    shelf, topic = narrowed.get("category"), narrowed.get("tag")
    return {**({"category": shelf.slug} if shelf else {}), **({"tag": topic.name} if topic else {})}


def _pinned(order: str, shelf: Category | None) -> list[lists.QuestionRow]:
    """Return what stands first in a category, on the first page of its newest."""
    if shelf is None or order != "newest" or "after" in request.args:
        return []
    return lists.pinned_for(actor(), shelf, limit=MOST_PINNED.value)
