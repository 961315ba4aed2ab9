"""Plain text as HTML: an empty line begins a paragraph, a line break is a line break, addresses are links."""

from __future__ import annotations

import re
from html import escape

from app.prose.addresses import Mentions, everything_in

_BETWEEN_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def plain_to_html(text: str, mentions: Mentions) -> str:
    """Return the HTML of a plain text, not yet sanitised."""
    paragraphs = (_linked(part.strip(), mentions) for part in _BETWEEN_PARAGRAPHS.split(text))
    return "\n".join(f"<p>{part}</p>" for part in paragraphs if part)


def _linked(text: str, mentions: Mentions) -> str:
    parts, done = [], 0
    for found in everything_in(text, mentions):
        css_class = ' class="mention"' if found.is_mention else ""
        words = escape(text[found.start : found.end], quote=False)
        parts.append(_escaped(text[done : found.start]))
        parts.append(f'<a href="{escape(found.href)}"{css_class}>{words}</a>')
        done = found.end
    parts.append(_escaped(text[done:]))
    return "".join(parts)


def _escaped(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>\n")
