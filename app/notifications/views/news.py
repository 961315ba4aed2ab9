"""What is new, for a page that is open: asked every half minute, or as soon as the stream says that there is something.

The answer holds the words to show, in the reader's language. A stream carries no words at all: it only says "look".
"""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request, url_for
from flask_babel import ngettext

from app import clock
from app.community.models.posts import Question
from app.community.queries import shelves
from app.community.queries.thread import question_for
from app.community.queries.unread import asked_since
from app.errors import Moved, NotFound
from app.notifications import live
from app.notifications.queries.bell import answers_since
from app.notifications.views.blueprint import bell_now, bp
from app.paging import LARGEST_ID
from app.web.access import public, signed_in
from app.web.current_actor import actor


@bp.get("/notifications/news")
@signed_in
def news() -> Response:
    """The number at the bell."""
    return _answer(_bell())


@bp.get("/q/<int:question_id>/news")
@public
def question_news(question_id: int) -> Response:
    """The answers to a question that came after the one given as `after`, and the number at the bell."""
    question = _question(question_id)
    after = request.args.get("after", "0")
    is_id = after.isascii() and after.isdigit() and len(after) < 19
    found = answers_since(actor(), question, min(int(after), LARGEST_ID)) if is_id else []
    bar = ngettext("%(num)s new answer", "%(num)s new answers", len(found)) if found else ""
    link = url_for("community.answer", answer_id=found[0]) if found else ""
    return _answer({**_bell(), "answers": len(found), "bar": bar, "link": link})


@bp.get("/questions/news")
@public
def list_news() -> Response:
    """How many questions came after the moment given as `after` (in a category, with a tag), and the bell's number."""
    given = request.args
    try:
        after = clock.moment_in(given.get("after", ""))
    except ValueError as error:
        raise NotFound from error
    category = shelves.category_called(given["category"]) if "category" in given else None
    tag = shelves.tag_called(actor(), given["tag"]) if "tag" in given else None
    found = asked_since(actor(), after, category=category, tag=tag)
    bar = ngettext("%(num)s new question", "%(num)s new questions", found) if found else ""
    bell = {} if actor().is_visitor else _bell()
    return _answer({**bell, "answers": found, "bar": bar, "link": ""})


@bp.get("/live")
@signed_in
def stream() -> Response:
    """A stream that says when to look at the bell."""
    return live.open_stream(actor())


@bp.get("/live/<int:question_id>")
@signed_in
def question_stream(question_id: int) -> Response:
    """A stream that says when to look at the bell, or at a question."""
    return live.open_stream(actor(), _question(question_id))


def _question(question_id: int) -> Question:
    """Return the question, for a page that was opened before a merge the one it is part of now. Raises NotFound."""
    try:
        return question_for(actor(), question_id)
    except Moved as moved:
        return question_for(actor(), moved.into_id)


def _bell() -> dict[str, Any]:
    unread = bell_now().number
    words = ngettext("Notifications, one new", "Notifications, %(num)s new", unread) if unread else ""
    return {"unread": unread, "bell": words}


def _answer(values: dict[str, Any]) -> Response:
    response = jsonify(values)
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]
