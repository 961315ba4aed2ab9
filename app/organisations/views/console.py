"""The console of an organisation: how it stands, what it says of itself, its domains, who acts for whom."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.accounts.profiles import spoken_languages
from app.actor import VISITOR
from app.errors import Invalid, NotFound
from app.organisations import acting_queries, policy, queries
from app.organisations.forms import DomainForm, EngagementForm, ProfileForm
from app.organisations.models import Organisation
from app.organisations.services import domains as domain_services
from app.organisations.services import engaging
from app.organisations.services.domains import MAILBOXES, RECORD_UNDER
from app.organisations.services.profile import Profile, change_profile
from app.organisations.views.blueprint import Answer, bp
from app.organisations.wording import HOW_WORDS, SCOPE_WORDS
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import LANGUAGES, current_language


@bp.get("/console")
@signed_in
def console_home() -> Answer:
    """Lead to the console of the organisation she acts for, else of her first; say so where there is none."""
    seat = actor().seat or next(iter(actor().seats), None)
    if seat is None:
        return render_template("organisations/no_console.html")
    organisation = queries.organisation_with(seat.organisation_id)
    return see_other(url_for(".console", slug=organisation.slug))


@bp.get("/console/<slug>")
@signed_in
def console(slug: str) -> Answer:
    """How an organisation stands: what waits, and what shows who it is."""
    found, others = queries.console_for(actor(), slug)
    return render_template(
        "organisations/console.html", organisation=found, proof=queries.proof_of(found.id), others=others
    )


@bp.route("/console/<slug>/profile", methods=["GET", "POST"])
@signed_in
def profile(slug: str) -> Answer:
    """What an organisation says of itself."""
    _count_writing("write_by_person")
    found = queries.own_organisation_for(actor(), slug)
    require(policy.can_keep(actor(), found.id))
    form = ProfileForm(data=None if request.method == "POST" else _as_form(found))
    form.languages.choices = spoken_languages(current_language())
    if request.method == "POST" and form.validate():
        change_profile(actor(), found, _profile(form))
        flash(_("The profile is changed."), "good")
        return see_other(url_for(".profile", slug=slug))
    page = render_template("organisations/profile.html", organisation=found, form=form)
    return (page, 422) if request.method == "POST" else page


@bp.route("/console/<slug>/domains", methods=["GET", "POST"])
@signed_in
def domains(slug: str) -> Answer:
    """The domains of an organisation, and how each is proved."""
    _count_writing("write_by_person")
    found = queries.own_organisation_for(actor(), slug)
    require(policy.can_keep(actor(), found.id))
    form = DomainForm()
    if request.method == "POST":
        try:
            if form.validate():
                domain_services.claim(actor(), found, domain_services.parse_domain(form.domain.data or ""))
                flash(_("Now prove that it is yours: choose one of the two ways."), "info")
                return see_other(url_for(".domains", slug=slug))
        except Invalid as error:
            attach(form, error)
    page = render_template(
        "organisations/domains.html",
        organisation=found,
        form=form,
        domains=queries.domains_of(found),
        how_words=HOW_WORDS,
        mailboxes=MAILBOXES,
        record_under=RECORD_UNDER,
    )
    return (page, 422) if request.method == "POST" else page


@bp.post("/console/<slug>/domains/<int:domain_id>")
@signed_in
def change_domain(slug: str, domain_id: int) -> Answer:
    """Look for the record, write to a mailbox there, or give a domain up."""
    throttle.count("write_by_person", str(actor().person_id))
    if request.form.get("do") == "mail":
        throttle.count("letter_by_address", f"domain {domain_id}")
    found = queries.own_organisation_for(actor(), slug)
    require(policy.can_keep(actor(), found.id))
    domain = queries.domain_at(found, domain_id)
    what = request.form.get("do")
    if what == "check":
        domain_services.ask_for_check(actor(), domain)
        flash(_("We are looking for the record. Load this page again in a minute."), "info")
    elif what == "mail":
        mailbox = request.form.get("mailbox", "")
        address = domain_services.ask_by_mail(actor(), domain, mailbox, language=current_language())
        flash(_("A letter with a link is on its way to %(address)s.", address=address), "info")
    elif what == "remove":
        domain_services.remove(actor(), domain)
        flash(_("The domain is no longer in your list."), "info")
    else:
        raise NotFound
    return see_other(url_for(".domains", slug=slug))


@bp.route("/console/<slug>/engagements", methods=["GET", "POST"])
@signed_in
def engagements(slug: str) -> Answer:
    """Who acts for this organisation, and for whom it acts."""
    _count_writing("invite_by_person")
    found = queries.own_organisation_for(actor(), slug)
    require(policy.can_keep(actor(), found.id))
    form = EngagementForm()
    others = {str(each.id): each for each in queries.organisations_for(VISITOR) if each.id != found.id}
    form.agency.choices = [("", ""), *((key, each.name) for key, each in others.items())]
    form.scopes.choices = [(scope, SCOPE_WORDS[scope]) for scope in engaging.SCOPES]
    if request.method == "POST":
        try:
            if form.validate():
                until = None if form.until.data is None else end_of_day(form.until.data)
                agency = others[form.agency.data]
                engaging.offer(actor(), found, agency, scopes=form.scopes.data or (), until=until)
                flash(_("%(organisation)s got your offer.", organisation=agency.name), "good")
                return see_other(url_for(".engagements", slug=slug))
        except Invalid as error:
            attach(form, error)
    page = render_template(
        "organisations/engagements.html",
        organisation=found,
        form=form,
        engagements=acting_queries.engagements_of(found),
        now=clock.now(),
    )
    return (page, 422) if request.method == "POST" else page


@bp.post("/console/<slug>/engagements/<int:engagement_id>")
@signed_in
def change_engagement(slug: str, engagement_id: int) -> Answer:
    """Accept an offer, or end an engagement."""
    throttle.count("write_by_person", str(actor().person_id))
    found = queries.own_organisation_for(actor(), slug)
    require(policy.can_keep(actor(), found.id))
    engagement = acting_queries.engagement_at(found, engagement_id)
    what = request.form.get("do")
    if what == "accept":
        engaging.accept(actor(), engagement)
        flash(_("Accepted. Your people can choose in the menu for whom they act."), "good")
    elif what == "end":
        engaging.end(actor(), engagement)
        flash(_("It has ended, at once."), "info")
    else:
        raise NotFound
    return see_other(url_for(".engagements", slug=slug))


def _count_writing(limit: str) -> None:
    """Count a form that was sent; before the first statement, because the count is a write of its own."""
    if request.method == "POST":
        throttle.count(limit, str(actor().person_id))


def end_of_day(day: date) -> datetime:
    """Return the midnight that ends this day where the actor lives."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(actor().time_zone))


def _as_form(organisation: Organisation) -> dict[str, object]:
    texts = {f"text_{code}": organisation.texts.get(code, "") for code in LANGUAGES}
    return {
        "name": organisation.name,
        "website": organisation.website,
        "languages": organisation.languages,
        **texts,
    }


def _profile(form: ProfileForm) -> Profile:
    return Profile(
        name=" ".join((form.name.data or "").split()),
        texts={code: (form[f"text_{code}"].data or "").strip() for code in LANGUAGES},
        languages=list(form.languages.data or ()),
        website=(form.website.data or "").strip(),
    )
