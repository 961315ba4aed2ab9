"""Proposing what somebody may mean while she types: people after an "@", tags in their field."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _

from app.community.models.posts import Question
from app.community.queries import naming, tags, thread
from app.community.views.blueprint import bp
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor


@bp.get("/mentions")
@signed_in
def people_to_name() -> str:
    """People whose name or handle begins with `?q=`."""
    return _answer(None)


@bp.get("/q/<int:question_id>/mentions")
@signed_in
def people_to_name_in(question_id: int) -> str:
    """The same, for a text on a question's page: its people first, and only those who may read it."""
    return _answer(question_id)


@bp.get("/tag-names")
@signed_in
def tags_to_name() -> str:
    """Tags in use with `?q=` in a name of theirs."""
    throttle.count_look("completion_by_person", str(actor().person_id))
    return _options("community/_tag_names.html", tags=tags.tags_to_name(request.args.get("q", "")))


@bp.app_template_global("tag_naming")
def tag_attributes() -> dict[str, Any]:
    """Return what a field for tags carries so that those in use are proposed."""
    return {"autocomplete": "off", **_attributes("tags", url_for("community.tags_to_name"), _("Tags in use"))}


@bp.app_template_global("naming")
def attributes(question: Question | None = None, **more: str) -> dict[str, Any]:
    """Return what a text field carries so that "@" proposes people."""
    url = url_for("community.people_to_name")
    if question is not None:
        url = url_for("community.people_to_name_in", question_id=question.id)
    return {**more, **_attributes("people", url, _("People you can name"))}


def _answer(question_id: int | None) -> str:
    throttle.count_look("completion_by_person", str(actor().person_id))
    question = None if question_id is None else thread.question_for(actor(), question_id)
    people = naming.people_to_name(actor(), request.args.get("q", ""), question)
    return _options("community/_naming.html", people=people)


def _attributes(kind: str, url: str, label: str) -> dict[str, Any]:
    return {"data-completion": kind, "data-completion-from": url, "data-completion-label": label}


def _options(template: str, **context: Any) -> str:
    # Without what whole pages need, the number at the bell for one: this is asked at every key.
    return current_app.jinja_env.get_template(template).render(**context)
