"""Splitting a question: first which answers and comments, then the question that is made of them."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from app.community import policy
from app.community.forms.closing import SplitForm
from app.community.links import question_url
from app.community.models.posts import Question
from app.community.queries import shelves, splits, thread
from app.community.services import splitting
from app.community.settings import MOST_TAGS
from app.community.tags import parse_tags
from app.community.views.blueprint import Answered, bp, category_words, composed, say_with_undo
from app.errors import Invalid
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other


@bp.route("/q/<int:question_id>/split", methods=["GET", "POST"])
@signed_in
def split_question(question_id: int) -> Answered:
    """Ask what moves (`?posts=a1&posts=c2`), then for the new question, and make it."""
    form, text, tag_names = SplitForm(formdata=None), None, None
    if request.method == "POST":
        throttle.count("tidy_by_person", str(actor().person_id))
        form = SplitForm()
        if form.validate():
            text, tag_names = composed(form), _tags(form)
    found = thread.question_for(actor(), question_id)
    require(policy.can_split(actor(), found))
    chosen = splits.chosen_from(found, request.values.getlist("posts"))
    form.category.choices = [(each.id, category_words(each)["name"]) for each in shelves.open_categories()]
    if text is not None and tag_names is not None:
        try:
            act = splitting.split(
                actor(),
                found,
                chosen,
                title=form.title.data,
                text=text,
                category_id=form.category.data,
                tag_names=tag_names,
            )
        except Invalid as error:
            attach(form, error)
        else:
            made = thread.question_for(actor(), act.details["other_question_id"])
            say_with_undo(_("It is a question of its own now."), act)
            return see_other(question_url(made.id, made.title))
    if request.method == "GET":
        _begin(form, found, chosen)
    choices = None if chosen.first is not None else splits.choices_in(found)
    page = render_template("community/split.html", question=found, chosen=chosen, choices=choices, form=form)
    is_wrong = request.method == "POST" or (chosen.first is None and "next" in request.args)
    return (page, 422) if is_wrong else page


def _begin(form: Any, found: Question, chosen: splits.Chosen) -> None:
    """Fill the form with the words of the first post, and with the category and tags of the question."""
    first = chosen.first
    if first is not None:
        title, words = splits.beginning_of(first)
        form.process(title=title, body=words, category=found.category_id, tags=", ".join(found.tag_names))


def _tags(form: Any) -> list[str] | None:
    try:
        return parse_tags(form.tags.data or "", most=MOST_TAGS.value)
    except Invalid as error:
        attach(form, error)
        return None
