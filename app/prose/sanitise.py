"""What may be left in the HTML of a text: short lists, and everything else goes.

Nothing leaves `app.prose` without passing here last. Never allowed, whatever the wish: SVG and MathML (the parts of the
HTML standard in which sanitisers of every kind have been broken), `style`, `id` and `name` (anchors and form controls
of the page are not for users to take), `data-*` and `hx-*` (they make our own scripts act), images from elsewhere (they
call home): the address of a picture must be that of one added here.
Classes come from fixed lists per element. Which words mean what is left to the renderers.
"""

from __future__ import annotations

import re

import nh3

from app.prose.highlight import CLASSES as CODE_CLASSES
from app.prose.highlight import LANGUAGE_CLASSES

SCHEMES = {"http", "https", "mailto"}
LINK_REL = "nofollow ugc noopener"

_TEXT = {"p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "s", "a"}
_HEADINGS = {"h3", "h4", "h5", "h6"}
_LISTS = {"ul", "ol", "li"}
_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
_MADE_HERE = {"div", "span", "label", "input"}
_IMPORTED_TOO = {
    *("abbr", "b", "caption", "cite", "dd", "del", "dfn", "dl", "dt", "i", "ins", "kbd"),
    *("mark", "q", "samp", "small", "sub", "sup", "tfoot", "u", "var"),
}
# Blocks without a meaning that we show; `imported` makes them divs, so that their lines stay apart.
BLOCKS = {
    *("address", "article", "aside", "center", "details", "div", "figcaption", "figure"),
    *("footer", "header", "main", "section", "summary"),
}

# The boxes that scroll must be reachable by keyboard, so they can take focus.
_SCROLLS = {"pre": {"tabindex": "0"}}

_OWN_PICTURE = re.compile(r"/files/[0-9a-f]{32}/picture\.(?:png|jpg|webp)")
_LENGTH = re.compile(r"[1-9][0-9]{0,4}")

# Left to itself, nh3 keeps `lang` and `title` on everything.
_EVERYWHERE: dict[str, set[str]] = {"*": set()}
_IMPORTED_ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "ol": {"start"}}


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Return an attribute's value where it may stay. A picture is one of ours, or its address goes."""
    if tag != "img" or name in {"alt", "loading"}:
        return value
    return value if (_OWN_PICTURE if name == "src" else _LENGTH).fullmatch(value) else None


_WRITTEN = nh3.Cleaner(
    tags=_TEXT | _HEADINGS | _LISTS | _TABLES | _MADE_HERE | {"img"},
    attributes={
        **_EVERYWHERE,
        "a": {"href", "title"},
        "ol": {"start"},
        "input": {"checked", "disabled"},
        "img": {"src", "alt", "width", "height"},
    },
    attribute_filter=_attribute,
    allowed_classes={
        "a": {"mention"},
        "code": LANGUAGE_CLASSES,
        "div": {"table-scroll"},
        "input": {"task-list-item-checkbox"},
        "li": {"task-list-item"},
        "pre": {"highlight"},
        "span": CODE_CLASSES,
        "td": {"align-left", "align-center", "align-right"},
        "th": {"align-left", "align-center", "align-right"},
        "ul": {"contains-task-list"},
    },
    tag_attribute_values={"div": {"tabindex": {"0"}}},
    # A field of a text is a box that shows a state. One attribute each: of several, nh3 makes the order by chance.
    set_tag_attribute_values=_SCROLLS | {"input": {"type": "checkbox"}, "img": {"loading": "lazy"}},
    url_schemes=SCHEMES,
    link_rel=LINK_REL,
)
_IMPORTED = nh3.Cleaner(
    tags=_TEXT | _HEADINGS | _LISTS | _TABLES | _IMPORTED_TOO | {"div"},
    attributes={**_EVERYWHERE, **_IMPORTED_ATTRIBUTES},
    allowed_classes={"div": {"table-scroll"}},
    tag_attribute_values={"div": {"tabindex": {"0"}}},
    set_tag_attribute_values=_SCROLLS,
    url_schemes=SCHEMES,
    link_rel=LINK_REL,
)
_BEFORE_REWRITING = nh3.Cleaner(
    tags=_TEXT | _HEADINGS | _LISTS | _TABLES | _IMPORTED_TOO | BLOCKS | {"h1", "h2", "img"},
    attributes={**_EVERYWHERE, **_IMPORTED_ATTRIBUTES, "img": {"src", "alt"}},
    url_schemes=SCHEMES,
    link_rel=None,
)


def clean_written(html: str) -> str:
    """Return what may stay of HTML that our own renderers made from Markdown or plain text."""
    return _WRITTEN.clean(html)


def clean_imported(html: str) -> str:
    """Return what may stay of imported HTML after `imported` has rewritten it."""
    return _IMPORTED.clean(html)


def well_formed(html: str) -> str:
    """Return foreign HTML as a tree of known elements, for `imported` to rewrite. Not fit to be shown yet."""
    return _BEFORE_REWRITING.clean(html)
