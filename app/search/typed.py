"""What resembles a text that is being typed; what it may mean besides its words is worked out once for one page."""

from __future__ import annotations

import structlog
from flask import g, has_request_context

from app.actor import Actor
from app.privacy.audiences import audiences_of
from app.search import synonyms, widening
from app.search.backend import Hits, IndexBusy, IndexUnusable
from app.search.engine import search_engine
from app.search.wider import Wider

log = structlog.get_logger(__name__)


def like_typed(
    viewer: Actor, text: str, *, kind: str, language: str, limit: int, is_typing: bool = False
) -> Hits | None:
    """Return what the viewer may see of this kind and so resembles a text that it may be shown unasked, best first;
    None, which is logged, while the index cannot be asked.
    """
    try:
        return search_engine().similar(
            text,
            audiences=audiences_of(viewer),
            language=language,
            kinds=frozenset({kind}),
            limit=limit,
            is_typing=is_typing,
            wider=_wider_for(text, is_typing=is_typing, also_private=not viewer.is_visitor),
        )
    except (IndexUnusable, IndexBusy) as error:
        log.warning("search_without_index", reason=str(error))
        return None


def _wider_for(text: str, *, is_typing: bool, also_private: bool) -> Wider:
    """Return what counts as the words of a text. Raises IndexUnusable."""
    kept: dict[tuple[str, bool], Wider] = g.setdefault("wider_texts", {}) if has_request_context() else {}
    if (text, is_typing) not in kept:
        frequencies = search_engine().frequencies
        kept[text, is_typing] = widening.for_text(
            text, frequencies, synonyms.in_use(), is_typing=is_typing, also_private=also_private
        )
    return kept[text, is_typing]
