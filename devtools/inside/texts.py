"""Compare the texts in code and templates with each language's catalogue; print what is missing or doubtful."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from devtools.inside.catalogues import Key, key_of, merge
from devtools.places import ROOT, TRANSLATIONS
from devtools.translations import languages, sources

METHODS = [("app/**.py", "python"), ("templates/**", "jinja2")]
OPTIONS = {"templates/**": {"extensions": "jinja2.ext.do", "trimmed": "true"}}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "_l": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
# %(name)s and {name}; the two ways in which values get into our texts.
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%([sd])|\{(\w+)[^}]*\}")


def texts() -> Catalog:
    """Return every text that people see, from code and templates."""
    found = Catalog()
    extracted = extract_from_dir(ROOT, METHODS, OPTIONS, KEYWORDS, comment_tags=(), directory_filter=_is_ours)
    for path, line, text, _comments, context in extracted:
        found.add(text, None, [(path, line)], context=context)
    return found


def complaints_about(folder: Path, wanted: Catalog, same: set[str]) -> Iterator[str]:
    """Yield what is wrong with one language. `same` are the texts that are the same in it on purpose."""
    merged = merge(folder)
    yield from merged.conflicts
    yield from _fuzzy(folder)
    have: dict[Key, Message] = {key_of(message): message for message in merged.catalogue if message.id}
    for message in wanted:
        if not message.id:
            continue
        translated = have.get(key_of(message))
        place = "{}:{}".format(*message.locations[0])
        if translated is None or not all(forms(translated.string)):
            yield f"{place}: no {folder.name} for {key_of(message)[1]!r}"
            continue
        yield from (f"{place}: {said}" for said in _doubts(message, translated, same))


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """Return a text's forms: one, or singular and plural; an absent text is one empty form."""
    if text is None:
        return ("",)
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> set[str]:
    """Return the names of the values that a text has room for."""
    return {next(filter(None, found)) for found in PLACEHOLDER.findall(text.replace("%%", ""))}


def _doubts(message: Message, translated: Message, same: set[str]) -> Iterator[str]:
    originals, words = forms(message.id), forms(translated.string)
    if len(originals) > 1 and len(words) != translated_forms(translated):
        yield f"{originals[0]!r} has {len(words)} forms"
    known = set[str]().union(*map(placeholders, originals))
    # A singular may leave the number out ("one answer"); the last form may not.
    if placeholders(words[-1]) != placeholders(originals[-1]) or any(placeholders(form) - known for form in words):
        yield f"{words[-1]!r} has other placeholders than {originals[-1]!r}"
    if words[0] == originals[0] and words[0] not in same:
        yield f"{words[0]!r} is the same in both languages; if that is right, list it in translations/same-in-dutch.txt"


def translated_forms(message: Message) -> int:
    """Return how many forms a plural must have; both of our languages have two."""
    return 2 if message.pluralizable else 1


def _fuzzy(folder: Path) -> Iterator[str]:
    for path in sources(folder):
        with path.open("rb") as file:
            found = read_po(file, locale=folder.name)
        yield from (
            f"{path.relative_to(ROOT)}: {message.id!r} is fuzzy" for message in found if message.id and message.fuzzy
        )


def _is_ours(folder: str) -> bool:
    """Walk into the two trees with texts only: .venv and the like are large."""
    parts = Path(folder).absolute().relative_to(ROOT).parts
    return not parts or (parts[0] in {"app", "templates"} and parts[-1] != "__pycache__")


def main() -> int:
    """Check every language; return 1 when anything is wrong."""
    listed = TRANSLATIONS / "same-in-dutch.txt"
    lines = listed.read_text().splitlines() if listed.exists() else []
    same = {line for line in lines if line and not line.startswith("#")}
    wanted = texts()
    found = [said for folder in languages() for said in complaints_about(folder, wanted, same)]
    if not languages() and len(wanted):
        found.append("there is no translations/nl")
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
