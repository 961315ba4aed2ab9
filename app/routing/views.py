"""Asking, the invitations to help, and why somebody was shown."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.views.blueprint import hold
from app.community import policy as community_policy
from app.community.compose import compose
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
from app.organisations.services import act_as
from app.privacy.audiences import PUBLIC, organisation_audience
from app.routing import explaining, panels, queries, rings, services, trust_told
from app.routing.forms import RingNoteForm
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach
from app.web.language import current_language

bp = Blueprint("routing", __name__)


@bp.get("/ask")
@signed_in
def ask() -> str:
    """The page to ask on; `?title=` fills the title in, `?category=` chooses one and puts its template into the text.

    `?draft=` goes on with a certain draft; without it the one that fits the title is there again.
    """
    require(community_policy.can_ask(actor()))
    services.get_ready()
    title, draft = request.args.get("title", "")[:300], request.args.get("draft")
    slot = slot_for(actor(), ask_place(draft)) if draft else slot_to_ask(actor(), title=title)
    form = AskForm(formdata=None, **{"title": title, **_category_asked_for(), **slot.fields})
    return _ask_page(form, slot)


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
            return redirect(question_url(question.id, question.title), 303)  # type: ignore[return-value]
    return _ask_page(form, Slot(place)), 422


@bp.get("/for-you")
@signed_in
def for_you() -> str:
    """The invitations that wait for the viewer."""
    rows = queries.offers_for(actor())
    cards = panels.cards(rows)
    return render_template("routing/for_you.html", rows=list(zip(rows, cards, strict=True)), question_url=question_url)


@bp.post("/offers/<int:offer_id>/accept")
@signed_in
def accept_offer(offer_id: int) -> Response:
    """Say yes to an invitation, and go on to the answer."""
    offer = queries.offer_for(actor(), offer_id)
    services.accept_offer(actor(), offer)
    flash(_("Good. The person who asked sees that you are on it."), "good")
    invited_for = offer.provider.organisation_id
    if invited_for != actor().acting_for_organisation_id and actor().session_id is not None:
        hold(act_as(actor(), invited_for))  # she was asked in this capacity, so she answers in it
    question = thread.question_for(actor(), offer.help_request_id)
    return redirect(question_url(question.id, question.title) + "#your-answer", 303)  # type: ignore[return-value]


@bp.post("/offers/<int:offer_id>/decline")
@signed_in
def decline_offer(offer_id: int) -> Response:
    """Say no to an invitation."""
    services.decline_offer(actor(), queries.offer_for(actor(), offer_id))
    flash(_("That is fine. Somebody else is asked."), "info")
    return redirect(url_for("routing.for_you"), 303)  # type: ignore[return-value]


@bp.get("/decisions/<int:decision_id>/why")
@signed_in
def why(decision_id: int) -> str:
    """Why these helpers: the list for who asked, her own row for a helper."""
    view = queries.decision_for(actor(), decision_id)
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
            return redirect(url_for("routing.ring_list"), 303)  # type: ignore[return-value]
    return _ring_page(form, asked_about=finding.id), 422


def _ring_page(form: RingNoteForm, *, asked_about: int | None = None) -> str:
    found = [(each, trust_told.evidence(each)) for each in rings.findings(actor())]
    return render_template(
        "routing/rings.html", findings=found, form=form, asked_about=asked_about, person_url=person_url
    )


def _category_asked_for() -> dict[str, Any]:
    """Return what a category in the address fills the form with: itself, and its template."""
    if not (slug := request.args.get("category")):
        return {}
    shelf = shelves.category_called(slug)
    return {"category": shelf.id, "body": category_words(shelf).get("template", "")}


def _ask_page(form: AskForm, slot: Slot) -> str:
    all_shelves = shelves.open_categories()
    form.category.choices = [(each.id, category_words(each)["name"]) for each in all_shelves]
    templates = [(each, text) for each in all_shelves if (text := category_words(each).get("template"))]
    own = [
        (organisation_audience(s.organisation_id), _("Only %(name)s", name=s.organisation_name)) for s in actor().seats
    ]
    form.audience.choices = [(PUBLIC, _("Everybody")), *own]
    return render_template(
        "routing/ask.html",
        form=form,
        slot=slot,
        templates=templates,
        words=category_words,
        preview_url=url_for("community.preview"),
    )
