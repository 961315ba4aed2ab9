"""In how many documents clauses stand: looked up for all the terms of a search at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, select, text
from sqlalchemy import column as named
from sqlalchemy.orm import Session

from app.search.clauses import Alternative, Clause, Phrase, Prefix, Together, in_public
from app.search.weighing import essential, idf

_COUNTS = text(
    "SELECT word, documents FROM search_words WHERE word = ANY(CAST(:words AS text[]))"
    " UNION ALL"
    " SELECT start || '*', (SELECT coalesce(sum(documents), 0) FROM search_words WHERE word >= start"
    " AND word < start || :last) FROM unnest(CAST(:starts AS text[])) AS start"
)
# The same as one value, for a statement that asks for more than this.
_each = _COUNTS.columns(named("word"), named("documents")).subquery()
COUNTS: ScalarSelect[object] = select(func.json_object_agg(_each.c.word, _each.c.documents)).scalar_subquery()
# Behind every word that begins so.
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Counts by term, and by beginning with a star; in an index of so many documents."""

    counts: Mapping[str, int]
    documents: int

    def of(self, clause: Clause) -> int:
        """Return in how many documents a clause stands at most; 0 means in none."""
        return min(max(map(self._of_alternative, clause.alternatives)), self.documents)

    def weights(self, clauses: Sequence[Clause]) -> dict[Clause, float]:
        """Return the share of each clause that stands anywhere in the weight of all of these."""
        weighed = {clause: idf(self.of(in_public(clause)), of=self.documents) for clause in clauses}
        possible = sum(weighed.values())
        return {clause: weight / possible for clause, weight in weighed.items() if self.of(clause)}

    def parted(
        self, realms: Iterable[Sequence[Clause]], least: float
    ) -> tuple[dict[Clause, float], dict[Clause, float], float]:
        """Return the clauses, given by realm, that find what has `least` of the weight of a realm, and those that only
        count beside them, with their weights; and how much the latter weigh at most in one realm.

        So many of the lightest stand beside that two of the others are needed still: documents with one are too many.
        """
        finding: dict[Clause, float] = {}
        beside: dict[Clause, float] = {}
        rest = 0.0
        for clauses in realms:
            weighed = self.weights(clauses)
            needed = essential(list(weighed.values()), least - max(weighed.values(), default=0.0))
            for (clause, weight), is_needed in zip(weighed.items(), needed, strict=True):
                (finding if is_needed else beside)[clause] = weight
            rest = max(rest, sum(weighed[clause] for clause in weighed.keys() & beside.keys()))
        return finding, beside, rest

    def _of_alternative(self, alternative: Alternative) -> int:
        if isinstance(alternative, Prefix):
            return self.counts.get(f"{alternative.start.decode()}*", 0)
        return min(self.counts.get(term, 0) for term in _terms(alternative))


def to_look_up(clauses: Iterable[Clause]) -> dict[str, object]:
    """Return the values to give to COUNTS: every term of the clauses, and what everybody may know of it."""
    words: set[str] = set()
    starts: set[str] = set()
    for clause in clauses:
        for each in {*clause.alternatives, *in_public(clause).alternatives}:
            if isinstance(each, Prefix):
                starts.add(each.start.decode())
            else:
                words.update(_terms(each))
    return {"words": sorted(words), "starts": sorted(starts), "last": _LAST}


def _terms(alternative: Phrase | Together) -> list[str]:
    terms = alternative.terms if isinstance(alternative, Together) else (term for _, term in alternative.terms)
    return [term.decode() for term in terms]


def counts_of(session: Session, keys: Collection[bytes]) -> dict[bytes, int]:
    """Return in how many documents each of these terms stands, without those that stand nowhere."""
    given = {"words": [key.decode() for key in keys], "starts": [], "last": _LAST}
    return {word.encode(): int(count) for word, count in session.execute(_COUNTS, given)}
