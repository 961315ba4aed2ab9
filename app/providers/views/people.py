"""Public pages of people."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.actor import VISITOR
from app.community.links import person_url
from app.community.queries.lists import questions_for
from app.community.tags import parse_tags
from app.community.views.blueprint import Answered
from app.community.views.following import followed
from app.errors import Invalid, NotFound
from app.organisations.queries import organisations_for
from app.paging import Key, Page
from app.prose.language import detect_language
from app.providers import activity, queries
from app.providers.about import about
from app.providers.directory import Wanted, people_for
from app.providers.forms import SkillsForm
from app.providers.services import change_skills
from app.providers.views.blueprint import bp
from app.providers.wording import WAY_WORDS
from app.trust.standing import can_write
from app.web import throttle
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.kept_pages import kept
from app.web.language import url_with

PAGE, MOST_SKILLS = 10, 20
ASKED_OR_ANSWERED = {"answers": "answered_by_id", "questions": "asker_id"}


@bp.get("/people")
@public
@kept
def directory() -> str:
    """Everybody who is here: found by name, topic, organisation and as whom they act, in an order."""
    given = {name: request.args.get(name, "")[:200] for name in ("q", "topic", "organisation", "role", "order")}
    wanted = Wanted(given["q"], given["topic"], given["organisation"], given["role"], given["order"] or "help")
    after = request.args.get("after", "")
    key = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
    page = people_for(actor(), wanted, after=key)
    return render_template(
        "providers/people.html",
        page=page,
        wanted=wanted,
        roles={"peer": _("Fellow customer"), "agent": _("Agent"), "partner": _("Partner")},
        orders={"newest": _("Here last"), "name": _("By name")},
        organisations={each.slug: each.name for each in organisations_for(VISITOR)},
        is_first=key is None,
        older=None if page.next_id is None else url_with(after=str(page.next_id)),
    )


@bp.get("/people/<handle>")
@public
@kept
def person(handle: str) -> str | AnyResponse:
    """Who somebody is, where she works, what she helps with, and what she did here (`?show=`), page by page."""
    found = queries.person_for(handle)
    if found.handle != handle:
        return redirect(person_url(found.handle), 301)
    counts = activity.counts_of(actor(), found)
    show, after = request.args.get("show") or _first_of(counts), Key.parse(request.args.get("after"))
    page: Page[Any]
    if show == "comments":
        page = activity.said_by(actor(), found, after=after, size=PAGE)
    elif show in ASKED_OR_ANSWERED:
        whose: dict[str, Any] = {ASKED_OR_ANSWERED[show]: found.id}
        page = questions_for(actor(), after=after, size=PAGE, **whose)
    else:
        raise NotFound
    return render_template(
        "providers/person.html",
        person=found,
        bio_language=detect_language(found.bio, next(iter(found.languages), None))[0],
        seats=queries.seats_in_public(found),
        about=about(found),
        way_words=WAY_WORDS,
        counts=counts,
        record=activity.record_of(actor(), found),
        show=show,
        page=page,
        is_first=after is None,
        older=None if page.next_key is None else url_with(after=str(page.next_key)),
    )


def _first_of(counts: activity.Counts) -> str:
    """Return what to show first: the first kind of which there is something."""
    return next((kind for kind in ("answers", "questions", "comments") if getattr(counts, kind)), "answers")


@bp.post("/people/<handle>/follow")
@signed_in
def follow_person(handle: str) -> Answered:
    """Follow a person, or leave her."""
    throttle.count("follow_by_person", str(actor().person_id))
    found = queries.person_for(handle)
    return followed(found, back=person_url(found.handle))


@bp.route("/settings/skills", methods=["GET", "POST"])
@signed_in
def skills() -> str | AnyResponse | tuple[str, int]:
    """What she knows about, in the capacity she acts in now: a section of the settings."""
    if request.method == "GET":
        form = SkillsForm(formdata=None, tags=", ".join(queries.topics_in_capacity(actor())))
        return render_template("providers/skills.html", form=form, verdict=can_write(actor()))
    throttle.count("write_by_person", str(actor().person_id))
    form = SkillsForm()
    if form.validate():
        try:
            change_skills(actor(), parse_tags(form.tags.data or "", most=MOST_SKILLS))
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("What you know about is changed."), "good")
            return see_other(url_for(".skills"))
    return render_template("providers/skills.html", form=form, verdict=can_write(actor())), 422


@bp.get("/me")
@signed_in
def own() -> AnyResponse:
    """Lead to one's own public page."""
    return see_other(person_url(actor().handle))
