"""Every view says who may come in, with one of these right below its route; a test fails for a view without.

They are the coarse gate. What exactly an actor may do with an object, the policies say.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from app.errors import NotFound, SignInFirst
from app.web.current_actor import actor

View = TypeVar("View", bound=Callable[..., Any])
GATE = "samen_gate"


def public(view: View) -> View:
    """Everybody, visitors too."""
    setattr(view, GATE, "public")
    return view


def signed_in(view: View) -> View:
    """Everybody who signed in, suspended people too: what they may do is the policies' word."""

    @wraps(view)
    def gated(*args: Any, **values: Any) -> Any:
        if actor().is_visitor:
            raise SignInFirst
        return view(*args, **values)

    setattr(gated, GATE, "signed_in")
    return gated  # type: ignore[return-value]


def only(right: str) -> Callable[[View], View]:
    """People with this installation-wide right ("operator", "moderator", "curator"). To others the page is absent."""

    def decorate(view: View) -> View:
        @wraps(view)
        def gated(*args: Any, **values: Any) -> Any:
            if right not in actor().rights:
                raise NotFound
            return view(*args, **values)

        setattr(gated, GATE, right)
        return gated  # type: ignore[return-value]

    return decorate
