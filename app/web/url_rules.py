"""The addresses that views are served at: what an id in one may be, and when the code that writes one is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import IntegerConverter, Rule

from app.paging import LARGEST_ID


class RowId(IntegerConverter):
    """An id in an address; beyond 63 bits there is no such row, so there is no such address."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": LARGEST_ID, **options})


class UrlRule(Rule):
    """A rule whose functions that write addresses are compiled when the first is written, not at every start.

    Werkzeug compiles two for each of our hundreds of rules; a process writes addresses of a few dozen. Should Werkzeug
    do it some other way one day, this has no effect.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = super()._compile_builder
        name = "_build_unknown" if append_unknown else "_build"

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            written: Callable[..., tuple[str, str]] = compiled(append_unknown).__get__(rule, None)
            setattr(rule, name, written)  # from now on
            return written(**values)

        return build
