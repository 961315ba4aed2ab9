"""The agent's desk: the open cases of the organisation one acts for, and what is done to one or to many of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.actor import Actor
from app.cases import desk_policy
from app.cases.forms.desk import ChosenForm, DeskViewForm
from app.cases.links import case_url
from app.cases.queries import desk as queries
from app.cases.queries import desk_rows, handovers
from app.cases.queries.choices import causes_of
from app.cases.queries.desk import Asked, asked_of
from app.cases.queries.desk_cases import replying_to
from app.cases.queries.desk_views import VIEWS
from app.cases.services import desk_undoing, desking
from app.cases.services.desking import Done
from app.cases.views.blueprint import Answered, acting_at, bp
from app.errors import Invalid
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_time_zone
from app.web.own_path import own_path

MOST_NAMED = 5


@dataclass(frozen=True)
class Wanted:
    """What was sent to be done: which act, to which cases, where one goes on; `is_one` for the button of a row."""

    act: str
    public_ids: list[str]
    back: str
    form: ChosenForm = field(default_factory=ChosenForm)
    is_one: bool = False


def at_desk() -> Actor:
    """Return who asks, acting for an organisation that helps. Raises NotAllowed where she works for none."""
    me = acting_at(actor(), lambda seat: seat.organisation_kind != "customer")
    require(desk_policy.can_see(me))
    return me


@bp.get("/desk")
@signed_in
def desk() -> str:
    """The open cases of the organisation, in the view that was chosen; `?saved=` is one that was kept."""
    return desk_page(at_desk(), asked_of(request.args))


@bp.post("/desk/acts")
@signed_in
def desk_act() -> Answered:
    """Do something to the chosen cases."""
    throttle.count("desk_by_person", str(actor().person_id))
    me, wanted = at_desk(), _wanted()
    require(desk_policy.can_work(me))
    ids = queries.ids_at_desk(me, wanted.public_ids)
    try:
        if not ids:
            raise Invalid("choose_cases", _("Choose the cases first."))
        done = _do(me, wanted, ids)
    except Invalid as error:
        attach(wanted.form, error)
        # The errors of a form are told by its own page, with what was chosen and typed still there.
        return desk_page(me, asked_of(request.form), wanted=wanted), 422
    _tell(me, wanted, done)
    if wanted.is_one and done.act is not None:
        return see_other(case_url(wanted.public_ids[0]))
    return see_other(wanted.back)


@bp.get("/desk/log")
@signed_in
def desk_log() -> str:
    """What one did from the desk in the last 30 days, and the way to undo it."""
    return render_template("cases/desk_log.html", acts=desk_rows.acts_of(at_desk()), act_words=act_words)


@bp.post("/desk/acts/<int:act_id>/undo")
@signed_in
def undo_desk_act(act_id: int) -> Answered:
    """Take back what was done, wherever nothing happened since."""
    throttle.count("desk_by_person", str(actor().person_id))
    me = at_desk()
    _undone, changed = desk_undoing.undo(me, desk_rows.act_for(me, act_id))
    if changed:
        said = ngettext(
            "In one case something happened since; it stays.",
            "In %(num)s cases something happened since; they stay.",
            changed,
        )
        flash(_("Undone. %(but)s", but=said), "warn")
    else:
        flash(_("It is as it was before."), "good")
    return see_other(own_path(request.form.get("next")) or url_for(".desk"))


def desk_page(me: Actor, asked: Asked, *, wanted: Wanted | None = None, view_form: DeskViewForm | None = None) -> str:
    """Return the page of the desk, with what was sent where that could not be used."""
    saved_views = desk_rows.views_for(me)
    saved = next((each for each in saved_views if str(each.id) == request.args.get("saved")), None)
    if saved is not None:
        asked = asked_of({**saved.asked, "after": request.args.get("after")})
    counts = queries.counts_of(me)
    page = queries.desk_page(me, asked)
    given: dict[str, Any] = {"saved": str(saved.id)} if saved is not None else asked.as_given
    form = wanted.form if wanted else ChosenForm(formdata=None)
    can_work = bool(desk_policy.can_work(me))
    form.colleague.choices = [(0, _("Choose a colleague")), *(desk_rows.colleagues_of(me) if can_work else [])]
    return render_template(
        "cases/desk.html",
        viewer=me,
        asked=asked,
        saved=saved,
        saved_views=saved_views,
        counts=counts,
        page=page,
        views=VIEWS,
        handed_over=handovers.count_for(me),
        policy_of_desk=desk_policy,
        here=url_for(".desk", **given),
        older=url_for(".desk", **given, after=page.next_key) if page.next_key else None,
        form=form,
        causes=causes_of(me.acting_for_organisation_id) if can_work and me.acting_for_organisation_id else [],
        chosen=set(wanted.public_ids) if wanted else set(),
        opened=wanted.act if wanted else "",
        view_form=view_form or DeskViewForm(formdata=None),
        can_work=can_work,
        can_keep=bool(desk_policy.can_keep_for_all(me)),
    )


def act_words(kind: str, count: int) -> str:
    """Return what was done to so many cases, in one sentence."""
    words = {
        "claimed": ngettext("You took one case on.", "You took %(num)s cases on.", count),
        "released": ngettext("You put one case back.", "You put %(num)s cases back.", count),
        "offered": ngettext(
            "You asked a colleague to go on with one case.", "You asked a colleague to go on with %(num)s cases.", count
        ),
        "snoozed": ngettext("You put one case off.", "You put %(num)s cases off.", count),
        "woken": ngettext("One case is no longer put off.", "%(num)s cases are no longer put off.", count),
        "closed": ngettext("You closed one case.", "You closed %(num)s cases.", count),
    }
    return words[kind]


def _wanted() -> Wanted:
    """Return what was sent. A row's own button names its case; a cause and a moment are buttons too."""
    form = request.form
    back = own_path(form.get("back")) or url_for(".desk")
    if one := form.get("claim"):
        return Wanted("claim", [one], back, is_one=True)
    act = "close" if "close" in form else "snooze" if "snooze" in form else form.get("do", "")
    return Wanted(act, form.getlist("case")[: desking.MOST_AT_ONCE], back)


def _do(me: Actor, wanted: Wanted, ids: list[int]) -> Done:
    form, sent = wanted.form, request.form
    if not form.validate():
        raise Invalid("form", _("Look at what is marked below."))
    match wanted.act:
        case "claim":
            return desking.claim_all(me, ids)
        case "release":
            return desking.release_all(me, ids)
        case "offer":
            return desking.offer_all(
                me, ids, to_person_id=form.colleague.data or 0, reason=form.why_colleague.data or ""
            )
        case "snooze":
            return desking.snooze_all(me, ids, until=_moment(sent.get("snooze", ""), form.until.data))
        case "wake":
            return desking.wake_all(me, ids)
        case "close":
            return desking.close_all(
                me, ids, cause_id=_number(sent.get("close", "")), reason=form.why_closed.data or ""
            )
        case _:
            raise Invalid("no_act", _("Choose what is to be done."))


def _number(sent: str) -> int | None:
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else None


def _moment(choice: str, typed: datetime | None) -> datetime:
    """Return until when: in so many hours, or at 9 in the morning of a day, or as typed; by the agent's own clock."""
    zone = ZoneInfo(current_time_zone())
    if typed is not None and choice not in {"hours", "tomorrow", "week"}:
        return typed.replace(tzinfo=zone)
    now = clock.now().astimezone(zone)
    if choice == "hours":
        return now + timedelta(hours=3)
    if choice in {"tomorrow", "week"}:
        morning = now.replace(hour=9, minute=0, second=0, microsecond=0)
        # To the next Monday, seven days ahead on a Monday itself.
        return morning + timedelta(days=1 if choice == "tomorrow" else 7 - now.weekday())
    raise Invalid("until_missing", _("Choose until when."), field="until")


def _tell(me: Actor, wanted: Wanted, done: Done) -> None:
    """Say what was done, with the way to undo it; in which cases it was not, and why; and who else is writing."""
    if done.act is not None:
        said = act_words(done.act.kind, done.act.cases_count)
        undo = url_for(".undo_desk_act", act_id=done.act.id)
        message = {"text": said, "undo_action": undo, "undo_fields": {"next": wanted.back}}
        flash(message, "good")  # type: ignore[arg-type]
    refused = dict(list(done.refused.items())[:MOST_NAMED])
    taken = [each["id"] for each in done.act.details["cases"]] if done.act is not None and wanted.act == "claim" else []
    cases = queries.cases_among(me, list(refused))
    for case_id, why in refused.items():
        flash(f"{cases[case_id].title}: {why}" if case_id in cases else why, "warn")
    if (more := len(done.refused) - MOST_NAMED) > 0:
        flash(ngettext("And one more case stays as it is.", "And %(num)s more cases stay as they are.", more), "warn")
    for name in replying_to(me, taken):
        flash(_("%(name)s is replying to it at this moment. Talk to each other first.", name=name), "warn")
