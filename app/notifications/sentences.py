"""What a notice says: what happened, in one line per kind, and why one is told. In the language of the moment."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import ngettext


def happened(kind: str, *, count: int, name: str, own: bool, closed_for: str = "") -> str:
    """Return what happened `count` times. `name` is who did it last; `own` says that it concerns one's own words.

    `closed_for` is why the question is closed now, where it is.
    """
    if kind == "closed" and closed_for:
        return _CLOSED.get(closed_for, _CLOSED["other"])(name or _("Somebody"))
    if count > 1 and kind in _MANY:
        return _MANY[kind](count)
    return _ONE[kind](name or _("Somebody"), own)


def because(reason: str, *, name: str = "") -> str:
    """Return why one is told, as a sentence. `name` is that of the tag, category or person one follows."""
    return _BECAUSE[reason](name)


_MANY: dict[str, Callable[[int], str]] = {
    "answer": lambda n: ngettext("%(num)s new answer", "%(num)s new answers", n),
    "comment": lambda n: ngettext("%(num)s new comment", "%(num)s new comments", n),
    "mention": lambda n: ngettext("You were mentioned %(num)s time", "You were mentioned %(num)s times", n),
    "reported": lambda n: ngettext("%(num)s report to moderators", "%(num)s reports to moderators", n),
    "suggestion": lambda n: ngettext("%(num)s suggested edit", "%(num)s suggested edits", n),
}
_ONE: dict[str, Callable[[str, bool], str]] = {
    "answer": lambda name, _own: _("%(name)s answered", name=name),
    "accepted": lambda name, own: (
        _("%(name)s says that your answer solved it", name=name)
        if own
        else _("%(name)s says that an answer solved it", name=name)
    ),
    "invited": lambda _name, _own: _("You are invited to help with this question"),
    "question": lambda name, _own: _("%(name)s asked this", name=name),
    "comment": lambda name, _own: _("%(name)s commented", name=name),
    "mention": lambda name, _own: _("%(name)s mentioned you", name=name),
    "closed": lambda name, _own: _("%(name)s closed this question", name=name),
    "reopened": lambda name, _own: _("%(name)s opened this question again", name=name),
    "edited": lambda name, _own: _("%(name)s edited your question", name=name),
    "answer_edited": lambda name, _own: _("%(name)s edited your answer", name=name),
    "locked": lambda name, _own: _("%(name)s locked your question: nothing can be added", name=name),
    "unlocked": lambda name, _own: _("%(name)s took the lock off your question", name=name),
    "pinned": lambda name, _own: _("%(name)s pinned your question: it stands first in its category", name=name),
    "moved": lambda name, _own: _("%(name)s moved your question to another category", name=name),
    "merged": lambda name, _own: _("%(name)s merged a question that you follow with this one", name=name),
    "suggestion": lambda name, _own: _("%(name)s suggests an edit", name=name),
    "suggestion_taken": lambda name, _own: _("%(name)s took over the edit you suggested", name=name),
    "reported": lambda _name, _own: _("Something here was reported to moderators"),
    "report_settled": lambda _name, _own: _("A moderator decided about what you reported"),
    "suggestion_refused": lambda name, _own: _("%(name)s did not take over the edit you suggested", name=name),
    "case_message": lambda name, _own: _("%(name)s wrote in this case", name=name),
    "case_asked": lambda name, _own: _("%(name)s asks you something in this case", name=name),
    "case_answered": lambda name, _own: _("%(name)s answered what you asked in this case", name=name),
    "case_disputed": lambda name, _own: _("%(name)s says that something in this case is not right", name=name),
    "case_settled": lambda name, _own: _("%(name)s settled what was not right in this case", name=name),
    "case_handed": lambda name, _own: _("%(name)s goes on with this case now", name=name),
    "case_opened": lambda name, _own: _("%(name)s opened this case", name=name),
    "case_moved": lambda _name, _own: _("This case stands elsewhere now: see whose turn it is"),
    "case_offered": lambda name, _own: _("%(name)s asks you to take a case on", name=name),
    "case_refused": lambda name, _own: _("%(name)s does not take this case on", name=name),
    "promise_made": lambda name, _own: _("%(name)s promised you something in this case", name=name),
    "promise_broken": lambda _name, _own: _("A promise in this case was broken"),
    "news_missed": lambda _name, _own: _("There was no news in this case by when it was promised"),
    "clock_soon": lambda _name, _own: _("The time for this case is nearly over"),
    "clock_over": lambda _name, _own: _("The time for this case is over"),
}
_CLOSED: dict[str, Callable[[str], str]] = {
    "duplicate": lambda name: _("%(name)s closed this: the same question was asked before", name=name),
    "needs_details": lambda name: _("%(name)s closed this: it needs more details", name=name),
    "off_topic": lambda name: _("%(name)s closed this: it does not belong in this community", name=name),
    "other": lambda name: _("%(name)s closed this question", name=name),
    "archived": lambda _name: _("This was quiet for long and is in the archive now. Is it still a problem?"),
}
_BECAUSE: dict[str, Callable[[str], str]] = {
    "asked": lambda _name: _("You asked this question."),
    "answered": lambda _name: _("You answered this question."),
    "wrote": lambda _name: _("You wrote this answer."),
    "commented": lambda _name: _("You commented here."),
    "invited": lambda _name: _("You can help with this question."),
    "mentioned": lambda _name: _("You were mentioned here."),
    "reported": lambda _name: _("You reported something here."),
    "moderates": lambda _name: _("You are a moderator."),
    "own_case": lambda _name: _("It is your case."),
    "helps_case": lambda _name: _("You help with this case."),
    "offered_case": lambda _name: _("It was offered to you, or to your organisation."),
    "had_case": lambda _name: _("You had this case before."),
    "suggested": lambda _name: _("You suggested this edit."),
    "follows_question": lambda _name: _("You follow this question."),
    "follows_tag": lambda name: _("You follow #%(tag)s.", tag=name),
    "follows_category": lambda name: _("You follow the category %(category)s.", category=name),
    "follows_person": lambda name: _("You follow %(name)s.", name=name),
    "saved_search": lambda name: _("You saved the search “%(name)s”.", name=name) if name else _("You saved a search."),
}
ABOUT: dict[str, Callable[[], str]] = {
    "answers": lambda: _("Answers"),
    "comments": lambda: _("Comments and mentions"),
    "questions": lambda: _("Questions"),
    "edits": lambda: _("Edits"),
    "cases": lambda: _("Cases"),
}
