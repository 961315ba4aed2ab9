"""What was quoted and agreed in a case, asked of its customer, and what became of its parts: one sentence each."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from app.cases.queries.timeline import Entry
from app.privacy.kinds import name_of


def told_of_market(entry: Entry, name: str) -> str:
    """Return what happened at such a moment, one of KINDS; `name` is who did it."""
    return _SENTENCES[entry.kind](entry, name)


def _details_asked(entry: Entry, name: str) -> str:
    kinds = ", ".join(str(name_of(kind)) for kind in entry.fact["detail_kinds"])
    if entry.fact["again"]:
        return _("%(name)s asked again for: %(kinds)s", name=name, kinds=kinds)
    return _("%(name)s asked for: %(kinds)s", name=name, kinds=kinds)


def _ask_answered(entry: Entry, name: str) -> str:
    words = {
        "given": lambda: _("%(name)s let them see what was asked for", name=name),
        "declined": lambda: _("%(name)s said no to what was asked for", name=name),
        "withdrawn": lambda: _("What was asked for is no longer needed there"),
    }
    return words[entry.fact["answer"]]()


def _agreed(entry: Entry, name: str) -> str:
    if entry.fact["supersedes_id"] is not None:
        return _("%(name)s accepted a quote in the place of what was agreed before", name=name)
    return _("%(name)s accepted a quote: it is agreed", name=name)


def _declined(entry: Entry, name: str) -> str:
    if entry.fact["was_other_chosen"]:
        return _("%(name)s chose another quote", name=name)
    return _("%(name)s said no to a quote", name=name)


def _part_asked(entry: Entry, _name: str) -> str:
    organisation = entry.service.organisation.name if entry.service else ""
    return _("%(organisation)s was asked for a part", organisation=organisation)


def _part_moved(entry: Entry, _name: str) -> str:
    words = {
        "waiting": lambda: _("A part waits for another one"),
        "open": lambda: _("A part goes on"),
        "solved": lambda: _("A part is done"),
        "refused": lambda: _("A part was refused"),
        "dropped": lambda: _("A part is no longer needed from them"),
    }
    return words[entry.fact["to_state"]]()


_SENTENCES: dict[str, Callable[[Entry, str], str]] = {
    "details_asked": _details_asked,
    "ask_answered": _ask_answered,
    "quote_made": lambda _entry, name: _("%(name)s sent a quote", name=name),
    "quote_withdrawn": lambda _entry, name: _("%(name)s took a quote back", name=name),
    "quote_declined": _declined,
    "agreement_made": _agreed,
    "part_asked": _part_asked,
    "part_moved": _part_moved,
    "part_dropped": lambda _entry, name: _("%(name)s arranges a part without them", name=name),
}
KINDS = frozenset(_SENTENCES)
