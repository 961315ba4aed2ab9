"""The operators' pages. To everybody else they do not exist."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.admin import policy, queries, services
from app.admin.forms import RightForm, SettingForm, as_typed, setting_form
from app.admin.health import health_for
from app.errors import Invalid, NotFound
from app.organisations.wording import HOW_WORDS
from app.paging import Key
from app.sitesettings.declare import DECLARED
from app.sitesettings.services import change_setting
from app.web.access import only
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import url_with

bp = Blueprint("admin", __name__, url_prefix="/admin")

Answered = str | Response | tuple[str, int]

GROUPS = {
    "community": _l("Questions and answers"),
    "cases": _l("Cases"),
    "knowledge": _l("Knowledge"),
    "routing": _l("Who is asked to help"),
    "notifications": _l("Notices"),
    "drafts": _l("Drafts"),
    "attachments": _l("Pictures"),
}
WHO_WORDS = {
    "everybody": _l("Everybody"),
    "operator": _l("Operators"),
    "moderator": _l("Moderators"),
    "curator": _l("Curators"),
    "suspended": _l("Suspended"),
}


@bp.get("")
@only("operator")
def home() -> Answered:
    """How the installation is."""
    return render_template("admin/health.html", health=health_for(actor()))


@bp.get("/outbox")
@only("operator")
def outbox() -> Answered:
    """What waits to be delivered, and what was given up."""
    given = {name: Key.parse(request.args.get(name)) for name in ("due", "dead")}
    pages = {
        "due": queries.due_deliveries(actor(), after=given["due"]),
        "dead": queries.dead_deliveries(actor(), after=given["dead"]),
    }
    ways = {
        name: {
            "newer": None if given[name] is None else url_with(**{name: ""}),
            "older": None if page.next_key is None else url_with(**{name: str(page.next_key)}),
        }
        for name, page in pages.items()
    }
    return render_template("admin/outbox.html", due=pages["due"].rows, dead=pages["dead"].rows, ways=ways)


@bp.post("/outbox/<int:delivery_id>/retry")
@only("operator")
def retry(delivery_id: int) -> Answered:
    """Try a dead delivery again."""
    services.retry(actor(), delivery_id)
    flash(_("It is tried again now."), "good")
    return see_other(url_for(".outbox"))


@bp.post("/outbox/retry")
@only("operator")
def retry_all() -> Answered:
    """Try every dead delivery again."""
    count = services.retry_all(actor())
    flash(ngettext("%(num)d delivery is tried again.", "%(num)d deliveries are tried again.", count), "good")
    return see_other(url_for(".outbox"))


@bp.get("/people")
@only("operator")
def people() -> Answered:
    """Find somebody."""
    text, who = request.args.get("q", "")[:200], request.args.get("who", "everybody")
    page = queries.people_found(actor(), text=text, who=who, after=Key.parse(request.args.get("after")))
    return render_template(
        "admin/people.html",
        page=page,
        text=text,
        who=who,
        words=WHO_WORDS,
        is_first="after" not in request.args,
        older=None if page.next_key is None else url_with(after=str(page.next_key)),
    )


@bp.get("/people/<int:person_id>")
@only("operator")
def person(person_id: int) -> Answered:
    """One person: her rights, and whether she is suspended."""
    found = queries.person_with(actor(), person_id)
    return render_template(
        "admin/person.html",
        person=found,
        can_give=policy.can_give_right(actor(), found),
        check=queries.identity_check_of(actor(), found),
        how_words=HOW_WORDS,
    )


@bp.post("/people/<int:person_id>/rights")
@only("operator")
def change_right(person_id: int) -> Answered:
    """Give or take a right."""
    form = RightForm()
    if not form.validate():
        raise Invalid("unknown_right", _("There is no such right."))
    found = queries.person_with(actor(), person_id)
    change = services.give_right if form.change.data == "give" else services.take_right
    change(actor(), found, form.right.data)
    flash(_("The rights of %(name)s are changed.", name=found.name), "good")
    return see_other(url_for(".person", person_id=found.id))


@bp.post("/people/<int:person_id>/suspend")
@only("operator")
def suspend(person_id: int) -> Answered:
    """Suspend somebody."""
    found = queries.person_with(actor(), person_id)
    services.suspend(actor(), found)
    flash(_("%(name)s is suspended: reading goes on, writing does not.", name=found.name), "good")
    return see_other(url_for(".person", person_id=found.id))


@bp.post("/people/<int:person_id>/unsuspend")
@only("operator")
def unsuspend(person_id: int) -> Answered:
    """End a suspension."""
    found = queries.person_with(actor(), person_id)
    services.unsuspend(actor(), found)
    flash(_("%(name)s can take part again.", name=found.name), "good")
    return see_other(url_for(".person", person_id=found.id))


@bp.get("/settings")
@only("operator")
def settings() -> Answered:
    """Every setting, made from its declaration."""
    return _settings_page(None)


@bp.post("/settings/<name>")
@only("operator")
def change(name: str) -> Answered:
    """Change one setting."""
    setting = DECLARED.get(name)
    if setting is None:
        raise NotFound
    form = setting_form(setting)
    try:
        change_setting(actor(), name, form.value.data or "")
    except Invalid as error:
        attach(form, error)
        return _settings_page(form), 422
    flash(_("The setting is changed."), "good")
    return see_other(url_for(".settings"))


@bp.post("/settings/<name>/reset")
@only("operator")
def reset(name: str) -> Answered:
    """Put a setting back to what it usually is."""
    setting = DECLARED.get(name)
    if setting is None:
        raise NotFound
    change_setting(actor(), name, setting.written(setting.default))
    flash(_("The setting is what it usually is."), "good")
    return see_other(url_for(".settings"))


def _settings_page(wrong: SettingForm | None) -> str:
    groups: dict[str, list[tuple[queries.SettingRow, Any]]] = {}
    for row in queries.settings_for(actor()):
        name = row.setting.name
        is_wrong = wrong is not None and wrong._prefix == f"{name}-"
        form = (
            wrong
            if is_wrong
            else setting_form(row.setting, formdata=None, data={"value": as_typed(row.setting, row.written)})
        )
        groups.setdefault(name.partition(".")[0], []).append((row, form))
    titled = [(GROUPS[group], rows) for group, rows in groups.items()]
    return render_template("admin/settings.html", groups=titled, form=wrong)
