"""A judge of rendered HTML that shares nothing with the sanitiser: Chromium parses, a list written by hand says yes.

Everything not on the list is a danger: an element, an attribute, a class, a value, a comment, an address whose scheme
(as the browser reads it) is not for the web or for mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser, Page

SCHEMES = ["http:", "https:", "mailto:"]
ALIGNED = ["align-left", "align-center", "align-right"]
BOTH = "p br hr blockquote em strong s h3 h4 h5 h6 table thead tbody tr"
ONLY_IMPORTED = "td th ul li tfoot b caption cite code dd del dfn dl dt i ins kbd mark q samp small sub sup u var"
CODE_COLOURS = "c cp gd gh gi gu k m na nb nc nd nf nt nv ow s"

# Element: attribute: what its value may be. None: any value. "url": a scheme from above. A list: words from it.
WRITTEN: dict[str, dict[str, Any]] = {
    **{name: {} for name in BOTH.split()},
    "a": {"href": "url", "title": None, "rel": ["nofollow", "ugc", "noopener"], "class": ["mention"]},
    "code": {"class": "language"},
    "div": {"class": ["table-scroll"], "tabindex": ["0"]},
    "input": {"class": ["task-list-item-checkbox"], "type": ["checkbox"], "disabled": [], "checked": []},
    "img": {"src": "picture", "alt": None, "width": "length", "height": "length", "loading": ["lazy"]},
    "label": {},
    "li": {"class": ["task-list-item"]},
    "ol": {"start": None},
    "pre": {"class": ["highlight"], "tabindex": ["0"]},
    "span": {"class": CODE_COLOURS.split()},
    "td": {"class": ALIGNED},
    "th": {"class": ALIGNED},
    "ul": {"class": ["contains-task-list"]},
}
IMPORTED: dict[str, dict[str, Any]] = {
    **{name: {} for name in BOTH.split() + ONLY_IMPORTED.split()},
    "a": {"href": "url", "title": None, "rel": ["nofollow", "ugc", "noopener"]},
    "abbr": {"title": None},
    "div": {"class": ["table-scroll"], "tabindex": ["0"]},
    "ol": {"start": None},
    "pre": {"tabindex": ["0"]},
}
# What every link must have, and every box.
NEEDED = {"a": {"rel": "nofollow ugc noopener"}, "input": {"type": "checkbox", "disabled": ""}}

PAGE = """<!doctype html><title>judge</title><meta http-equiv=Content-Security-Policy content="default-src 'none'">"""
_JUDGE = """
([pages, allowed, needed, schemes]) => {
  const verdict = (element) => {
    const name = element.localName, attributes = allowed[name];
    if (element.namespaceURI !== "http://www.w3.org/1999/xhtml") return `foreign element ${name}`;
    if (!Object.hasOwn(allowed, name)) return `element ${name}`;
    for (const { name: key, value } of element.attributes) {
      if (key.startsWith("on")) return `event ${key}`;
      if (!Object.hasOwn(attributes, key)) return `attribute ${key} on ${name}`;
      const rule = attributes[key];
      if (rule === "url") {
        // What the browser cannot read as an address leads nowhere.
        if (!URL.canParse(value, "https://samen.example/q/1")) continue;
        const scheme = new URL(value, "https://samen.example/q/1").protocol;
        if (!schemes.includes(scheme)) return `scheme ${scheme}`;
      } else if (rule === "picture") {
        if (!/^\\/files\\/[0-9a-f]{32}\\/picture\\.(png|jpg|webp)$/.test(value)) return `picture ${value}`;
      } else if (rule === "length") {
        if (!/^[1-9][0-9]{0,4}$/.test(value)) return `length ${value}`;
      } else if (rule === "language") {
        if (!/^language-[a-z]+$/.test(value)) return `language ${value}`;
      } else if (rule !== null && !value.split(/\\s+/).filter(Boolean).every((word) => rule.includes(word))) {
        return `value ${key}=${value}`;
      }
    }
    for (const [key, value] of Object.entries(needed[name] ?? {})) {
      if (element.getAttribute(key) !== value) return `missing ${key} on ${name}`;
    }
    return null;
  };
  const look = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ALL & ~NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const danger = node.nodeType === Node.ELEMENT_NODE ? verdict(node) : `node ${node.nodeName}`;
      if (danger) return danger;
    }
    return null;
  };
  return pages.map((html) => {
    // As the page has it: parsed with what follows. Nothing may reach out of its own box.
    const parsed = new DOMParser().parseFromString(`<!doctype html><div>${html}</div><hr>`, "text/html").body;
    if (parsed.children.length !== 2 || parsed.childNodes.length !== 2) return "leaves its box";
    // As a script would put it (the preview), in a document where scripts are on.
    const box = document.createElement("div");
    box.innerHTML = html;
    return look(parsed.firstElementChild) ?? look(box);
  });
}
"""


class Judge:
    """Judges batches of HTML in one page, which may load and run nothing."""

    def __init__(self, browser: Browser) -> None:
        self.page: Page = browser.new_page()
        self.page.set_content(PAGE)

    def dangers(self, pages: Sequence[str], allowed: dict[str, dict[str, Any]], batch: int = 2_000) -> list[str | None]:
        """Return for each piece of HTML what is wrong with it, or None."""
        found: list[str | None] = []
        for start in range(0, len(pages), batch):
            found += self.page.evaluate(_JUDGE, [list(pages[start : start + batch]), allowed, NEEDED, SCHEMES])
        return found
