"""Where an archive comes from: the name, licence and address that each imported page shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """`slug` names it in every imported row. `link` is a question's address with {id} in it. Unknown is empty."""

    slug: str
    title: str
    licence: str = ""
    licence_link: str = ""
    link: str = ""


# Archives say nothing about themselves; these are known by their folder's name.
KNOWN = {
    "thunderbird-support": Source(
        slug="thunderbird-support",
        title="Mozilla Thunderbird support community",
        licence="CC BY-SA 3.0 or later",
        licence_link="https://creativecommons.org/licenses/by-sa/3.0/",
        link="https://support.mozilla.org/en-US/questions/{id}",
    ),
}


LICENCES_OF_STACK_EXCHANGE = "https://stackoverflow.com/help/licensing"  # which text is under which version


def stack_exchange_source(path: Path) -> Source:
    """Return the source of a dump: the site after which its folder is named, else one named after the folder."""
    name = path.resolve().name.lower().removesuffix(".7z")
    found = source_of(path.resolve().with_name(name))
    site = re.fullmatch(r"([a-z0-9-]+?)[.-]stackexchange(\.com)?", name)
    if site is not None:
        title, address = f"{site[1].replace('-', ' ').title()} Stack Exchange", f"{site[1]}.stackexchange.com"
    elif re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|net|org)", name):
        title, address = name, name
    else:
        return replace(found, licence_link=LICENCES_OF_STACK_EXCHANGE)
    link = f"https://{address}/q/{{id}}"
    return replace(found, title=title, link=link, licence_link=LICENCES_OF_STACK_EXCHANGE)


def discourse_source(folder: Path) -> Source:
    """Return the source of a folder of topics: the forum after whose host the folder is named, else the folder."""
    host, found = folder.resolve().name.lower(), source_of(folder)
    if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host):
        return replace(found, title=host, link=f"https://{host}/t/{{id}}")
    return found


def source_of(folder: Path) -> Source:
    """Return the source of the archive in this folder: a known one, else one named after the folder."""
    slug = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:60] or "archive"
    return KNOWN.get(slug, Source(slug=slug, title=folder.resolve().name))
