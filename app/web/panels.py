"""Panels: what a page shows of packages to its right, without importing them.

`wiring.PANELS` maps a slot to functions (viewer, subject) that return a template and its context, or None for nothing.
`wiring.NOTES` maps a slot to functions (viewer, subject) that return short texts by key: for many things on one page at
once, where a panel for each would cost a statement for each.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

from app.actor import Actor

Note = Callable[[Actor, Any], dict[Hashable, str]]
Panel = Callable[[Actor, Any], "tuple[str, dict[str, Any]] | None"]


def panels(slot: str, viewer: Actor, subject: Any) -> Markup:
    """Return the HTML of every panel in this slot, in their order."""
    made = [panel(viewer, subject) for panel in current_app.extensions["samen.panels"].get(slot, ())]
    # Templates escape what they show, so their output is markup.
    return Markup("").join(Markup(render_template(template, **context)) for template, context in filter(None, made))  # noqa: S704


def notes(slot: str, viewer: Actor, subject: Any) -> dict[Hashable, str]:
    """Return the short texts of this slot by what they are about; a later function's replace an earlier one's."""
    found: dict[Hashable, str] = {}
    for note in current_app.extensions["samen.notes"].get(slot, ()):
        found |= note(viewer, subject)
    return found
