"""After which searches a question was asked: told by the words they have in common, because nobody's path is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select, update

from app import clock
from app.db import db
from app.search.analysis import index_language, tokens
from app.search.backend import IndexBusy, IndexUnusable
from app.search.clauses import term_key
from app.search.engine import document_count, search_engine
from app.search.models import Searched
from app.search.weighing import idf

# Of the weight of the words of a search that found nothing, the question has so much: people put it in other words when
# they ask. What found something was looked for by others too, so there it takes all words, and more than one.
LEAST_SHARED = 0.5
MOST_LOOKED_AT = 2_000


def count_asked_after(title: str, excerpt: str, language: str) -> None:
    """Count that this was asked after the searches of today and yesterday that it resembles."""
    rule = index_language(language)
    asked = _roots(f"{title}\n{excerpt}", rule)
    latest = select(Searched.id, Searched.text, Searched.found).where(
        Searched.place == "search", Searched.day >= clock.now().date() - timedelta(days=1)
    )
    rows = db.session.execute(latest.order_by(Searched.id.desc()).limit(MOST_LOOKED_AT)).all()
    looked_for = [(row.id, _roots(row.text, rule), row.found) for row in rows]
    near = [each for each in looked_for if each[1] & asked]
    weights = _weights(sorted(set().union(*(roots for _, roots, found in near if not found))), rule)
    after = [number for number, roots, found in near if _is_followed(roots, asked, weights, found=found)]
    if after:
        db.session.execute(update(Searched).where(Searched.id.in_(after)).values(asked=Searched.asked + 1))


def _is_followed(roots: frozenset[str], asked: frozenset[str], weights: Mapping[str, float], *, found: int) -> bool:
    if found:
        return len(roots) > 1 and roots <= asked
    shared, whole = (sum(weights[each] for each in some) for some in (roots & asked, roots))
    return shared >= LEAST_SHARED * whole


def _weights(roots: Sequence[str], rule: str) -> dict[str, float]:
    """Return how rare these words are; all the same while nobody can say. Without words, nothing is looked up."""
    keys = {root: term_key(rule, root) for root in roots}
    if not keys:
        return {}
    try:
        counts, documents = search_engine().frequencies(list(keys.values())), document_count()
    except (IndexUnusable, IndexBusy):
        return dict.fromkeys(roots, 1.0)
    return {root: idf(counts.get(key, 0), of=documents) for root, key in keys.items()}


def _roots(text: str, rule: str) -> frozenset[str]:
    return frozenset(term for term, _ in tokens(text, rule))
