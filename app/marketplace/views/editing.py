"""An organisation's own pages: its catalogue, and writing a service with a preview."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.community.queries import shelves
from app.community.tags import parse_tags
from app.community.views.blueprint import category_words
from app.errors import Invalid
from app.marketplace import policy
from app.marketplace.asking import Asked
from app.marketplace.forms.services import ServiceForm, service_form
from app.marketplace.lengths import LONGEST_CONDITION, MOST_CONDITIONS, MOST_TAGS
from app.marketplace.links import service_url
from app.marketplace.models.services import Service
from app.marketplace.money import amount_typed, cents_in
from app.marketplace.queries import catalogue
from app.marketplace.services import catalogue as keeping
from app.marketplace.services.entries import AskedDetail, Entry, PartChosen, Text, rendered
from app.marketplace.views.blueprint import Answered, bp
from app.privacy.kinds import DETAIL_KINDS, name_of
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language

SPARE_ROWS = 2


@bp.get("/services/own")
@signed_in
def own_services() -> Answered:
    """The catalogue of the organisation one acts for: drafts, what is offered, what no longer is."""
    require(policy.can_offer_services(actor()))
    organisation_id = actor().acting_for_organisation_id
    assert organisation_id is not None, "the policy lets members only"
    return render_template("marketplace/own.html", services=catalogue.services_of(organisation_id))


@bp.route("/services/new", methods=["GET", "POST"])
@signed_in
def new_service() -> Answered:
    """Write a service, or with `?kind=bundle` a bundle: it begins as a draft."""
    _count()
    require(policy.can_offer_services(actor()))
    kind = "bundle" if request.values.get("kind") == "bundle" else "single"
    form = _form(kind, formdata=None) if request.method == "GET" else _form(kind)
    text = _sent(form)
    if text is not None:
        try:
            made = keeping.make_service(actor(), kind, _entry(form, kind, text))
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The draft is kept. Look at it, then publish it."), "good")
            return see_other(service_url(made.id, made.title))
    return _page(form, kind)


@bp.route("/services/<int:service_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_service(service_id: int) -> Answered:
    """Write a service over."""
    _count()
    found = catalogue.service_for(actor(), service_id)
    require(policy.can_edit(actor(), found))
    if request.method == "GET":
        return _page(_as_it_is(found), found.kind, found)
    form = _form(found.kind)
    text = _sent(form)
    if text is not None:
        try:
            entry = _entry(form, found.kind, text)
            keeping.change_service(actor(), found, entry, version=form.version.data or 0)
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The service is changed."), "good")
            return see_other(service_url(found.id, found.title))
    return _page(form, found.kind, found)


@bp.post("/services/<int:service_id>/publish")
@signed_in
def publish_service(service_id: int) -> Answered:
    """Let everybody see a service and ask for it."""
    throttle.count("write_by_person", str(actor().person_id))
    found = catalogue.service_for(actor(), service_id)
    try:
        keeping.publish(actor(), found)
    except Invalid as error:
        flash(error.sentence(), "bad")
    else:
        flash(_("The service is in the catalogue."), "good")
    return see_other(service_url(found.id, found.title))


@bp.post("/services/<int:service_id>/withdraw")
@signed_in
def withdraw_service(service_id: int) -> Answered:
    """Offer a service no longer."""
    throttle.count("write_by_person", str(actor().person_id))
    found = catalogue.service_for(actor(), service_id)
    keeping.withdraw(actor(), found)
    undo = {"undo_action": url_for(".publish_service", service_id=found.id), "undo_fields": {}}
    flash({"text": _("The service is no longer offered."), **undo}, "good")  # type: ignore[arg-type]
    return see_other(service_url(found.id, found.title))


def _count() -> None:
    # Before the first statement: what is counted is written in a transaction of its own.
    if request.method == "POST":
        throttle.count("edit_by_person", str(actor().person_id))


def _form(kind: str, *, rows: dict[str, int] | None = None, **arguments: Any) -> ServiceForm:
    """Return the form with the rows that were sent, or those asked for; always with some to spare."""
    have = rows or {f"{one}s": 1 + max(_numbers(f"{one}_"), default=-1) for one in ("question", "part")}
    if "more" in request.form:
        have = {name: number + SPARE_ROWS for name, number in have.items()}
    spare = {} if request.method == "POST" else {"questions": SPARE_ROWS, "parts": SPARE_ROWS}
    made = service_form(
        questions=have["questions"] + spare.get("questions", 0),
        parts=have["parts"] + spare.get("parts", 0) if kind == "bundle" else 0,
        kinds=[(code, name_of(code)) for code in DETAIL_KINDS],
        **arguments,
    )
    made.category.choices = [(each.id, category_words(each)["name"]) for each in shelves.open_categories()]
    if kind == "bundle":
        offered = [(each.id, f"{each.organisation.name} · {each.title}") for each in catalogue.parts_to_choose()]
        for number in range(made.rows["parts"]):
            made[f"part_service_{number}"].choices = [(0, _("None")), *offered]
    return made


def _numbers(prefix: str) -> list[int]:
    found = (re.fullmatch(rf"{prefix}[a-z]+_([0-9]{{1,2}})", name) for name in request.form)
    return [int(each[1]) for each in found if each]


def _sent(form: ServiceForm) -> Text | None:
    """Return what was written, rendered, where it is to be kept; None where the page is to be shown again."""
    if request.method == "GET":
        return None
    if not form.validate() or {"more", "preview"} & set(request.form):
        return None
    try:
        return _text(form)
    except Invalid as error:
        attach(form, error)
        return None


def _text(form: ServiceForm) -> Text:
    return rendered(form.body.data or "", title=form.title.data or "", prior=current_language())


def _entry(form: ServiceForm, kind: str, text: Text) -> Entry:
    price = (form.price.data or "").strip()
    return Entry(
        title=form.title.data or "",
        text=text,
        category_id=form.category.data,
        tag_names=tuple(parse_tags(form.tags.data or "", most=MOST_TAGS)),
        region=form.region.data or "",
        price_cents=cents_in(price, field="price") if price else None,
        price_from=form.price_from.data,
        price_per=form.price_per.data,
        currency=form.currency.data,
        answers_within_hours=form.answers_within_hours.data,
        done_within_days=form.done_within_days.data,
        conditions=_conditions(form.conditions.data or ""),
        questions=tuple(_questions(form)),
        parts=tuple(_parts(form)) if kind == "bundle" else (),
    )


def _conditions(text: str) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in text.splitlines() if line.strip())
    if len(lines) > MOST_CONDITIONS or any(len(line) > LONGEST_CONDITION for line in lines):
        words = _l("At most 8 conditions of 200 characters each.")
        raise Invalid("conditions_too_many", words, field="conditions")
    return lines


def _questions(form: ServiceForm) -> list[AskedDetail]:
    names = ("kind", "label", "why", "required")
    rows = [{name: form[f"question_{name}_{n}"].data for name in names} for n in range(form.rows["questions"])]
    return [
        AskedDetail(row["kind"], (row["label"] or "").strip(), (row["why"] or "").strip(), row["required"])
        for row in rows
        if row["kind"]
    ]


def _parts(form: ServiceForm) -> list[PartChosen]:
    """Return the parts chosen. Rows that were left empty do not count, so numbers are those of the rows as shown."""
    chosen = [n for n in range(form.rows["parts"]) if form[f"part_service_{n}"].data]
    place = {n + 1: position for position, n in enumerate(chosen)}
    found = []
    for n in chosen:
        field = f"part_needs_{n}"
        numbers = re.findall(r"[0-9]+", form[field].data or "")
        if not all(len(each) < 3 and int(each) in place for each in numbers):
            raise Invalid("no_such_part", _l("Write numbers of parts, like 1, 2."), field=field)
        needs = tuple(place[int(each)] for each in numbers)
        found.append(PartChosen(form[f"part_service_{n}"].data, needs, form[f"part_consequence_{n}"].data or ""))
    return found


def _as_it_is(service: Service) -> ServiceForm:
    questions, parts = catalogue.questions_of(service.id), catalogue.parts_of(service)
    told: dict[str, Any] = {
        "price": "" if service.price_cents is None else amount_typed(service.price_cents),
        "category": service.category_id,
        "tags": ", ".join(catalogue.tags_of(service.id)),
        "conditions": "\n".join(service.conditions),
        "version": service.row_version,
    }
    for n, asked in enumerate(questions):
        row = {"kind": asked.detail_kind, "label": asked.label, "why": asked.why, "required": asked.is_required}
        told |= {f"question_{name}_{n}": value for name, value in row.items()}
    for n, part in enumerate(parts):
        needs = ", ".join(str(each + 1) for each in part.needs)
        row = {"service": part.service_id, "needs": needs, "consequence": part.consequence}
        told |= {f"part_{name}_{n}": value for name, value in row.items()}
    rows = {"questions": len(questions), "parts": len(parts)}
    return _form(service.kind, rows=rows, formdata=None, obj=service, data=told)


def _as_asked(entry: Entry) -> list[Asked]:
    """Return the questions of an entry that is not kept yet, as its page will show them."""
    here = actor().acting_for_organisation_id or 0
    return [
        Asked(
            each.detail_kind,
            each.label,
            entry.text.language,
            whys=[("", each.why)] if each.why else [],
            required_by={here} if each.is_required else set(),
        )
        for each in entry.questions
    ]


def _page(form: ServiceForm, kind: str, service: Service | None = None) -> Answered:
    preview = None
    if "preview" in request.form and not form.errors:
        try:
            preview = _entry(form, kind, _text(form))
        except Invalid as error:
            attach(form, error)
    page = render_template(
        "marketplace/edit.html",
        form=form,
        kind=kind,
        service=service,
        preview=preview,
        details=_as_asked(preview) if preview else (),
    )
    return (page, 422) if form.errors else page
