"""JSON as RFC 8259 has it: Python's reader also takes NaN and Infinity, which no other program could read again."""

from __future__ import annotations

from typing import Any, NoReturn

from flask.json.provider import DefaultJSONProvider


class StrictJson(DefaultJSONProvider):
    """Reads what is JSON and nothing else. Raises ValueError, which becomes a 400."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return what the text says."""
        return super().loads(s, parse_constant=_refuse, **kwargs)


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")
