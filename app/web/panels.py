"""Panels: what a page shows of packages to its right, without importing them.

`wiring.PANELS` maps a slot to functions (viewer, subject) that return a template and its context, or None for nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

from app.actor import Actor

Panel = Callable[[Actor, Any], "tuple[str, dict[str, Any]] | None"]


def panels(slot: str, viewer: Actor, subject: Any) -> Markup:
    """Return the HTML of every panel in this slot, in their order."""
    made = [panel(viewer, subject) for panel in current_app.extensions["samen.panels"].get(slot, ())]
    # Templates escape what they show, so their output is markup.
    return Markup("").join(Markup(render_template(template, **context)) for template, context in filter(None, made))  # noqa: S704
