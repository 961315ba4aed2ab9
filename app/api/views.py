"""The resources of /api/v1: parse, call the service or query that the pages call, answer."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, jsonify, redirect, request, url_for
from flask_babel import lazy_gettext as _l

from app import clock
from app.api import schemas, shapes
from app.api.blueprint import bp
from app.api.document import document_of
from app.cases.queries.case_view import case_for
from app.cases.queries.status import status_of
from app.community.compose import compose
from app.community.models.posts import Question
from app.community.queries import lists, shelves, thread
from app.community.queries.answers import answers_of
from app.community.services import answering
from app.community.settings import MOST_TAGS
from app.community.tags import parse_tags
from app.errors import Invalid, Moved, NotFound
from app.paging import Key
from app.routing import explaining
from app.routing import services as routing
from app.routing.queries.decisions import newest_decision_about
from app.web import throttle
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.language import current_language
from app.web.transactions import SAFE_METHODS

Told = dict[str, Any]


@bp.get("/openapi.json")
@public
def openapi() -> Response:
    """This API, described for programs (OpenAPI 3.1)."""
    return jsonify(document_of(current_app))


@bp.get("/status")
@signed_in
@bp.response(200, schemas.Status)
def status() -> Told:
    """Who the token stands for, and what it may do."""
    return shapes.status(actor())


@bp.get("/cases/<public_id>")
@signed_in
@bp.response(200, schemas.CaseStatus)
def case_status(public_id: str) -> Told:
    """Where a case stands: whose turn it is, since when and why, what was promised, and how its clocks stand."""
    found = case_for(actor(), public_id)
    return shapes.case_status(found, status_of(found, now=clock.now()))


@bp.get("/categories")
@signed_in
@bp.response(200, schemas.Categories)
def category_list() -> Told:
    """The shelves a question can be put on."""
    rows = shelves.categories()
    return {
        "items": [
            {"slug": each.slug, "names": {code: words["name"] for code, words in each.texts.items()}} for each in rows
        ]
    }


@bp.get("/requests")
@signed_in
@bp.arguments(schemas.ListArguments, location="query")
@bp.response(200, schemas.RequestPage)
def request_list(wanted: Told) -> Told:
    """Requests you may see, newest first."""
    after = None
    if wanted["after"] is not None:
        after = Key.parse(wanted["after"])
        if after is None:
            raise Invalid("unknown_page", _l("This is not the end of a page."), field="after")
    page = lists.questions_for(
        actor(),
        order=wanted["order"],
        asker_id=actor().person_id if wanted["mine"] else None,
        after=after,
        size=wanted["limit"],
    )
    return {
        "items": [shapes.summary(row) for row in page.rows],
        "next": None if page.next_key is None else str(page.next_key),
    }


@bp.post("/requests")
@signed_in
@bp.arguments(schemas.NewRequest)
@bp.response(201, schemas.Asked)
def ask(sent: Told) -> Told:
    """Ask a question."""
    throttle.count("ask_by_person", str(actor().person_id))
    text = compose(sent["body"], title=sent["title"], prior=current_language())
    tag_names = parse_tags(",".join(sent["tags"]), most=MOST_TAGS.value)
    question = routing.ask(
        actor(),
        title=sent["title"],
        text=text,
        category_id=_category_id(sent["category"]),
        tag_names=tag_names,
        audience=sent["audience"],
        channel="api",
    )
    return shapes.asked(question)


@bp.get("/requests/<int:request_id>")
@signed_in
@bp.response(200, schemas.Request)
def request_with(request_id: int) -> Told:
    """A request with its text and where it stands."""
    found = _question(request_id)
    return shapes.request(found, lists.question_rows(actor(), [found.id])[0])


@bp.get("/requests/<int:request_id>/answers")
@signed_in
@bp.response(200, schemas.Answers)
def answers(request_id: int) -> Told:
    """The answers to a request."""
    found = _question(request_id)
    return {"items": [shapes.answer(found, row) for row in answers_of(actor(), found)]}


@bp.post("/requests/<int:request_id>/answers")
@signed_in
@bp.arguments(schemas.NewAnswer)
@bp.response(201, schemas.Answered)
def post_answer(sent: Told, request_id: int) -> Told:
    """Answer a request."""
    throttle.count("answer_by_person", str(actor().person_id))
    text = compose(sent["body"], prior=current_language())
    found = _question(request_id)
    return shapes.answered(found, answering.post_answer(actor(), found, text=text, channel="api"))


@bp.get("/requests/<int:request_id>/decision")
@signed_in
@bp.response(200, schemas.Decision)
def decision(request_id: int) -> Told:
    """Who can help with a request, and why: the list for who asked, her own row for a helper."""
    found = _question(request_id)
    view = newest_decision_about(actor(), found)
    return shapes.decision(view, *explaining.explained(view))


def _question(request_id: int) -> Question:
    """Return the request; where it was merged into another, lead those who read there, and take that one to write."""
    try:
        return thread.question_for(actor(), request_id)
    except Moved as moved:
        if request.method in SAFE_METHODS:
            abort(redirect(url_for(request.endpoint or "", request_id=moved.into_id), 301))
        return thread.question_for(actor(), moved.into_id)


def _category_id(slug: str) -> int:
    try:
        return shelves.category_called(slug).id
    except NotFound as error:
        raise Invalid("unknown_category", _l("Choose a category from the list."), field="category") from error
