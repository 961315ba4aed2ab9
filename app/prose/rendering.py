"""The door of `app.prose`: what may come in, which renderer takes it, and the sanitiser over whatever comes out.

Render once, when a text is saved, and store the HTML with RENDERER_VERSION; a version that is raised says which rows
want rendering again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from app.prose.addresses import Mentions, MentionUrl
from app.prose.imported import imported_to_html
from app.prose.page_rules import NO_PICTURES, Pictures
from app.prose.parser import TooTangled, markdown_to_html
from app.prose.plain import plain_to_html
from app.prose.sanitise import clean_imported, clean_written

RENDERER_VERSION = 1
MAX_CHARACTERS = 30_000

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# No meaning in a text, and not allowed in the XML of feeds and sitemaps, where texts go too.
_CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Rendered:
    """HTML that may be shown as it is."""

    html: str
    renderer_version: int


def render(
    text: str, *, source_format: str, mention_url: MentionUrl | None = None, pictures: Pictures = NO_PICTURES
) -> Rendered:
    """Return the safe HTML of a text, in less than a second whatever the text.

    `mention_url` gives the address of the person with a handle, or None; it is asked once for each handle, at most a
    hundred times. `pictures` are those added here, by address: Markdown shows them; any other picture becomes a link.
    Imported HTML mentions nobody. A Markdown text that is too tangled to parse is shown as plain text. `source_format`
    is markdown, plain or html.

    Raises Invalid with the code text_too_long, or unstorable_text for NUL and lone surrogates.
    """
    text = _checked(text)
    match source_format:
        case "markdown":
            html = clean_written(_markdown_or_plain(text, mention_url, pictures))
        case "plain":
            html = clean_written(plain_to_html(text, Mentions(mention_url)))
        case "html":
            html = clean_imported(imported_to_html(text))
        case _:
            raise ValueError(source_format)
    return Rendered(html, RENDERER_VERSION)


def _markdown_or_plain(text: str, mention_url: MentionUrl | None, pictures: Pictures) -> str:
    try:
        return markdown_to_html(text, Mentions(mention_url), pictures)
    except TooTangled:
        return plain_to_html(text, Mentions(mention_url))


def _checked(text: str) -> str:
    """Return the text with its line breaks and control characters settled."""
    if len(text) > MAX_CHARACTERS:
        raise Invalid("text_too_long", _l("The text is too long: at most 30,000 characters fit."), field="body")
    if _UNSTORABLE.search(text):
        raise Invalid("unstorable_text", _l("The text holds characters that cannot be stored."), field="body")
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
