"""The interface every search engine keeps: what goes in, what comes out, and how it says that it is broken.

An engine finds ids. It never shows text: hits are loaded again through the queries of the package that owns them, so a
stale index cannot show what the database hides, and highlights are made from the text that was just loaded.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from app.search.query_language import Query, of_text
from app.search.wider import NOTHING_WIDER, Wider


class State(StrEnum):
    """How far a question has come. An accepted one is also answered: `is:answered` finds both.

    Of other things only articles have one: they answer, and validated ones are as good as accepted.
    CLOSED has no answer and takes none; a closed question with answers counts by these (and is `is_closed` too).
    """

    OPEN = "open"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    CLOSED = "closed"


class DocumentKey(NamedTuple):
    """What a document is about. The kind is a word such as `question`; the id is never used again for another."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One thing that can be found: a question with all its answers, later an article or a service.

    The texts are plain (no HTML). `audience` is the one token of the row (`public`, `org:7`); `people` are the ids of
    everybody who wrote in it, the asker first. `version` grows with every change, so that two sides can be compared.
    `state` is that of a question, or an article, which is answered; None for what is never asked or answered.
    `confidence` in [0, 1] says how sure its owner is of it by now (articles); None where nothing says so.
    """

    kind: str
    id: int
    version: int
    audience: str
    language: str
    title: str
    body: str = ""
    answers: str = ""
    tags: tuple[str, ...] = ()
    category: str | None = None
    state: State | None = None
    is_closed: bool = False
    people: tuple[int, ...] = ()
    created_at: datetime
    updated_at: datetime
    votes: int = 0
    answer_count: int = 0
    confidence: float | None = None

    @property
    def key(self) -> DocumentKey:
        return DocumentKey(self.kind, self.id)


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    VOTES = "votes"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """One search on behalf of one viewer.

    Only documents whose audience is in `audiences` are found; none is found when it is empty. `wider` says
    which other words count as typed ones (app.search.widening). `people` translates the
    names typed after `author:` into ids: a name that nobody has maps to an empty set. Nothing beyond the first
    `MOST_HITS` is shown, whatever offset and limit say. `language` is that of a text (`Query.is_text`), empty where
    nobody knows; while it is being typed, its last word may be unfinished. What is shown to who did not ask for it has
    to resemble it more; and `least` is what share of its weight a document has to have in any case.
    """

    query: Query
    audiences: frozenset[str]
    wider: Wider = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()
    people: Mapping[str, frozenset[int]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 20
    with_facets: bool = False
    language: str = ""
    is_typing: bool = False
    is_unasked: bool = False
    least: float = 0.0

    @property
    def is_empty(self) -> bool:
        """Say whether nothing can be found: nobody asks, or for nothing. A kind alone is something: its newest."""
        return not self.audiences or (self.query.is_empty and not self.kinds)


MOST_HITS = 1000
# The properties whose values are counted among all hits.
FACETS = ("kind", "state", "closed", "category", "tag", "lang")


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found. `coverage` in [0, 1] is the share of the query's weight that it contains."""

    key: DocumentKey
    version: int
    score: float
    coverage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """The found page. `total` is exact unless `is_complete` is false: then the time was up and it is a lower bound.

    `all_words` is false when nothing had all words and the hits have only some of them, as what resembles a text has.
    `facets` counts, per field, the
    values among all hits.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    is_complete: bool = True
    all_words: bool = True
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """What operators see of an index."""

    engine: str
    documents: int
    parts: int
    size_bytes: int
    generation: int
    changed_at: datetime


class IndexUnusable(Exception):
    """Raised by any method when the index cannot answer. The caller searches the database and has it rebuilt."""


class IndexMissing(IndexUnusable):
    """There is no index, or one made by another version of Samen."""


class IndexDamaged(IndexUnusable):
    """There is an index, and it is not what was written."""


class IndexBusy(Exception):
    """Another process is writing. Nothing was changed; try again later."""


class SearchEngine(Protocol):
    """What Samen asks of a search engine. Each engine keeps the promises of tests/search/test_engines.py."""

    name: str

    def search(self, request: SearchRequest) -> Hits:
        """Find documents that have all words, else some of them; of a text, what resembles it by its rarest words.

        Raises IndexUnusable; never raises because of what the query says.
        """
        ...

    def similar(
        self,
        text: str,
        *,
        audiences: frozenset[str],
        language: str,
        kinds: frozenset[str] = frozenset(),
        limit: int = 5,
        is_typing: bool = False,
        wider: Wider = NOTHING_WIDER,
        least: float = 0.0,
    ) -> Hits:
        """Search for what so resembles a text that it may be shown unasked, and has `least` of its weight.

        With `is_typing` the last word may be unfinished.
        """
        return self.search(
            SearchRequest(
                query=of_text(text),
                audiences=audiences,
                language=language,
                kinds=kinds,
                limit=limit,
                is_typing=is_typing,
                is_unasked=True,
                wider=wider,
                least=least,
            )
        )

    def frequencies(self, keys: Collection[bytes]) -> Mapping[bytes, int]:
        """Return in how many documents each of these terms stands (`clauses.term_key`); those that stand nowhere are
        left out.

        What is for some only has keys of its own. Search with a word before it is told: its documents may be gone.
        """
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Keep other writers away for the block, so that what is read in it is the newest when it is applied in it.

        `apply` and `rebuild` do so by themselves where it was not done around them. Raises IndexBusy.
        """
        ...

    def apply(self, upserts: Sequence[Document], deletes: Sequence[DocumentKey]) -> None:
        """Put and take away documents as one change. When it returns, or inside `writing`
        when that ends, the change survives a power cut.

        May be repeated without harm. Raises IndexBusy, or IndexUnusable when there is no sound index to change.
        """
        ...

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Make the index anew from these documents, return how many. The old one answers until the new one is whole."""
        ...

    def versions(self, kind: str) -> Mapping[int, int]:
        """Return id → version of every document of a kind, so that the index can be compared with the database."""
        ...

    def check(self) -> IndexStatus:
        """Read everything once and compare it with its seal. Raises IndexUnusable."""
        ...

    def status(self) -> IndexStatus:
        """Describe the index without reading all of it. Raises IndexUnusable."""
        ...
