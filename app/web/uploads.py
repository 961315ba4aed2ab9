"""Views that take files may be sent more than others: `@takes_up_to(10_000_000)` under the gate, and only for people.

Everything else keeps the limit of the installation. It is asked before the form is read, because reading is what costs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from app.web.current_actor import actor

View = TypeVar("View", bound=Callable[..., Any])
MARK = "samen_most_bytes"
FORM_AROUND_IT = 20_000


def takes_up_to(most_bytes: int) -> Callable[[View], View]:
    """Let a view be sent a file of this size, with the form around it."""

    def decorate(view: View) -> View:
        setattr(view, MARK, most_bytes + FORM_AROUND_IT)
        return view

    return decorate


def init_uploads(app: Flask) -> None:
    """Attach the check; before anything that reads forms."""

    @app.before_request
    def _make_room() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        most: int | None = getattr(view, MARK, None)
        if most is not None and not actor().is_visitor:
            request.max_content_length = most
