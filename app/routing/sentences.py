"""From codes and numbers to sentences, in the reader's language. Every number comes from a stored row."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.routing.records import HelpRecord
from app.web.templating import minutes_in_words, number

FEW_JUDGED = 3  # of fewer answers nobody can say how often they solve
LEAST_SAVED_MINUTES = 5.0

SELDOM_SOLVED = 0.05  # solving counts in the picture from here on

# How the factors are told apart in the small picture of the parts, those of the first version as well.
GROUPS = {
    "topic": ("topic_answers", "topic_share", "topic_vector", "similar_answered", "alike_lately", "profile_match"),
    "presence": (
        *("steady_activity", "momentum", "asked_hour", "usual_week"),
        *("longer_activity", "recent_answers", "usual_hour"),
    ),
}
SILENT = ("silence_minutes", "silence")


def in_short(kept: Mapping[str, Any]) -> str:
    """Return up to three short sentences on one candidate of a decision, for the asker."""
    known = known_of(kept)
    said = [sentence for sentence in (_pace(known), _solved(known), _saves(kept["value"])) if sentence is not None]
    if not known.get("answers"):
        said.insert(0, _("New here as a helper."))
    return " ".join(said)


def known_of(kept: Mapping[str, Any]) -> Mapping[str, float]:
    """Return the plain numbers of a candidate's record; for those low in the list, of whom no reasons were kept, from
    what the ranking itself had.
    """
    if "known" in kept:
        known: Mapping[str, float] = kept["known"]
        return known
    record = dict(kept["record"])
    if record["speed_count"] > 0:
        record["reply_minutes"] = exp(record["speed_sum"] / record["speed_count"])
    return record


def reasons(kept: Mapping[str, Any], topics: Mapping[int, str]) -> list[str]:
    """Return the stored reasons for one candidate as sentences; `topics` names the tags they speak of."""
    found = (reason(each["code"], each["numbers"], topics) for each in kept.get("reasons", ()))
    return [sentence for sentence in found if sentence]


def reason(code: str, numbers: Mapping[str, float], topics: Mapping[int, str]) -> str:
    """Return one reason as a sentence; empty for a code of another version."""
    n = int(numbers.get("answers", 0))
    match code:
        case "answers_lately" if n:
            return ngettext(
                "Answered %(num)s question in the last 30 days.", "Answered %(num)s questions in the last 30 days.", n
            )
        case "seen_lately":
            return _("Last answered %(time)s ago.", time=minutes_in_words(numbers["silent_days"] * 1440))
        case "knows_topic":
            name = topics.get(int(numbers["topic"]))
            if name is None:
                return ngettext(
                    "Answered %(num)s question in this category.", "Answered %(num)s questions in this category.", n
                )
            return ngettext(
                "Answered %(num)s question about %(topic)s.",
                "Answered %(num)s questions about %(topic)s.",
                n,
                topic=name,
            )
        case "answered_similar":
            return ngettext(
                "Answered %(num)s question much like this one.", "Answered %(num)s questions much like this one.", n
            )
        case "knows_subject":
            return _("Often answers questions on this subject.")
        case "here_at_this_hour":
            return _("Is often here at this time of day.")
        case "solves":
            return _(
                "Solved %(solved)s of %(judged)s questions.",
                solved=number(int(numbers["confirmed"])),
                judged=number(int(numbers["judged"])),
            )
        case "no_record_yet":
            return _("Has not answered anything here yet; some invitations go to newcomers.")
    return ""


def reasons_for_you(kept: Mapping[str, Any], topics: Mapping[int, str]) -> list[str]:
    """Return the stored reasons as sentences said to the helper herself."""
    found = (reason_for_you(each["code"], each["numbers"], topics) for each in kept.get("reasons", ()))
    return [sentence for sentence in found if sentence]


def reason_for_you(code: str, numbers: Mapping[str, float], topics: Mapping[int, str]) -> str:
    """Return one reason as a sentence said to the helper herself; empty for a code of another version."""
    n = int(numbers.get("answers", 0))
    match code:
        case "answers_lately" if n:
            return ngettext(
                "You answered %(num)s question in the last 30 days.",
                "You answered %(num)s questions in the last 30 days.",
                n,
            )
        case "seen_lately":
            return _("You last answered %(time)s ago.", time=minutes_in_words(numbers["silent_days"] * 1440))
        case "knows_topic":
            name = topics.get(int(numbers["topic"]))
            if name is None:
                return ngettext(
                    "You answered %(num)s question in this category.",
                    "You answered %(num)s questions in this category.",
                    n,
                )
            return ngettext(
                "You answered %(num)s question about %(topic)s.",
                "You answered %(num)s questions about %(topic)s.",
                n,
                topic=name,
            )
        case "answered_similar":
            return ngettext(
                "You answered %(num)s question much like this one.",
                "You answered %(num)s questions much like this one.",
                n,
            )
        case "knows_subject":
            return _("You often answer questions on this subject.")
        case "here_at_this_hour":
            return _("You are often here at this time of day.")
        case "solves":
            solved, judged = number(int(numbers["confirmed"])), number(int(numbers["judged"]))
            return _("You solved %(solved)s of %(judged)s questions.", solved=solved, judged=judged)
        case "no_record_yet":
            return _("You have not answered anything here yet; some invitations go to newcomers.")
    return ""


def why_not(code: str) -> str:
    """Return why a provider was not invited, said to the provider."""
    return {
        "is_the_asker": _("You asked this question yourself."),
        "account_gone": _("This account no longer exists."),
        "cannot_sign_in": _("Nobody can sign in as this helper."),
        "suspended": _("Your account was suspended at that moment."),
        "organisation_closed": _("The organisation was closed at that moment."),
        "left_the_organisation": _("You did not work for this organisation at that moment."),
        "paused": _("You had paused your invitations."),
        "away": _("You were away."),
        "outside_hours": _("Your organisation was closed, and would not open in time."),
        "may_not_see": _("The question was not meant for everybody."),
        "other_language": _("The question was in a language that is not in your profile."),
        "already_invited": _("You had been invited to this question before."),
        "enough_invitations": _("You had as many invitations as you take at once."),
        "another_capacity": _("You, or your organisation, were in the list already in another role."),
    }.get(code, code)


def left_out(code: str, count: int) -> str:
    """Return how many were left out for one reason, said to the asker."""
    texts = {
        "is_the_asker": _("yourself"),
        "account_gone": _("account no longer exists"),
        "cannot_sign_in": _("cannot sign in yet (imported)"),
        "suspended": _("suspended"),
        "organisation_closed": _("organisation closed"),
        "left_the_organisation": _("no longer works there"),
        "paused": _("paused their invitations"),
        "away": _("away"),
        "outside_hours": _("their organisation was closed"),
        "may_not_see": _("may not see this question"),
        "other_language": _("does not speak the language"),
        "already_invited": _("invited before"),
        "enough_invitations": _("has enough invitations now"),
        "another_capacity": _("in the list already, in another role"),
    }
    return _("%(count)s × %(reason)s", count=number(count), reason=texts.get(code, code))


def meaning(column: str) -> str:
    """Return what a factor measures; nothing for one of another version."""
    return {
        "steady_activity": _(
            "How many questions somebody answered, each counting half after ninety days; beyond a few dozen it "
            "makes little difference."
        ),
        "momentum": _("How many questions somebody answered this week, compared with a usual week of the last year."),
        "silence_minutes": _("How long ago the last answer was; the longer, the less."),
        "topic_answers": _(
            "How many questions with these tags or in this category somebody answered, each counting half after "
            "sixty days."
        ),
        "topic_vector": _("How near the question is to all that somebody answered, by the words that go together."),
        "similar_answered": _("How many of the questions most like this one somebody answered."),
        "alike_lately": _(
            "How many of the latest questions on the same subject somebody answered, also in other words."
        ),
        "profile_match": _("How many of this question's rare words occur in what somebody answered."),
        "asked_hour": _("How often somebody answers what is asked around this hour of the day."),
        "usual_week": _("How often somebody answered in the coming six hours of the week, compared with other hours."),
    }.get(column, "")


def factor(column: str) -> str:
    """Return the name of a factor; for one of another version its word in the program."""
    return {
        "steady_activity": _("Answers of the last months"),
        "momentum": _("More active than usual"),
        "silence_minutes": _("Time since the last answer"),
        "topic_answers": _("Answers in these topics"),
        "topic_vector": _("Nearness of the subject"),
        "similar_answered": _("Similar questions answered"),
        "alike_lately": _("Same subject answered lately"),
        "profile_match": _("Same words as in questions answered before"),
        "asked_hour": _("Answers what is asked at this hour"),
        "usual_week": _("Usually here at this time of the week"),
        # Of the first version: decisions made with it are still read.
        "recent_answers": _("Answers of the last days"),
        "longer_activity": _("Answers of the last months"),
        "silence": _("Days without an answer"),
        "topic_share": _("Share of answers in these topics"),
        "usual_hour": _("Usually here at this time of day"),
        "accepted_rate": _("Share of answers that solved it"),
    }.get(column, column)


def minute_part(name: str) -> str:
    """Return the name of one part of a value in minutes."""
    return {
        "solving": _("Chance of the solution, in time saved"),
        "waiting": _("Waiting for a reply, or for it to stay away"),
        "satisfaction": _("How satisfied people were"),
        "price": _("Price"),
        "language": _("Language"),
        "relation": _("Helped you before"),
        "load": _("Has been invited often today"),
    }.get(name, name)


def picture(kept: Mapping[str, Any], most: float) -> list[dict[str, Any]]:
    """Return the parts for the small bar: what counted, as shares of the largest total among those shown."""
    labels = {"topic": _("the topic"), "presence": _("being here"), "solving": _("solving")}
    totals = group_totals(kept)
    if most <= 0:
        return []
    found = [{"label": labels[group], "share": round(total / most, 4)} for group, total in totals.items() if total > 0]
    return sorted(found, key=lambda part: -part["share"])


def group_totals(kept: Mapping[str, Any]) -> dict[str, float]:
    """Return what each group contributes; silence takes from being here. All in the unit of the score, a logarithm:
    solving by how many times the usual one in twenty it is.
    """
    parts = dict(zip(kept["columns"], kept["parts"], strict=True))
    totals = {group: max(0.0, sum(parts.get(column, 0.0) for column in columns)) for group, columns in GROUPS.items()}
    totals["presence"] = max(0.0, totals["presence"] + sum(parts.get(column, 0.0) for column in SILENT))
    return totals | {"solving": max(0.0, log(kept["confirmed"] / SELDOM_SOLVED))}


def expected(kept: Mapping[str, Any]) -> str:
    """Return when a reply may be expected, as a range of chances rather than a promise."""
    hour, day = round(100 * kept["within_hour"]), round(100 * kept["within_day"])
    return _("Chance of a reply: %(hour)s%% within an hour, %(day)s%% within a day", hour=hour, day=day)


def changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return what is different about one provider between a decision and a later review of the same request."""
    said: list[str] = []
    before, after = then["record"], now["record"]
    if more := round(after["answers"] - before["answers"]):
        said.append(ngettext("%(num)s answer more than then.", "%(num)s answers more than then.", more))
    if more := round(after["confirmed"] - before["confirmed"]):
        said.append(
            ngettext("%(num)s question more solved than then.", "%(num)s questions more solved than then.", more)
        )
    saved_then, saved_now = then["value"], now["value"]
    if abs(saved_now - saved_then) >= 1:
        said.append(
            _(
                "Expected to save %(now)s now; then it was %(then)s.",
                now=_signed_minutes(saved_now),
                then=_signed_minutes(saved_then),
            )
        )
    return said


def record(found: HelpRecord, topics: Mapping[int, str]) -> str:
    """Return how often somebody solved what she answered, to stand behind her name; plainly where that is little."""
    if found.answers <= 1:
        return _("new here as a helper")
    if found.judged < FEW_JUDGED:
        return ngettext(
            "%(num)s answer so far, too few to say more", "%(num)s answers so far, too few to say more", found.answers
        )
    if not found.solved:
        return ngettext("%(num)s answer so far", "%(num)s answers so far", found.answers)
    solved, judged = number(found.solved), number(found.judged)
    if found.topic is None:
        return _("solved %(solved)s of %(judged)s questions", solved=solved, judged=judged)
    name = topics.get(found.topic)
    if name is None:
        return _("solved %(solved)s of %(judged)s in this category", solved=solved, judged=judged)
    return _("solved %(solved)s of %(judged)s about %(topic)s", solved=solved, judged=judged, topic=name)


def _pace(known: Mapping[str, float]) -> str | None:
    minutes = known.get("reply_minutes")
    return (
        None
        if minutes is None
        else _("When a reply comes, it usually takes about %(time)s.", time=minutes_in_words(minutes))
    )


def _solved(known: Mapping[str, float]) -> str | None:
    confirmed, judged = int(known.get("confirmed", 0)), int(known.get("judged", 0))
    if judged < FEW_JUDGED or not confirmed:
        return None
    return _("Solved %(solved)s of %(judged)s questions.", solved=number(confirmed), judged=number(judged))


def _saves(minutes: float) -> str | None:
    if minutes < LEAST_SAVED_MINUTES:
        return None
    return _("We expect this to save about %(time)s.", time=minutes_in_words(minutes))


def _signed_minutes(minutes: float) -> str:
    words = minutes_in_words(abs(minutes))
    return words if minutes >= 0 else f"−{words}"
