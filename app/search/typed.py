"""What a text that is being typed may mean besides its words, worked out once for all that one page looks for."""

from __future__ import annotations

from flask import g, has_request_context

from app.search import synonyms, widening
from app.search.engine import search_engine
from app.search.wider import Wider


def wider_for(text: str, *, is_typing: bool) -> Wider:
    """Return what counts as the words of a text. Raises IndexUnusable."""
    kept: dict[tuple[str, bool], Wider] = g.setdefault("wider_texts", {}) if has_request_context() else {}
    if (text, is_typing) not in kept:
        frequencies = search_engine().frequencies
        kept[text, is_typing] = widening.for_text(text, frequencies, synonyms.in_use(), is_typing=is_typing)
    return kept[text, is_typing]
