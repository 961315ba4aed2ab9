"""The community's pages: lists, the question, and what is done on it. Parse, call, answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.community import judging, policy, queries, services
from app.community.compose import compose
from app.community.forms import AnswerForm, EditAnswerForm, EditQuestionForm, PreviewForm, VoteForm
from app.community.links import person_url, question_url, slug_of
from app.community.models import Answer, Category, Question
from app.community.settings import AUTHOR_EDIT_HOURS, MOST_TAGS, PAGE_SIZE
from app.community.tags import parse_tags
from app.errors import Invalid
from app.paging import Key
from app.web import throttle
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.forms import attach
from app.web.language import current_language
from app.web.panels import panels

bp = Blueprint("community", __name__)

Answered = str | Response | tuple[str, int]


@bp.context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "policy": policy,
        "question_url": question_url,
        "person_url": person_url,
        "category_name": category_name,
        "panels": panels,
        "now": clock.now(),
        "author_hours": AUTHOR_EDIT_HOURS.value,
    }


def category_name(category_id: int) -> str:
    """Return a category's name in the reader's language; one statement per request for all of them."""
    if "category_names" not in g:
        g.category_names = {each.id: category_words(each)["name"] for each in queries.categories()}
    found: str = g.category_names.get(category_id, "")
    return found


def category_words(category: Category) -> dict[str, str]:
    """Return a category's name and description in the reader's language, else in any it has."""
    texts = category.texts
    words: dict[str, str] = texts.get(current_language()) or texts.get("en") or next(iter(texts.values()))
    return {"name": category.slug, "description": "", **words}


@bp.get("/")
@public
def home() -> Answered:
    """The box to ask in, what is being solved right now, and the lists."""
    viewer = actor()
    page = queries.questions_for(viewer, order="active", size=PAGE_SIZE.value)
    return render_template(
        "community/home.html",
        page=page,
        live=queries.being_solved(),
        categories=queries.categories(),
        words=category_words,
    )


@bp.get("/questions")
@public
def question_list() -> Answered:
    """All questions: newest, active, unanswered."""
    return _list_page("community/questions.html", title=_("Questions"))


@bp.get("/c/<slug>")
@public
def category(slug: str) -> Answered:
    """The questions of one category."""
    shelf = queries.category_called(slug)
    words = category_words(shelf)
    return _list_page("community/questions.html", title=words["name"], lead=words["description"], category=shelf)


@bp.get("/tags")
@public
def tags() -> Answered:
    """The tags in use."""
    return render_template("community/tags.html", tags=queries.popular_tags(300))


@bp.get("/tags/<name>")
@public
def tag(name: str) -> Answered:
    """The questions with one tag."""
    found = queries.tag_called(actor(), name)
    return _list_page("community/questions.html", title=_("Tag: %(name)s", name=found.name), tag=found)


@bp.get("/mine")
@signed_in
def mine() -> Answered:
    """What one asked, or with `?answered=1` what one answered."""
    person_id = actor().person_id
    answered = request.args.get("answered") == "1"
    key: dict[str, Any] = {"answered_by_id" if answered else "asker_id": person_id}
    return _list_page("community/mine.html", title=_("Your questions"), answered=answered, **key)


@bp.get("/q/<int:question_id>", defaults={"slug": ""})
@bp.get("/q/<int:question_id>/<slug>")
@public
def question(question_id: int, slug: str) -> Answered:
    """A question with its answers."""
    found = queries.question_for(actor(), question_id)
    if slug != slug_of(found.title):
        return _moved(question_url(found.id, found.title))
    return question_page(found, AnswerForm(formdata=None))


def question_page(found: Question, form: AnswerForm) -> str:
    """Render the page of a question the viewer may see."""
    viewer = actor()
    answers = queries.answers_of(viewer, found)
    return render_template(
        "community/question.html",
        question=found,
        answers=answers,
        accepted=next((row for row in answers if row.answer.id == found.accepted_answer_id), None),
        own_vote=queries.own_vote_on(viewer, found),
        form=form,
    )


@bp.get("/a/<int:answer_id>")
@public
def answer(answer_id: int) -> Answered:
    """The permalink of an answer: leads to it on its question's page."""
    found = queries.answer_for(actor(), answer_id)
    return _moved(question_url(found.question_id, found.question.title, answer_id=found.id))


@bp.post("/q/<int:question_id>/answers")
@signed_in
def post_answer(question_id: int) -> Answered:
    """Answer a question."""
    throttle.count("answer_by_person", str(actor().person_id))
    form = AnswerForm()
    text = None
    if form.validate():
        text = _composed(form)
    found = queries.question_for(actor(), question_id)
    if text is not None:
        try:
            made = services.post_answer(actor(), found, text=text)
        except Invalid as error:
            attach(form, error)
        else:
            return redirect(question_url(found.id, found.title, answer_id=made.id), 303)  # type: ignore[return-value]
    return question_page(found, form), 422


@bp.post("/q/<int:question_id>/vote")
@signed_in
def vote_on_question(question_id: int) -> Answered:
    """Vote on a question."""
    throttle.count("vote_by_person", str(actor().person_id))
    found = queries.question_for(actor(), question_id)
    judging.vote(actor(), found, _vote_value())
    return redirect(question_url(found.id, found.title), 303)  # type: ignore[return-value]


@bp.post("/answers/<int:answer_id>/vote")
@signed_in
def vote_on_answer(answer_id: int) -> Answered:
    """Vote on an answer."""
    throttle.count("vote_by_person", str(actor().person_id))
    found = queries.answer_for(actor(), answer_id)
    judging.vote(actor(), found, _vote_value())
    return _back_to(found)


@bp.post("/answers/<int:answer_id>/accept")
@signed_in
def accept(answer_id: int) -> Answered:
    """Accept an answer."""
    found = queries.answer_for(actor(), answer_id)
    judging.accept(actor(), found.question, found)
    flash(_("You marked the answer that solved it. Everybody with the same question sees it first."), "good")
    return _back_to(found)


@bp.post("/q/<int:question_id>/unaccept")
@signed_in
def unaccept(question_id: int) -> Answered:
    """Take the acceptance back."""
    found = queries.question_for(actor(), question_id)
    judging.unaccept(actor(), found)
    flash(_("The answer is no longer marked as the one that solved it."), "info")
    return redirect(question_url(found.id, found.title), 303)  # type: ignore[return-value]


@bp.route("/q/<int:question_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_question(question_id: int) -> Answered:
    """Edit a question."""
    form = EditQuestionForm(formdata=request.form if request.method == "POST" else None)
    text = None
    if request.method == "POST":
        throttle.count("edit_by_person", str(actor().person_id))
        text = _composed(form) if form.validate() else None
    found = queries.question_for(actor(), question_id)
    services.require(policy.can_edit_question(actor(), found, now=clock.now(), author_hours=AUTHOR_EDIT_HOURS.value))
    form.category.choices = [(each.id, category_words(each)["name"]) for each in queries.categories()]
    if text is not None:
        try:
            services.edit_question(
                actor(),
                found,
                title=form.title.data,
                text=text,
                tag_names=parse_tags(form.tags.data or "", most=MOST_TAGS.value),
                category_id=form.category.data,
                reason=form.reason.data or "",
                seen_version=form.version.data,
            )
        except Invalid as error:
            attach(form, error)
        else:
            return redirect(question_url(found.id, form.title.data), 303)  # type: ignore[return-value]
    elif request.method == "GET":
        form.process(
            title=found.title,
            body=found.body,
            category=found.category_id,
            tags=", ".join(found.tag_names),
            version=found.row_version,
        )
    page = render_template("community/edit_question.html", question=found, form=form)
    return (page, 422) if request.method == "POST" else page


@bp.route("/answers/<int:answer_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_answer(answer_id: int) -> Answered:
    """Edit an answer."""
    form = EditAnswerForm(formdata=request.form if request.method == "POST" else None)
    text = None
    if request.method == "POST":
        throttle.count("edit_by_person", str(actor().person_id))
        text = _composed(form) if form.validate() else None
    found = queries.answer_for(actor(), answer_id)
    services.require(policy.can_edit_answer(actor(), found, now=clock.now(), author_hours=AUTHOR_EDIT_HOURS.value))
    if text is not None:
        try:
            services.edit_answer(
                actor(), found, text=text, reason=form.reason.data or "", seen_version=form.version.data
            )
        except Invalid as error:
            attach(form, error)
        else:
            return _back_to(found)
    elif request.method == "GET":
        form.process(body=found.body, version=found.row_version)
    page = render_template("community/edit_answer.html", answer=found, question=found.question, form=form)
    return (page, 422) if request.method == "POST" else page


@bp.get("/q/<int:question_id>/history")
@public
def question_history(question_id: int) -> Answered:
    """What a question said before."""
    found = queries.question_for(actor(), question_id)
    return render_template(
        "community/history.html", question=found, subject=found, revisions=queries.revisions_of(found)
    )


@bp.get("/answers/<int:answer_id>/history")
@public
def answer_history(answer_id: int) -> Answered:
    """What an answer said before."""
    found = queries.answer_for(actor(), answer_id)
    return render_template(
        "community/history.html", question=found.question, subject=found, revisions=queries.revisions_of(found)
    )


@bp.post("/preview")
@signed_in
def preview() -> Answered:
    """Show a text as it will look."""
    throttle.count("preview_by_person", str(actor().person_id))
    form = PreviewForm()
    if not form.validate():
        raise Invalid("preview", form.text.errors[0] if form.text.errors else None)
    return render_template("community/_preview.html", html=compose(form.text.data or "").html)


def _composed(form: Any) -> Any:
    try:
        title = form.title.data if "title" in form else ""
        return compose(form.body.data, title=title, prior=current_language())
    except Invalid as error:
        attach(form, error)
        return None


def _vote_value() -> int:
    form = VoteForm()
    if not form.validate():
        raise Invalid("vote_value", _("A vote is up, down or taken back."))
    value: int = form.value.data
    return value


def _list_page(template: str, *, title: str, lead: str = "", answered: bool = False, **filters: Any) -> Answered:
    order = request.args.get("order", "newest")
    page = queries.questions_for(
        actor(), order=order, after=Key.parse(request.args.get("after")), size=PAGE_SIZE.value, **filters
    )
    older = None
    if page.next_key is not None:
        values: dict[str, Any] = {name: request.args[name] for name in ("order", "answered") if name in request.args}
        older = url_for(request.endpoint or "", **(request.view_args or {}), **values, after=str(page.next_key))
    return render_template(
        template,
        title=title,
        lead=lead,
        page=page,
        order=order,
        older=older,
        answered=answered,
        is_first="after" not in request.args,
    )


def _back_to(found: Answer) -> Response:
    return redirect(question_url(found.question_id, found.question.title, answer_id=found.id), 303)  # type: ignore[return-value]


def _moved(url: str) -> Response:
    query = request.query_string.decode("ascii", "ignore")
    base, _hash, anchor = url.partition("#")
    return redirect(base + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else ""), 301)  # type: ignore[return-value]
