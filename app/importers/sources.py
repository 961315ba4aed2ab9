"""Where an archive comes from: the name, licence and address that each imported page shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
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


def source_of(folder: Path) -> Source:
    """Return the source of the archive in this folder: a known one, else one named after the folder."""
    slug = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:60] or "archive"
    return KNOWN.get(slug, Source(slug=slug, title=folder.resolve().name))
