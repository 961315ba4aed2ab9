"""Merge one language's .po files into its messages.mo: `python -m devtools.inside.catalogues nl`."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from devtools.places import TRANSLATIONS
from devtools.translations import compiled, sources

Key = tuple[str | None, str]


@dataclass
class Merged:
    """One language's messages, and what the sources disagree about."""

    catalogue: Catalog
    conflicts: list[str] = field(default_factory=list)


def merge(folder: Path) -> Merged:
    """Read every source of a language. Where two differ about a message the first one counts and it is noted."""
    merged = Merged(Catalog(locale=folder.name, fuzzy=False, charset="utf-8"))
    origin: dict[Key, Path] = {}
    for path in sources(folder):
        with path.open("rb") as file:
            part = read_po(file, locale=folder.name, abort_invalid=True)
        for message in part:
            if not message.id or not message.string:
                continue
            key = key_of(message)
            known = merged.catalogue.get(message.id, message.context)
            if known is None:
                merged.catalogue[message.id] = message
                origin[key] = path
            elif known.string != message.string:
                merged.conflicts.append(f"{path.name} and {origin[key].name} differ about {key[1]!r}")
    return merged


def key_of(message: Message) -> Key:
    """Return what identifies a message: its context and its singular."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def compile_language(folder: Path) -> int:
    """Write the compiled catalogue, whole or not at all, and return how many messages it has."""
    merged = merge(folder)
    target = compiled(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}")
    with unfinished.open("wb") as file:
        write_mo(file, merged.catalogue)
    unfinished.replace(target)
    return len(merged.catalogue)


def main(names: list[str]) -> int:
    """Compile the named languages."""
    for name in names:
        compile_language(TRANSLATIONS / name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
