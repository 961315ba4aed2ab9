"""Asking, the invitations to help, and why somebody was shown."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.views.blueprint import hold
from app.cases import desk_policy
from app.cases.links import case_url
from app.cases.queries.choices import organisations_but
from app.cases.services.opening import open_case
from app.cases.views.desk import at_desk
from app.community import policy as community_policy
from app.community.compose import Composed, compose
from app.community.forms.posts import AskForm
from app.community.links import person_url, question_url
from app.community.queries import shelves, thread
from app.community.settings import MOST_TAGS
from app.community.tags import parse_tags
from app.community.views.blueprint import category_words
from app.drafts import posting as drafts
from app.drafts.places import ask_place
from app.drafts.queries import Slot, slot_for, slot_to_ask
from app.errors import Invalid
from app.knowledge.queries.about import question_begun
from app.organisations.services.capacity import act_as, in_capacity
from app.privacy.audiences import PUBLIC, organisation_audience
from app.routing import desk, explaining, panels, rings, services, trust_told
from app.routing.forms import DECLINE_WORDS, RingNoteForm
from app.routing.queries.decisions import decision_for
from app.routing.queries.offers import offer_for, offers_for
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.capacity import Chosen
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language
from app.web.own_path import own_path
from app.web.templating import minutes_in_words

bp = Blueprint("routing", __name__)

IN_PRIVATE = "case"
ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


@bp.get("/ask")
@signed_in
def ask() -> str:
    """The page to ask on; `?title=` fills the title in, `?category=` chooses one and puts its template into the text,
    `?about=` begins it with the way to an article; `?private=1` makes it a case, `?organisation=` says for whom, and
    `?question=` from which public question it goes on.

    `?draft=` goes on with a certain draft; without it the one that fits the title is there again.
    """
    require(community_policy.can_ask(actor()))
    services.get_ready()
    title, draft = request.args.get("title", "")[:300], request.args.get("draft")
    slot = slot_for(actor(), ask_place(draft)) if draft else slot_to_ask(actor(), title=title)
    asked_for = {"title": title, **_category_asked_for(), **_article_asked_about(), **_private_asked_for()}
    return _ask_page(AskForm(formdata=None, **{**asked_for, **slot.fields}), slot)


@bp.post("/ask")
@signed_in
def post_question() -> str | tuple[str, int] | Response:
    """Ask; with `change`, go on writing what was sent, of which nothing is kept yet."""
    if "change" in request.form:
        return _ask_page(AskForm(), Slot(ask_place(request.form.get("draft_place"))))
    throttle.count("ask_by_person", str(actor().person_id))
    form, place = AskForm(), ask_place(request.form.get("draft_place"))
    if form.validate():
        try:
            text = compose(form.body.data, title=form.title.data, prior=current_language())
            if form.audience.data == IN_PRIVATE:
                return _open_case(form, text, place)
            question = services.ask(
                actor(),
                title=form.title.data,
                text=text,
                category_id=form.category.data,
                tag_names=parse_tags(form.tags.data or "", most=MOST_TAGS.value),
                audience=form.audience.data or PUBLIC,
            )
        except Invalid as error:
            attach(form, error)
        else:
            drafts.posted(actor(), place)
            return see_other(question_url(question.id, question.title))
    return _ask_page(form, Slot(place)), 422


@bp.get("/for-you")
@signed_in
def for_you() -> str:
    """The invitations that wait for the viewer."""
    rows = offers_for(actor())
    cards = panels.cards(rows)
    return render_template(
        "routing/for_you.html",
        rows=list(zip(rows, cards, strict=True)),
        question_url=question_url,
        decline_words=DECLINE_WORDS,
    )


@bp.post("/offers/<int:offer_id>/accept")
@signed_in
def accept_offer(offer_id: int) -> Response:
    """Say yes to an invitation, and go on to the answer."""
    offer = offer_for(actor(), offer_id)
    services.accept_offer(actor(), offer)
    flash(_("Good. The person who asked sees that you are on it."), "good")
    invited_for = offer.provider.organisation_id
    seat = next((each for each in actor().seats if each.organisation_id == invited_for), None)
    asked_as = Chosen(invited_for, seat.through_organisation_id if seat else None)
    if in_capacity(actor(), asked_as) != actor() and actor().session_id is not None:
        token, _acting = act_as(actor(), asked_as)  # she was asked in this capacity, so she answers in it
        hold(token)
    question = thread.question_for(actor(), offer.help_request_id)
    return see_other(question_url(question.id, question.title) + "#your-answer")


@bp.post("/offers/<int:offer_id>/decline")
@signed_in
def decline_offer(offer_id: int) -> Response:
    """Say no to an invitation."""
    services.decline_offer(actor(), offer_for(actor(), offer_id), request.form.get("reason") or None)
    flash(_("That is fine. Somebody else is asked."), "info")
    return see_other(own_path(request.form.get("next")) or url_for("routing.for_you"))


@bp.post("/desk/next")
@signed_in
def desk_next() -> Response:
    """Let the viewer have the case of her organisation's desk where she adds most, and say why it is this one."""
    throttle.count("desk_by_person", str(actor().person_id))
    me = at_desk()
    require(desk_policy.can_work(me))
    taken = desk.take_next(me)
    if taken is None or taken.done.act is None:
        flash(_("Nobody waits for somebody to take a case on."), "good")
        return see_other(url_for("cases.desk"))
    if taken.is_urgent:
        why = _("This case is yours now: its time is nearly over.")
    elif taken.minutes is not None and taken.minutes >= 1:
        saved = minutes_in_words(taken.minutes)
        why = _("This case is yours now: you are expected to save its customer most, about %(minutes)s.", minutes=saved)
    else:
        why = _("This case is yours now: its time runs out first.")
    undo = url_for("cases.undo_desk_act", act_id=taken.done.act.id)
    flash({"text": why, "undo_action": undo}, "good")  # type: ignore[arg-type]
    return see_other(case_url(taken.public_id))


@bp.get("/decisions/<int:decision_id>/why")
@signed_in
def why(decision_id: int) -> str:
    """Why these helpers: the list for who asked, her own row for a helper."""
    view = decision_for(actor(), decision_id)
    shown, own = explaining.explained(view)
    return render_template(
        "routing/why.html",
        view=view,
        shown=shown,
        own=own,
        not_listed=explaining.not_listed(view),
        left_out=explaining.left_out(view.decision.exclusions) if view.sees_all else [],
        question_url=question_url(view.question.id, view.question.title),
    )


@bp.get("/moderation/rings")
@signed_in
def ring_list() -> str:
    """Groups that confirm each other, with what speaks for it; for moderators and operators."""
    return _ring_page(RingNoteForm(formdata=None))


@bp.post("/moderation/rings/<int:finding_id>/looked-at")
@signed_in
def look_at_ring(finding_id: int) -> str | tuple[str, int] | Response:
    """Keep that one looked at a finding, and what one saw."""
    throttle.count("tidy_by_person", str(actor().person_id))
    finding, form = rings.finding_for(actor(), finding_id), RingNoteForm()
    if form.validate():
        try:
            rings.look_at(actor(), finding, note=form.words.data or "")
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("Your note is kept. Nothing else happens by itself."), "good")
            return see_other(url_for("routing.ring_list"))
    return _ring_page(form, asked_about=finding.id), 422


def _ring_page(form: RingNoteForm, *, asked_about: int | None = None) -> str:
    found = [(each, trust_told.evidence(each)) for each in rings.findings(actor())]
    return render_template(
        "routing/rings.html", findings=found, form=form, asked_about=asked_about, person_url=person_url
    )


def _article_asked_about() -> dict[str, Any]:
    slug = request.args.get("about", "")
    return question_begun(actor(), slug) if slug else {}


def _category_asked_for() -> dict[str, Any]:
    """Return what a category in the address fills the form with: itself, and its template."""
    if not (slug := request.args.get("category")):
        return {}
    shelf = shelves.category_called(slug)
    return {"category": shelf.id, "body": category_words(shelf).get("template", "")}


def _private_asked_for() -> dict[str, Any]:
    """Return what the address says of a case: that it is to be one, for whom, and from which question."""
    if "private" not in request.args:
        return {}
    asked = {name: request.args.get(name, "") for name in ("organisation", "question")}
    return {"audience": IN_PRIVATE, **asked}


def _open_case(form: AskForm, text: Composed, place: str) -> Response:
    """Open a case instead of asking everybody. A moderator who opens one for who asked does not see it herself."""
    chosen, number = form.organisation.data or "", ID.fullmatch(form.question.data or "")
    question = thread.question_for(actor(), int(number[0])) if number else None
    made = open_case(
        actor(),
        title=form.title.data or "",
        text=text,
        organisation_id=int(chosen) if ID.fullmatch(chosen) else None,
        question=question,
    )
    drafts.posted(actor(), place)
    if question is not None and made.asker_id != actor().asker_id:
        flash(_("The case is open. Only the person who asked and her helper can see it."), "good")
        return see_other(question_url(question.id, question.title))
    return see_other(case_url(made.public_id))


def _ask_page(form: AskForm, slot: Slot) -> str:
    all_shelves = shelves.open_categories()
    form.category.choices = [(each.id, category_words(each)["name"]) for each in all_shelves]
    templates = [(each, text) for each in all_shelves if (text := category_words(each).get("template"))]
    own = [
        (organisation_audience(s.organisation_id), _("Only %(name)s", name=s.organisation_name))
        for s in {each.organisation_id: each for each in actor().seats if each.covers("questions")}.values()
    ]
    in_private = (IN_PRIVATE, _("In private: only I and whoever helps me"))
    form.audience.choices = [(PUBLIC, _("Everybody")), *own, in_private]
    organisations = [(str(each_id), name) for each_id, name in organisations_but(None)]
    form.organisation.choices = [("", _("I do not know: the front desk finds out")), *organisations]
    return render_template(
        "routing/ask.html",
        form=form,
        slot=slot,
        templates=templates,
        words=category_words,
        preview_url=url_for("community.preview"),
    )
