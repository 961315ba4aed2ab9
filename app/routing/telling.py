"""Sentences said to a helper about herself: what would change her place, and what she can do where she was left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.routing.changing import MORE_SOLVED, WEEK, Change
from app.routing.sentences import FEW_JUDGED, LEAST_SAVED_MINUTES, known_of
from app.web.templating import minutes_in_words, number

# Reasons for being left out that she can do something about.
CAN_CHANGE = ("paused", "away", "other_language", "enough_invitations")


def in_short_for_you(kept: Mapping[str, Any]) -> str:
    """Return up to three short sentences on a candidate, said to herself."""
    known, said = known_of(kept), []
    if not known.get("answers"):
        said.append(_("You are new here as a helper."))
    if (minutes := known.get("reply_minutes")) is not None:
        said.append(_("When you reply, it usually takes you about %(time)s.", time=minutes_in_words(minutes)))
    confirmed, judged = int(known.get("confirmed", 0)), int(known.get("judged", 0))
    if judged >= FEW_JUDGED and confirmed:
        said.append(
            _("You solved %(solved)s of %(judged)s questions.", solved=number(confirmed), judged=number(judged))
        )
    if kept["value"] >= LEAST_SAVED_MINUTES:
        said.append(_("We expected you to save about %(time)s.", time=minutes_in_words(kept["value"])))
    return " ".join(said)


def would_change(change: Change) -> str:
    """Return what one act would have brought, said to the helper."""
    if change.place < change.place_then:
        return _(
            "%(act)s: about %(time)s more, and place %(place)s instead of %(then)s.",
            act=_act(change.act),
            time=minutes_in_words(change.minutes),
            place=number(change.place),
            then=number(change.place_then),
        )
    return _("%(act)s: about %(time)s more.", act=_act(change.act), time=minutes_in_words(change.minutes))


def remedy(code: str) -> str:
    """Return what she can do so that it does not happen again; empty where it is not hers to change."""
    return {
        "away": _("You say that you are away. Change that, and you can be asked."),
        "paused": _("Take invitations again, and you can be asked."),
        "other_language": _("Do you read it well? Then add the language to your profile."),
        "enough_invitations": _(
            "Answer the invitations that wait for you, or leave them to others; then there is room."
        ),
    }.get(code, "")


def too_low(kept: int) -> str:
    """Return that she was in the list, but not among those of whom the numbers were kept."""
    return ngettext(
        "You were in the list, but below the first %(num)s. Of those further down the numbers are not kept.",
        "You were in the list, but below the first %(num)s. Of those further down the numbers are not kept.",
        kept,
    )


def standing(value: float, place: int) -> str:
    """Return what she would be worth as things are known today, and where that would have been in the list."""
    if value < LEAST_SAVED_MINUTES:
        return _("As we know you today, we would not expect you to save time on this question.")
    return _(
        "As we know you today, we would expect you to save about %(time)s: place %(place)s in the list of then.",
        time=minutes_in_words(value),
        place=number(place),
    )


def _act(act: str) -> str:
    return {
        "answer_the_day_before": _("Had you answered one question the day before"),
        "answer_every_day": ngettext(
            "Had you answered one question more on the last %(num)s day",
            "Had you answered one question more on each of the last %(num)s days",
            WEEK,
        ),
        "solve_more": ngettext(
            "Had %(num)s more of your answers solved the question",
            "Had %(num)s more of your answers solved the question",
            MORE_SOLVED,
        ),
        "reply_faster": _("Had your replies come in half the time"),
        "answer_on_the_subject": _("Had you answered as much about this subject as a quarter of the list did"),
    }[act]
