"""The small language people search in, and nothing more: it has no brackets, no OR, no wildcards inside a word.

    import "address book" -outlook tag:contacts is:answered after:2024-05 title:csv instal*

`parse` takes any text and never raises; what it cannot use it leaves out and says so in `notes`. A search engine never
sees what was typed, only the parsed query: the languages of the engines themselves can be made to run for minutes.
Words without any of these signs, and more of them than MOST_TERMS, are a text: it is looked for as a whole.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

MOST_CHARACTERS = 400
MOST_TERMS = 10
MOST_WORDS_IN_A_PHRASE = 10
SHORTEST_PREFIX = 3


class Form(StrEnum):
    WORD = "word"
    PHRASE = "phrase"
    PREFIX = "prefix"
    # A whole text, which stands alone in a query: what resembles it is looked for, not what has all its words.
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Term:
    """Something to be found in the text. `in_title` narrows it to the title, `is_excluded` turns it round."""

    form: Form
    text: str
    in_title: bool = False
    is_excluded: bool = False

    def __str__(self) -> str:
        body = {Form.WORD: "{}", Form.PHRASE: '"{}"', Form.PREFIX: "{}*", Form.TEXT: "{}"}[self.form].format(self.text)
        return ("-" if self.is_excluded else "") + ("title:" if self.in_title else "") + body


@dataclass(frozen=True, slots=True)
class Filter:
    """A property that a document must have, or must not have. The field is one of `FIELDS`, in English."""

    field: str
    value: str
    is_excluded: bool = False

    def __str__(self) -> str:
        value = f'"{self.value}"' if " " in self.value else self.value
        return f"{'-' if self.is_excluded else ''}{self.field}:{value}"


class NoteCode(StrEnum):
    """Why a part of what was typed is not used as it stands."""

    TOO_LONG = "too_long"
    TOO_MANY_TERMS = "too_many_terms"
    NO_LETTERS = "no_letters"
    PREFIX_TOO_SHORT = "prefix_too_short"
    NO_SUCH_VALUE = "no_such_value"


@dataclass(frozen=True, slots=True)
class Note:
    """Tells the searcher what was left out or read otherwise: the code says why, the text is her own."""

    code: NoteCode
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked. `str()` gives the canonical text; parsing that gives an equal query. Notes are not compared."""

    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    notes: tuple[Note, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return " ".join(str(part) for part in (*self.terms, *self.filters))

    @property
    def is_empty(self) -> bool:
        return not self.terms and not self.filters

    @property
    def is_text(self) -> bool:
        """Say whether a text is looked for as a whole; it is then the only term."""
        return len(self.terms) == 1 and self.terms[0].form is Form.TEXT

    @property
    def words(self) -> str:
        """What she looks for without operators: the title of the question she would ask."""
        return " ".join(term.text for term in self.terms if not term.is_excluded)

    def values(self, name: str) -> tuple[str, ...]:
        """The values asked for in one field, without the excluded ones."""
        return tuple(f.value for f in self.filters if f.field == name and not f.is_excluded)


# Field as typed (English or Dutch) → field as meant. `title` narrows a term, the others are filters.
FIELDS = {
    "tag": "tag", "category": "category", "author": "author", "is": "is", "lang": "lang",
    "before": "before", "after": "after", "title": "title",
    "categorie": "category", "auteur": "author", "taal": "lang", "voor": "before", "na": "after", "titel": "title",
}  # fmt: skip

# Every document has exactly one of these, so asking for two means one or the other. Tags are asked for together.
ONE_OF = ("category", "author", "lang")

IS_VALUES = {
    "open": "unanswered", "unanswered": "unanswered", "answered": "answered", "accepted": "accepted",
    "onbeantwoord": "unanswered", "beantwoord": "answered", "opgelost": "accepted", "solved": "accepted",
    "closed": "closed", "gesloten": "closed",
}  # fmt: skip

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LEXEME = re.compile(
    r"""(?P<sign>[+-]*)
        (?:(?P<field>[a-z]+):(?=[^\s]))?
        (?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))""",
    re.VERBOSE | re.IGNORECASE,
)
_QUOTES = dict.fromkeys(map(ord, "“”„‟«»″"), '"')


def parse(text: str) -> Query:
    """Read what a person typed. Never raises; the canonical form of the result is no longer than MOST_CHARACTERS."""
    cleaned = _clean(text)
    notes: list[Note] = []
    if len(cleaned) > MOST_CHARACTERS:
        notes.append(Note(NoteCode.TOO_LONG, cleaned[MOST_CHARACTERS:][:40]))
        cleaned = cleaned[:MOST_CHARACTERS].rstrip()
    noted: list[Note] = []
    # The same again adds nothing: what is kept is how it was typed first.
    typed: dict[Term | Filter, str] = {}
    for found, text in _parts(cleaned, noted):
        typed.setdefault(found, text)
    if len(typed) > MOST_TERMS and all(map(_is_plain, typed)):
        return replace(of_text(cleaned), notes=tuple(notes))
    notes += noted
    parts: list[Term | Filter] = []
    for part, text in typed.items():
        # The canonical form may be longer than what was typed: an open quotation mark gets closed.
        if len(parts) == MOST_TERMS or len(" ".join(map(str, [*parts, part]))) > MOST_CHARACTERS:
            notes.append(Note(NoteCode.TOO_MANY_TERMS, text))
        else:
            parts.append(part)
    return Query(
        terms=tuple(part for part in parts if isinstance(part, Term)),
        filters=tuple(part for part in parts if isinstance(part, Filter)),
        notes=tuple(notes[:MOST_TERMS]),
    )


def of_text(text: str) -> Query:
    """Return the query that looks for what resembles a text."""
    return Query(terms=(Term(Form.TEXT, text),))


def moment(value: str) -> datetime | None:
    """Return the first moment of a year, month or day as typed (2024, 2024-05, 2024-5-31), or None if there is none."""
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    year, month, day = (int(group) if group else 1 for group in match.groups())
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def _clean(text: str) -> str:
    """Compose letters, make the quotation marks alike and turn whatever is not visible into spaces."""
    # Normalising can make a text many times longer: it sees no more than could be used.
    start = text[: 4 * MOST_CHARACTERS]
    composed = unicodedata.normalize("NFC", start).translate(_QUOTES)
    visible = "".join(" " if unicodedata.category(c) in _INVISIBLE else c for c in composed)
    return " ".join(visible.split())


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


def _parts(text: str, notes: list[Note]) -> Iterator[tuple[Term | Filter, str]]:
    """Yield each part with how it was typed."""
    position = 0
    while match := _LEXEME.search(text, position):
        position = match.end()
        for part in _read(match, notes):
            yield part, match[0]


def _read(match: re.Match[str], notes: list[Note]) -> Iterator[Term | Filter]:
    name = FIELDS.get((match["field"] or "").lower())
    is_excluded = match["sign"] == "-"
    value = match["bare"] if match["quoted"] is None else match["quoted"].strip()
    if name is None and match["field"]:
        # An unknown field is not a field: read it as the words it may be (`error:`, `https:`).
        if match["quoted"] is None:
            value = f"{match['field']}:{value}"
        else:
            yield from _term(match["field"], notes, is_excluded=is_excluded)
        name = None
    if name in (None, "title"):
        in_title = name == "title"
        if match["quoted"] is None:
            yield from _term(value, notes, in_title=in_title, is_excluded=is_excluded)
        else:
            yield from _phrase(value, notes, in_title=in_title, is_excluded=is_excluded)
    else:
        yield from _filter(name, value, notes, typed=match[0], is_excluded=is_excluded)


def _term(text: str, notes: list[Note], *, in_title: bool = False, is_excluded: bool = False) -> Iterator[Term]:
    word = text.rstrip("*")
    if not _has_letters(word):
        notes.append(Note(NoteCode.NO_LETTERS, text))
        return
    form = Form.WORD
    if word != text:
        if word.isalnum() and len(word) >= SHORTEST_PREFIX:
            form = Form.PREFIX
        else:
            notes.append(Note(NoteCode.PREFIX_TOO_SHORT, text))
    yield Term(form, word, in_title, is_excluded)


def _phrase(text: str, notes: list[Note], *, in_title: bool, is_excluded: bool) -> Iterator[Term]:
    words = text.split()
    if len(words) > MOST_WORDS_IN_A_PHRASE:
        notes.append(Note(NoteCode.TOO_MANY_TERMS, " ".join(words[MOST_WORDS_IN_A_PHRASE:])))
        words = words[:MOST_WORDS_IN_A_PHRASE]
    phrase = " ".join(words)
    if _has_letters(phrase):
        yield Term(Form.PHRASE, phrase, in_title, is_excluded)
    elif phrase:
        notes.append(Note(NoteCode.NO_LETTERS, phrase))


def _filter(name: str, value: str, notes: list[Note], *, typed: str, is_excluded: bool) -> Iterator[Filter]:
    known: str | None = " ".join(value.split())
    if name == "is":
        known = IS_VALUES.get(value.lower())
    elif name == "lang":
        known = value.lower() if _LANGUAGE.fullmatch(value.lower()) else None
    elif name in ("before", "after"):
        known = value if moment(value) else None
    if known:
        yield Filter(name, known, is_excluded)
    else:
        notes.append(Note(NoteCode.NO_SUCH_VALUE, typed))


def _is_plain(part: Term | Filter) -> bool:
    """Say whether a part may belong to a text: a word, or words that it quotes."""
    if isinstance(part, Filter) or part.is_excluded or part.in_title:
        return False
    return part.form in (Form.WORD, Form.PHRASE)


def _has_letters(text: str) -> bool:
    return any(c.isalnum() for c in text)
