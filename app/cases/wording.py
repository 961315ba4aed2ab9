"""Cases in plain words: whose turn it is, what happened, and why."""

from __future__ import annotations

from typing import Protocol

from flask_babel import gettext as _

from app.actor import Actor
from app.cases import market_wording
from app.cases.queries.case_view import CaseView
from app.cases.queries.timeline import Entry

CHANNEL_WORDS = {
    "phone": lambda: _("by telephone"),
    "desk": lambda: _("at the desk"),
    "mail": lambda: _("by mail"),
    "chat": lambda: _("by chat"),
    "social": lambda: _("on social media"),
    "api": lambda: _("through an app"),
    "device": lambda: _("by a device"),
}


class TurnLike(Protocol):
    """What says whose turn it is: a row of a list, or a `CaseView`."""

    @property
    def turn(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def solution_asks(self) -> int: ...


def state_words(state: str, *, is_own: bool) -> str:
    """Return where a case stands, as its customer or as those who help her say it."""
    # A list says this of each of its rows: only the words that are wanted are looked up.
    words = {
        "received": lambda: _("Received"),
        "with_helper": lambda: _("With a helper"),
        "waiting": lambda: _("Waiting for you") if is_own else _("Waiting for the customer"),
        "solved": lambda: _("Solved"),
        "closed": lambda: _("Closed"),
        "duplicate": lambda: _("Goes on in another case"),
    }
    return words[state]()


def turn_words(case: TurnLike, *, is_own: bool, holder: str) -> str:
    """Return whose turn it is and for what, in one sentence."""
    if case.turn == "customer" and case.solution_asks:
        return _("Your turn: say whether it is solved.") if is_own else _("The customer says whether it is solved.")
    if case.turn == "customer":
        return _("It is your turn.") if is_own else _("It is the customer's turn.")
    if case.turn == "front_desk":
        return _("The front desk decides who goes on with it.")
    if case.turn == "holder":
        return _("It is the turn of %(organisation)s.", organisation=holder)
    return _("Nothing has to happen now.")


def channel_words(channel: str) -> str:
    """Return by which way something came; empty for these pages themselves."""
    words = CHANNEL_WORDS.get(channel)
    return words() if words else ""


def told(entry: Entry, case: CaseView, viewer: Actor) -> str:
    """Return what happened at one moment of the timeline, in one sentence."""
    name = _who(entry, viewer)
    match entry.kind:
        case "case_opened":
            return _opened(entry, case, viewer, name)
        case "case_message_posted":
            return _said(entry, name)
        case "case_moved":
            return _moved(entry, viewer, case, name)
        case "case_solution_asked":
            again = entry.fact["time"] > 1
            return (
                _("Asked again whether it is solved") if again else _("%(name)s asked whether it is solved", name=name)
            )
        case "point_put":
            return _put(entry, name)
        case "point_answered":
            return _answered(entry, name)
        case kind if kind.startswith("promise_"):
            return _promised(entry, name)
        case kind if kind in market_wording.KINDS:
            return market_wording.told_of_market(entry, name)
        case _:
            return _changed_hands(entry, name)


def said(entry: Entry) -> str:
    """Return what was promised, put, answered or quoted at one moment, or which part it was; empty for any other."""
    if entry.point is not None and entry.promise is not None and entry.kind.startswith("promise_"):
        return entry.promise.words
    if entry.point is not None:
        return entry.point.answer_words if entry.kind == "point_answered" else entry.point.words
    if entry.promise is not None:
        return entry.promise.words
    if entry.quote is not None:
        return entry.quote.title
    return entry.service.title if entry.service is not None and entry.kind.startswith("part_") else ""


def _who(entry: Entry, viewer: Actor) -> str:
    if entry.by is None:
        return "Samen"
    name = _("You") if entry.by.id == viewer.person_id else entry.by.name
    if entry.representing is not None:
        return _("%(name)s, for %(organisation)s", name=name, organisation=entry.representing.name)
    if entry.organisation is None or entry.by.id == viewer.person_id:
        return name
    if entry.through is not None:
        name = f"{name} · {entry.through.name}"
    return _("%(name)s, for %(organisation)s", name=name, organisation=entry.organisation.name)


def _opened(entry: Entry, case: CaseView, viewer: Actor, name: str) -> str:
    if case.entered_by_id is None or entry.by is None or entry.by.id == case.asker.id:
        return _("%(name)s asked for help", name=name)
    asker = _("you") if case.asker.id == viewer.person_id else case.asker.name
    way = channel_words(case.channel)
    if way:
        return _("%(name)s wrote down for %(asker)s, %(way)s", name=name, asker=asker, way=way)
    return _("%(name)s wrote down for %(asker)s", name=name, asker=asker)


def _said(entry: Entry, name: str) -> str:
    if entry.is_inside:
        return _("%(name)s noted", name=name)
    way = channel_words(entry.message.channel) if entry.message else ""
    return _("%(name)s wrote, %(way)s", name=name, way=way) if way else _("%(name)s wrote", name=name)


def _moved(entry: Entry, viewer: Actor, case: CaseView, name: str) -> str:
    to_state, was = entry.fact["to_state"], entry.fact["from_state"]
    if was in {"solved", "closed"} and to_state in {"received", "with_helper"}:
        return _("%(name)s opened it again", name=name)
    if to_state == "waiting":
        is_own = case.asker.id == viewer.person_id
        words = _("%(name)s asked you to go on", name=name)
        return words if is_own else _("%(name)s asked the customer to go on", name=name)
    if to_state == "solved" and entry.fact["by"] == "program":
        return _("Solved") if entry.move and entry.move.reason else _("Solved, because nobody said otherwise")
    words = {
        "received": _("It waited for a helper"),
        "with_helper": _("%(name)s went on with it", name=name),
        "solved": _("%(name)s said that it is solved", name=name),
        "closed": _("%(name)s closed it", name=name),
        "duplicate": _("It went on in another case"),
    }
    return words[to_state]


def _promised(entry: Entry, name: str) -> str:
    words = {
        "promise_made": _("%(name)s promised something", name=name),
        "promise_moved": _("Another date was agreed for a promise"),
        "promise_moved_alone": _("%(name)s set another date for a promise without asking", name=name),
        "promise_kept": _("%(name)s did what was promised", name=name)
        if entry.promise is None or entry.promise.state == "kept"
        else _("%(name)s did what was promised, but too late", name=name),
        "promise_broken": _("A promise was broken"),
        "promise_released": _("%(name)s no longer needs what was promised", name=name),
    }
    return words[entry.kind]


def _put(entry: Entry, name: str) -> str:
    words = {
        "understanding": _("%(name)s said what is asked", name=name),
        "date": _("%(name)s proposed another date for a promise", name=name),
        "dispute": _("%(name)s said that something is not right", name=name),
    }
    return words[entry.fact["point_kind"]]


def _answered(entry: Entry, name: str) -> str:
    words = {
        ("understanding", "confirmed"): _("%(name)s confirmed what is asked", name=name),
        ("understanding", "corrected"): _("%(name)s said what it is instead", name=name),
        ("date", "declined"): _("%(name)s wants the promise to be kept", name=name),
        ("dispute", "corrected"): _("%(name)s put right what was disputed", name=name),
        ("dispute", "stands"): _("%(name)s said why it stays as it is", name=name),
        ("dispute", "taken_back"): _("%(name)s said that it is right after all", name=name),
    }
    return words.get((entry.fact["point_kind"], entry.fact["answer"]), _("%(name)s answered", name=name))


def _changed_hands(entry: Entry, name: str) -> str:
    to = _receiver(entry)
    words = {
        "case_claimed": _("%(name)s took it on", name=name),
        "case_released": _("%(name)s put it back for a colleague", name=name),
        "handover_offered": _("%(name)s asked %(to)s to go on with it", name=name, to=to),
        "handover_accepted": _("%(name)s took it on", name=name),
        "handover_refused": _("%(name)s did not take it on", name=name),
        "handover_withdrawn": _("%(to)s was no longer asked to go on with it", to=to),
        "case_escalated": _("The front desk was asked who goes on with it"),
        "case_assigned": _("The front desk gave it to %(to)s", to=to),
        "case_merged": _("%(name)s put two cases together", name=name),
    }
    return words[entry.kind]


def _receiver(entry: Entry) -> str:
    if entry.handover is None:
        return ""
    house = entry.handover.to_organisation.name
    if entry.handover.to_person is None:
        return house
    return _("%(name)s, for %(organisation)s", name=entry.handover.to_person.name, organisation=house)


def view_words(view: str) -> str:
    """Return the name of a view of the desk."""
    words = {
        "mine": lambda: _("Mine"),
        "unassigned": lambda: _("Unassigned"),
        "waiting_on_me": lambda: _("Waiting on me"),
        "waiting_on_customer": lambda: _("Waiting on the customer"),
        "breaching": lambda: _("Breaching soon"),
        "offered": lambda: _("Offered to me"),
        "all": lambda: _("All"),
        "asleep": lambda: _("Put off"),
        "deciding": lambda: _("To decide"),
    }
    return words[view]()


def column_words(sort: str) -> str:
    """Return the head of a column of the desk."""
    words = {
        "due": lambda: _("By when"),
        "since": lambda: _("State"),
        "asked": lambda: _("Asked"),
        "activity": lambda: _("Last change"),
        "title": lambda: _("Case"),
        "customer": lambda: _("Customer"),
        "who": lambda: _("Who has it"),
    }
    return words[sort]()


def clock_words(kind: str) -> str:
    """Return what has to happen before a clock runs out."""
    words = {
        "first_response": lambda: _("First answer"),
        "next_update": lambda: _("News"),
        "solution": lambda: _("Solution"),
    }
    return words[kind]()
