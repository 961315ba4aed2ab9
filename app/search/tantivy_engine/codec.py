"""How a document lies in a Tantivy index: its terms as our own analysis makes them, its keys, and a few numbers."""

from __future__ import annotations

from itertools import pairwise

import tantivy

from app.search.analysis import ANALYSIS_VERSION, terms_and_places
from app.search.backend import Document, DocumentKey
from app.search.clauses import CLOSED, filter_key, language_of, realm_of
from app.search.weighing import standing_of

# Raised whenever an index written before could be misread.
FORMAT_VERSION = 3
MADE_BY = f"tantivy {FORMAT_VERSION}.{ANALYSIS_VERSION}"

# Positions in this table are stored: only ever add at the end.
KINDS = ("question", "article", "service", "person", "case")

# The words of a document, each marked with its realm (`nl:fiets`, see clauses.py); those of its title by themselves;
# what a search can be narrowed by (`audience:public`, `tag:imap`); those keys of them that are counted; which it is.
WORDS, TITLE, FILTERS, FACETS, KEY = "words", "title", "filters", "facets", "key"
# Numbers to sort by and to read back.
ID, KIND, VERSION, CREATED, VOTES, STANDING = "id", "kind", "version", "created", "votes", "standing"

# Holds the place of a stop word, so that distances stay those of the text. It is no term: nothing finds it.
FILLER = "-"
# Between title, body and answers, so that no phrase reaches from one into the next.
GAP = [FILLER] * 16
TERMS_TOKENIZER = "terms"
# An index must not grow without end by one text.
MOST_PLACES = 200_000


def schema() -> tantivy.Schema:
    """Return the fields of the index."""
    builder = tantivy.SchemaBuilder()
    for name in (WORDS, TITLE):
        builder.add_text_field(name, tokenizer_name=TERMS_TOKENIZER, index_option="position")
    for name in (FILTERS, KEY):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(FACETS, tokenizer_name="raw", index_option="basic", fast=True)
    for name in (ID, KIND, VERSION, VOTES):
        builder.add_integer_field(name, fast=True)
    builder.add_integer_field(CREATED, fast=True, indexed=True)
    builder.add_float_field(STANDING, fast=True)
    return builder.build()


def prepare(index: tantivy.Index) -> None:
    """Tell an index how its terms are cut (they come cut, with spaces between), and to look for nothing by itself.

    Left alone, a thread of Tantivy's reads the files anew when they change: should somebody cut one, the system would
    end the whole program. We open each commit ourselves, after looking at its files.
    """
    index.config_reader("manual")
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    index.register_tokenizer(TERMS_TOKENIZER, words.filter(tantivy.Filter.custom_stopword([FILLER])).build())


def entry_of(document: Document) -> tantivy.Document:
    """Return a document as the index takes it."""
    realm = realm_of(document)
    parts = [_cut(text, realm) for text in (document.title, document.body, document.answers)]
    wholes = [each for _, more in parts for each in more]
    words = [*parts[0][0], *GAP, *parts[1][0], *GAP, *parts[2][0], *GAP, *wholes][:MOST_PLACES]
    facets = facets_of(document)
    entry = tantivy.Document()
    entry.add_text(WORDS, " ".join(words))
    entry.add_text(TITLE, " ".join([*parts[0][0], *GAP, *parts[0][1]]))
    for each in facets:
        entry.add_text(FACETS, each)
    for name, value in (("audience", document.audience), ("kind", document.kind)):
        entry.add_text(FILTERS, filter_key(name, value).decode())
    for each in {*facets, *(filter_key("person", person).decode() for person in document.people)}:
        entry.add_text(FILTERS, each)
    entry.add_text(KEY, key_of(document.key))
    for name, number in (
        (ID, document.id),
        (KIND, KINDS.index(document.kind)),
        (VERSION, document.version),
        (CREATED, int(document.created_at.timestamp())),
        (VOTES, document.votes),
    ):
        entry.add_integer(name, number)
    entry.add_float(STANDING, weight_for(standing_of(document)))
    return entry


def facets_of(document: Document) -> set[str]:
    """Return the keys of a document that are counted among what was found."""
    keys = {filter_key("lang", document.language)}
    keys |= {filter_key("kind", document.kind), *(filter_key("tag", tag) for tag in document.tags)}
    if document.category is not None:
        keys.add(filter_key("category", document.category))
    if document.state is not None:
        keys.add(filter_key("state", document.state))
    if document.is_closed:
        keys.add(CLOSED)
    return {key.decode() for key in keys}


def key_of(key: DocumentKey) -> str:
    return f"{key.kind}:{key.id}"


def weight_for(factor: float) -> float:
    """Return what multiplies a score by `factor` (1 or more): Tantivy multiplies by log2(2 + weight)."""
    return max(2.0 ** max(factor, 1.0) - 2.0, 0.0)


def _cut(text: str, realm: str) -> tuple[list[str], list[str]]:
    """Return the terms of a text, one in each place, and the words with a hyphen as wholes, which have no place."""
    found = list(terms_and_places(text, language_of(realm)))
    if not found:
        return [], []
    words: list[str] = []
    wholes: list[str] = []
    for (term, place), (_, following) in pairwise([*found, ("", -1)]):
        written = f"{realm}:{term}"
        if place == following:
            # A word with a hyphen stands twice in its first place: as a whole, and as its first part, which comes last.
            wholes += [written, FILLER]
            continue
        words += [FILLER] * (place - len(words))
        words.append(written)
    return words, wholes
