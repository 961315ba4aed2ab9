"""HTML from other systems, made to fit in a page of ours: pictures become links, headings find their level.

The sanitiser goes first, so that what is rewritten here is a well-formed tree of known elements and not somebody's
attack on Python's HTML parser, and goes again last, over the result.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

from app.prose.page_rules import Outline, picture_words
from app.prose.sanitise import BLOCKS, well_formed

# An unclosed <b> is reopened in every later paragraph, as the HTML standard wants. It wants no more than three of a
# kind, but elements with different attributes are of different kinds: 2,000 of them before 3,500 paragraphs become
# seven million elements. Attributes on these elements are not kept anyway.
_REOPENED = re.compile(
    r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b[^>]{0,2000}+>", re.IGNORECASE | re.ASCII
)
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


def imported_to_html(html: str) -> str:
    """Return foreign HTML rewritten, not yet sanitised for the last time."""
    rewriter = _Rewriter()
    rewriter.feed(well_formed(_REOPENED.sub(r"<\1>", html)))
    rewriter.close()
    return "".join(rewriter.parts)


class _Rewriter(HTMLParser):
    """Copies well-formed HTML, changing a few elements on the way."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._outline = Outline()
        self._link_depth = 0
        self._table_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self._write_picture({name: value or "" for name, value in attrs})
            return
        if tag in _HEADINGS:
            tag = f"h{self._outline.level(int(tag[1]))}"
        elif tag in BLOCKS:
            tag = "div"
        self._link_depth += tag == "a"
        if tag == "table":
            self._table_depth += 1
            self.parts.append('<div class="table-scroll" tabindex="0">' if self._table_depth == 1 else "")
        written = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs)
        self.parts.append(f"<{tag}{written}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS:
            tag = f"h{self._outline.current}"
        elif tag in BLOCKS:
            tag = "div"
        self._link_depth -= tag == "a"
        self.parts.append(f"</{tag}>")
        if tag == "table":
            self._table_depth -= 1
            self.parts.append("</div>" if self._table_depth == 0 else "")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")

    def _write_picture(self, attributes: dict[str, str]) -> None:
        address = attributes.get("src", "")
        words = escape(picture_words(attributes.get("alt", ""), address), quote=False)
        in_link = self._link_depth > 0 or not address
        self.parts.append(words if in_link else f'<a href="{escape(address)}">{words}</a>')
