"""Site maps by the protocol of sitemaps.org, with the languages in which each page can be read (xhtml:link)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlencode
from xml.etree import ElementTree as Xml

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"


def write_index(parts: Iterable[tuple[str, datetime | None]]) -> bytes:
    """Return the index of site maps: addresses with their last change."""
    root = Xml.Element("sitemapindex", xmlns=NAMESPACE)
    for address, changed_at in parts:
        _add(root, "sitemap", address, changed_at)
    return _bytes(root)


def write_urls(pages: Iterable[tuple[str, datetime | None]], languages: Sequence[str]) -> bytes:
    """Return a site map of pages: addresses with their last change, each readable in every one of `languages`."""
    root = Xml.Element("urlset", {"xmlns": NAMESPACE, "xmlns:xhtml": XHTML})
    for address, changed_at in pages:
        page = _add(root, "url", address, changed_at)
        for language in languages:
            whole = f"{address}?{urlencode({'lang': language})}"
            Xml.SubElement(page, "xhtml:link", {"rel": "alternate", "hreflang": language, "href": whole})
    return _bytes(root)


def _add(root: Xml.Element, kind: str, address: str, changed_at: datetime | None) -> Xml.Element:
    element = Xml.SubElement(root, kind)
    Xml.SubElement(element, "loc").text = address
    if changed_at is not None:
        Xml.SubElement(element, "lastmod").text = changed_at.isoformat(timespec="seconds")
    return element


def _bytes(root: Xml.Element) -> bytes:
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
