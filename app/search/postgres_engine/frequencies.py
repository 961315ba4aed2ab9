"""In how many documents clauses stand: one statement for all the terms of a search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.search.clauses import Clause, Phrase, Prefix
from app.search.postgres_engine.tables import WORDS
from app.search.weighing import idf

_COUNTS = text(
    "SELECT word, documents FROM search_words WHERE word = ANY(CAST(:words AS text[]))"
    " UNION ALL"
    " SELECT start || '*', (SELECT coalesce(sum(documents), 0) FROM search_words WHERE word >= start"
    " AND word < start || :last) FROM unnest(CAST(:starts AS text[])) AS start"
)
# Behind every word that begins so.
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Counts by term, and by beginning with a star; in an index of so many documents."""

    counts: Mapping[str, int]
    documents: int

    @classmethod
    def read(cls, session: Session, clauses: Iterable[Clause], *, documents: int) -> Frequencies:
        """Look up every term of the clauses."""
        words: set[str] = set()
        starts: set[str] = set()
        for clause in clauses:
            for each in clause.alternatives:
                if isinstance(each, Phrase):
                    words.update(term.decode() for _, term in each.terms)
                else:
                    starts.add(each.start.decode())
        given = {"words": sorted(words), "starts": sorted(starts), "last": _LAST}
        return cls({word: int(count) for word, count in session.execute(_COUNTS, given)}, documents)

    def of(self, clause: Clause) -> int:
        """Return in how many documents a clause stands at most; 0 means in none."""
        return min(max(map(self._of_alternative, clause.alternatives)), self.documents)

    def weights(self, clauses: Sequence[Clause]) -> dict[Clause, float]:
        """Return the share of each clause that stands anywhere in the weight of all of these."""
        weighed = {clause: idf(self.of(clause), of=self.documents) for clause in clauses}
        possible = sum(weighed.values())
        return {clause: weight / possible for clause, weight in weighed.items() if self.of(clause)}

    def _of_alternative(self, alternative: Phrase | Prefix) -> int:
        if isinstance(alternative, Phrase):
            return min(self.counts.get(term.decode(), 0) for _, term in alternative.terms)
        return self.counts.get(f"{alternative.start.decode()}*", 0)


def terms_from(session: Session, beginning: bytes, *, most: int) -> list[tuple[bytes, int]]:
    """Return the first terms that begin so, and in how many documents each stands."""
    start = beginning.decode()
    column = WORDS.c.word
    rows = session.execute(
        select(column, WORDS.c.documents).where(column >= start, column < start + _LAST).order_by(column).limit(most)
    )
    return [(word.encode(), count) for word, count in rows]
