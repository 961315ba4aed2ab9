"""The search page, and what stands beside a question that is being typed. Parse, call, answer."""

from __future__ import annotations

from dataclasses import replace

from babel import Locale, UnknownLocaleError
from flask import Response, flash, g, make_response, render_template, request
from flask_babel import gettext as _

from app.community.links import question_url
from app.community.queries import thread
from app.community.queries.filters import NEWS_KINDS
from app.community.views.blueprint import category_names, mark_news
from app.community.views.filters import kinds_to_find, states_to_find
from app.paging import row_number
from app.prose.language import detect_language
from app.search import queries, services
from app.search.backend import MOST_HITS
from app.search.documents import CASE
from app.search.forms import DeflectionForm, SimilarForm
from app.search.query_language import MOST_CHARACTERS
from app.search.query_log import query_log
from app.search.views.blueprint import Answered, bp
from app.web import throttle
from app.web.access import public
from app.web.current_actor import actor
from app.web.forms import see_other
from app.web.kept_pages import kept
from app.web.language import current_language
from app.web.panels import panels

PAGE_SIZE = 20
LAST_PAGE = MOST_HITS // PAGE_SIZE


@bp.get("/search")
@public
@kept
def search() -> Answered:
    """What was looked for, with filters; without words an empty box and the operators."""
    asked = _asked()
    g.asked_here = asked.address()
    if not asked.is_empty:
        throttle.count_look("search_by_network", throttle.network())
    page = queries.search_for(actor(), asked, size=PAGE_SIZE, kinds=queries.ALL_KINDS)
    mark_news(each.row for each in page.found)
    if page.meant.terms and asked.page == 1 and not asked.is_narrowed:
        _note(asked, page)
    counts: dict[str, dict[str, int]] = {"kind": {}, "state": {}, "category": {}, "tag": {}, "lang": {}, **page.facets}
    return render_template(
        "search/search.html",
        asked=asked,
        page=page,
        counts=counts,
        categories=category_names(),
        languages=_languages(counts["lang"], asked.language),
        states=states_to_find(),
        kinds=_kinds(),
        has_news=not asked.kind or asked.kind in NEWS_KINDS,
        health=queries.index_health() if actor().is_operator and page.source == "database" else None,
        next_page=asked.page + 1 if page.has_more and asked.page < LAST_PAGE else None,
    )


@bp.get("/search/opened")
@public
def opened() -> Answered:
    """Count that something was opened of what a search (`q`) found; for scripts."""
    throttle.count_look("search_by_network", throttle.network())
    query_log().clicked("search", current_language(), request.args.get("q", "")[: 2 * MOST_CHARACTERS])
    return "", 204


@bp.get("/ask/similar")
@public
def similar() -> Answered:
    """The questions most like what is being typed (`q`): a fragment for scripts, else a page."""
    typed = request.args.get("q", "")[: queries.LONGEST_TEXT]
    is_fragment = "X-Fragment" in request.headers
    _count_similar(typed)
    rows = queries.similar_for(actor(), typed, language=current_language(), is_typing=is_fragment)
    _write_when_due()  # what she looked for before she asks is counted by then
    if is_fragment:
        is_enough = len(typed.strip()) >= queries.SHORTEST_TEXT
        beside = str(panels("similar", actor(), typed)) if is_enough else ""
        found = render_template("search/_similar.html", rows=rows, typed=typed) if rows else ""
        return _varying(beside + found)
    return _varying(
        render_template(
            "search/similar.html", rows=rows, typed=typed, typed_language=_language_of(typed), form=None, kept=()
        )
    )


@bp.get("/q/<int:question_id>/related")
@public
def related(question_id: int) -> Answered:
    """The questions most like this one: a fragment for scripts, else a page."""
    question = thread.question_for(actor(), question_id)
    throttle.count_look("similar_by_network", throttle.network())
    rows = queries.related_to(actor(), question)
    template = "search/_related_list.html" if "X-Fragment" in request.headers else "search/related.html"
    return _varying(render_template(template, rows=rows, question=question))


@bp.post("/ask/similar/check")
@public
def check_for_similar() -> Answered:
    """The same for a browser without scripts: from the half-written question, which is kept in the page."""
    form = SimilarForm()
    form.validate()
    typed = f"{form.title.data or ''}\n{form.body.data or ''}"
    _count_similar(typed)
    rows = queries.similar_for(actor(), typed, language=current_language())
    return render_template(
        "search/similar.html",
        rows=rows,
        typed=form.title.data or "",
        typed_language=_language_of(typed),
        form=form,
        kept=_kept(form),
    )


@bp.post("/ask/similar/<int:question_id>")
@public
def deflect(question_id: int) -> Answered:
    """Somebody says that this answers it: ends the asking, notes what was enough, and leads to it."""
    throttle.count("deflect_by_network", throttle.network())
    form = DeflectionForm()
    form.validate()
    found = thread.question_for(actor(), question_id)
    services.deflect(actor(), found, typed=form.typed.data or "", language=current_language())
    flash(_("Good. You need not ask: here is what was answered before."), "good")
    return see_other(question_url(found.id, found.title))


def _note(asked: queries.Asked, page: queries.SearchPage) -> None:
    """Count the search, without who, and what has all its words; written together with others, when it is time."""
    query_log().searched("search", current_language(), asked.text, found=page.with_all, took_ms=page.took_ms)
    _write_when_due()


def _write_when_due() -> None:
    if query_log().is_due():
        query_log().write()


def _varying(page: str) -> Response:
    """Answer with a page that is a fragment for scripts."""
    response = make_response(page)
    response.vary.add("X-Fragment")
    return response


def _count_similar(typed: str) -> None:
    """Count what costs something: shorter texts are not looked for."""
    if len(typed.strip()) >= queries.SHORTEST_TEXT:
        throttle.count_look("similar_by_network", throttle.network())


def _language_of(typed: str) -> str:
    return detect_language(typed, current_language())[0]


def _asked() -> queries.Asked:
    """Read the address."""
    number = request.args.get("page", 1, type=row_number)
    return replace(queries.asked_in(request.args), page=min(number, LAST_PAGE))


def _kinds() -> dict[str, str]:
    """Return the kinds of things this viewer can find, and what they are called. Visitors have no cases."""
    return {kind: words for kind, words in kinds_to_find().items() if kind != CASE or not actor().is_visitor}


def _languages(counted: dict[str, int], chosen: str) -> dict[str, str]:
    """Return code → name, in the reader's language, of the languages that were found."""
    names = {}
    for code in (*counted, *((chosen,) if chosen else ())):
        try:
            names[code] = Locale.parse(code).get_display_name(current_language()) or code
        except (UnknownLocaleError, ValueError):
            names[code] = code
    return names


def _kept(form: SimilarForm) -> tuple[tuple[str, str], ...]:
    """Return what the half-written question holds, to be sent on as it is."""
    return tuple((name, form[name].data or "") for name in ("title", "body", "category", "tags", "audience"))
