"""The page of a question, and what is done on it. Parse, call, answer."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from app.actor import Actor
from app.community.compose import Composed
from app.community.forms.posts import AnswerForm
from app.community.forms.talk import AffectedForm, UnacceptForm, VoteForm
from app.community.links import question_url, slug_of
from app.community.models.posts import Question
from app.community.queries import thread
from app.community.queries.answers import ORDERS
from app.community.services import affecting, answering, judging, reading
from app.community.views.blueprint import Answered, answer_url, back_to, bp, composed, gone_page, moved
from app.drafts import posting as drafts
from app.drafts.queries import Slot
from app.errors import Gone, Invalid, Moved, NotFound
from app.organisations.services.capacity import in_capacity
from app.paging import row_number
from app.web import throttle
from app.web.access import public, signed_in
from app.web.capacity import capacities, parse_capacity
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.kept_pages import kept, page_is_kept


@bp.get("/q/<int:question_id>", defaults={"slug": ""})
@bp.get("/q/<int:question_id>/<slug>")
@public
@kept
def question(question_id: int, slug: str) -> Answered:
    """A question with its answers."""
    try:
        found = thread.question_for(actor(), question_id)
    except Gone as gone:
        return gone_page(question_id, gone)
    except Moved as merged:
        around = request.args.get("answer", type=row_number)
        more = f"&answer={around}" if around is not None else ""
        return redirect(merged.address + more, 301)  # type: ignore[return-value]
    if slug != slug_of(found.title):
        return moved(question_url(found.id, found.title))
    order = request.args.get("answers", "best")
    if order not in ORDERS:
        raise NotFound
    number = request.args.get("page", 1, type=row_number)
    around = request.args.get("answer", type=row_number)
    came_from = request.args.get("from", type=row_number)
    return question_page(found, order=order, number=number, around=around, came_from=came_from)


def question_page(
    found: Question,
    sent: AnswerForm | None = None,
    *,
    order: str = "best",
    number: int = 1,
    around: int | None = None,
    came_from: int | None = None,
) -> str:
    """Render a page of a question the viewer may see: of its answers that number, or the one with `around` on it.

    Where the address of a question that was merged into it led here, `came_from` is that one's id. Below the answers
    stands the one she sent that was not taken, else her draft of one.
    """
    shown = thread.thread_of(actor(), found, order=order, number=number, around=around)
    slot = shown.ties.own_answer if sent is None else Slot(shown.ties.own_answer.place)
    form = sent
    if form is None and not page_is_kept():
        form = answer_form(formdata=None, **slot.fields)
    return render_template("community/question.html", thread=shown, form=form, slot=slot, came_from=came_from)


def answer_form(**filled: Any) -> AnswerForm:
    """Return the form for an answer; she begins in the capacity in which she is here."""
    chosen = {each["value"]: each for each in capacities()}
    here = next((value for value, each in chosen.items() if each["is_current"]), "")
    form = AnswerForm(**{"answer_as": here, **filled})
    form.answer_as.choices = [(value, each["label"]) for value, each in chosen.items()]
    return form


@bp.get("/a/<int:answer_id>")
@public
def answer(answer_id: int) -> Answered:
    """The permalink of an answer: leads to it on its question's page."""
    found = thread.answer_for(actor(), answer_id)
    return moved(answer_url(found.question, found.id))


@bp.post("/q/<int:question_id>/answers")
@signed_in
def post_answer(question_id: int) -> Answered:
    """Answer a question."""
    throttle.count("answer_by_person", str(actor().person_id))
    form = answer_form()
    text = None
    if form.validate():
        text = composed(form)
    try:
        return _answered(question_id, form, text)
    except Moved as merged:  # while she was writing
        return _answered(merged.into_id, form, text, begun_at=question_id)
    except Gone as gone:
        return gone_page(question_id, gone, words=form.body.data or "")


def _answered(question_id: int, form: AnswerForm, text: Composed | None, *, begun_at: int | None = None) -> Answered:
    """Store the answer and lead to it; where there is none, say on the page why."""
    found = thread.question_for(actor(), question_id)
    if text is not None:
        try:
            made = answering.post_answer(_speaker(form), found, text=text)
        except Invalid as error:
            attach(form, error)
        else:
            reading.look(actor(), found, upto=made.id)
            for each in {begun_at or found.id, found.id}:
                drafts.posted(actor(), f"answer.{each}")
            return see_other(answer_url(found, made.id))
    return question_page(found, form), 422


def _speaker(form: AnswerForm) -> Actor:
    """Return her in the capacity she chose. Raises Invalid for one that is not hers."""
    try:
        return in_capacity(actor(), parse_capacity(form.answer_as.data or ""))
    except NotFound as error:
        gone = _("You have no seat there any more.")
        raise Invalid("no_such_capacity", gone, field="answer_as") from error


@bp.post("/q/<int:question_id>/vote")
@signed_in
def vote_on_question(question_id: int) -> Answered:
    """Vote on a question."""
    throttle.count("vote_by_person", str(actor().person_id))
    found = thread.question_for(actor(), question_id)
    judging.vote(actor(), found, _vote_value())
    return see_other(question_url(found.id, found.title))


@bp.post("/answers/<int:answer_id>/vote")
@signed_in
def vote_on_answer(answer_id: int) -> Answered:
    """Vote on an answer."""
    throttle.count("vote_by_person", str(actor().person_id))
    found = thread.answer_for(actor(), answer_id)
    judging.vote(actor(), found, _vote_value())
    return back_to(found)


@bp.post("/answers/<int:answer_id>/accept")
@signed_in
def accept(answer_id: int) -> Answered:
    """Accept an answer."""
    found = thread.answer_for(actor(), answer_id)
    judging.accept(actor(), found.question, found)
    flash(_("You marked an answer that solved it. Everybody with the same question sees it first."), "good")
    return back_to(found)


@bp.post("/q/<int:question_id>/unaccept")
@signed_in
def unaccept(question_id: int) -> Answered:
    """Take a confirmation back: of the answer that is named, else of the main one."""
    form = UnacceptForm()
    if not form.validate():
        raise NotFound
    found = thread.question_for(actor(), question_id)
    judging.unaccept(actor(), found, form.answer_id.data)
    flash(_("The answer is no longer marked as one that solved it."), "info")
    return see_other(question_url(found.id, found.title))


@bp.post("/q/<int:question_id>/affected")
@signed_in
def affected(question_id: int) -> Answered:
    """Say "I have this too", or take it back."""
    throttle.count("affect_by_person", str(actor().person_id))
    found = thread.question_for(actor(), question_id)
    if AffectedForm().on.data == "1":
        affecting.say_affected(actor(), found)
    else:
        affecting.take_affected_back(actor(), found)
    return see_other(question_url(found.id, found.title))


def _vote_value() -> int:
    form = VoteForm()
    if not form.validate():
        raise Invalid("vote_value", _("A vote is up, down or taken back."))
    value: int = form.value.data
    return value
