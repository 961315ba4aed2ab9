"""RSS 2.0 and Atom 1.0, written by feedgenerator (Django's own): rows in, bytes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedgenerator import Atom1Feed, Rss201rev2Feed

FORMATS = {"atom": (Atom1Feed, "application/atom+xml"), "rss": (Rss201rev2Feed, "application/rss+xml")}
# What XML 1.0 cannot hold at all (https://www.w3.org/TR/xml/#charsets).
_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Item:
    """One entry. `guid` never changes, whatever happens to the title."""

    guid: str
    link: str
    title: str
    html: str
    author_name: str
    author_link: str
    created_at: datetime
    changed_at: datetime
    topics: Sequence[str] = ()


@dataclass(frozen=True)
class Channel:
    """What a feed says about itself."""

    title: str
    description: str
    link: str
    own_link: str
    language: str
    base_url: str


def write(form: str, channel: Channel, items: Iterable[Item]) -> bytes:
    """Return the feed in one of FORMATS. Addresses in the texts are made whole, so that they work in any reader."""
    feed = FORMATS[form][0](
        title=clean(channel.title),
        link=channel.link,
        description=clean(channel.description),
        subtitle=clean(channel.description) or None,
        language=channel.language,
        feed_url=channel.own_link,
        feed_guid=channel.link,
    )
    for item in items:
        feed.add_item(
            title=clean(item.title),
            link=item.link,
            description=clean(whole_addresses(item.html, channel.base_url)),
            author_name=clean(item.author_name),
            author_link=item.author_link,
            unique_id=item.guid,
            unique_id_is_permalink=False,
            pubdate=item.created_at,
            updateddate=item.changed_at,
            categories=[clean(topic) for topic in item.topics],
        )
    return str(feed.writeString("utf-8")).encode()


def clean(text: str) -> str:
    """Return the text without the characters that XML cannot hold."""
    return _UNWRITABLE.sub("", text)


def whole_addresses(html: str, base_url: str) -> str:
    """Return stored HTML with addresses of this site made whole. The sanitiser wrote it: every attribute is quoted."""
    return re.sub(r' (href|src)="/(?!/)', rf' \1="{base_url}/', html)
