"""How well search finds what is known to be right, against plain BM25 and PostgreSQL's default.

    ./dev bench finding [--searches N] [--engines tantivy,whoosh,postgresql]

How the measured sets are made: bench/_measured_sets.py. The first five that are found count: recall@5 is the share of
searches whose right answer is among them, MRR the mean of 1 / its place (0 where it is not among the first ten). What
asks is never counted as found. Titles and passages are typed into the search box, and found is what its page shows; the
rest is what a question being asked would find beside it.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
import tantivy

from app.db import own_session
from app.search import widening
from app.search.analysis import words
from app.search.backend import Document, SearchEngine, SearchRequest
from app.search.mixing import is_little, some_of
from app.search.query_language import parse
from bench._figures import conclude, state
from bench._measured_sets import Measured, Sought, communities, sets
from bench.engines import engine_called, tidied

PUBLIC = frozenset({"public"})
Finder = Callable[[str], list[int]]


def main() -> None:
    """Measure each set on each engine."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.engines.split(","):
            with engine_called(name, Path(scratch) / name) as engine:
                for community, (threads, links) in communities().items():
                    for measured in sets(community, threads, links, options.searches):
                        _quality(engine, measured, is_first=name == options.engines.split(",")[0])
    conclude()


def _quality(engine: SearchEngine, measured: Measured, *, is_first: bool) -> None:
    engine.rebuild(iter(measured.documents))
    tidied(engine)
    is_typed = measured.name.endswith(("title", "passage", "accepted"))
    ours: Finder = (lambda text: typed(engine, text)) if is_typed else (lambda text: _beside(engine, text))
    what = f"{measured.name} ({len(measured.sought)} searches, {len(measured.documents):,} documents)"
    recall, mrr, took = _found(ours, measured.sought)
    state("finding", f"{what}: {engine.name}", f"recall@5 {recall:.3f}, MRR {mrr:.3f}, p50 {took:.1f} ms")
    if is_first:
        recall, mrr, took = _found(plain_bm25(measured.documents), measured.sought)
        state("finding", f"{what}: plain BM25", f"recall@5 {recall:.3f}, MRR {mrr:.3f}")
    if engine.name == "postgresql":
        with _default_of_postgresql(measured.documents) as find:
            for joined in (" & ", " | "):
                few = measured.sought[:150]
                recall, mrr, took = _found(lambda text, sign=joined: find(text, sign), few)  # type: ignore[misc]
                said = "all words" if joined == " & " else "any words"
                told = f"recall@5 {recall:.3f}, MRR {mrr:.3f}, p50 {took:.1f} ms ({len(few)} searches)"
                state("finding", f"{what}: PostgreSQL's default, {said}", told)


def _found(find: Finder, sought: Sequence[Sought]) -> tuple[float, float, float]:
    """Return recall@5, MRR of the first ten, and the median time in ms."""
    places, times = [], []
    for each in sought:
        started = time.perf_counter()
        ids = [number for number in find(each.text) if number != each.but][:10]
        times.append((time.perf_counter() - started) * 1000)
        places.append(ids.index(each.right) + 1 if each.right in ids else 0)
    recall = sum(0 < place <= 5 for place in places) / len(places)
    return recall, statistics.mean(1 / place if place else 0.0 for place in places), statistics.median(times)


def typed(engine: SearchEngine, text: str, *, is_wide: bool = True) -> list[int]:
    """Return what the first page of a search shows: what has all words and, where that is little, what has most."""
    request = request_of(engine, text, is_wide=is_wide)
    hits = engine.search(request)
    further = some_of(engine, request).hits if is_little(hits) else ()
    return list(dict.fromkeys(hit.key.id for hit in (*hits.hits, *further)))


def request_of(engine: SearchEngine, text: str, *, is_wide: bool = True) -> SearchRequest:
    """Return the search for what is typed, widened as the product does."""
    query = parse(text)
    wider = widening.for_terms(query.terms, engine.frequencies, ()) if is_wide else {}
    return SearchRequest(query=query, audiences=PUBLIC, wider=wider, language="en")


def _beside(engine: SearchEngine, text: str) -> list[int]:
    wider = widening.for_text(text, engine.frequencies, (), is_typing=False)
    hits = engine.similar(text, audiences=PUBLIC, language="en", limit=12, wider=wider).hits
    return [hit.key.id for hit in hits]


def plain_bm25(documents: Iterable[Document]) -> Finder:
    """Return a search as a newcomer would build it: one field, English stems, BM25, any word."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="en_stem")
    builder.add_integer_field("id", fast=True)
    index = tantivy.Index(builder.build())
    with index.writer(100_000_000, 1) as writer:
        for each in documents:
            text = f"{each.title}\n{each.body}\n{each.answers}"
            writer.add_document(tantivy.Document(words=[text], id=[each.id]))
    index.reload()
    searcher = index.searcher()

    def find(text: str) -> list[int]:
        query, _ = index.parse_query_lenient(" ".join(words(text)), ["words"])
        places = [place for _, place in searcher.search(query, 12).hits]
        return [int(number or 0) for number in searcher.fast_field_values("id", places)]

    return find


@contextmanager
def _default_of_postgresql(documents: Iterable[Document]) -> Iterator[Callable[[str, str], list[int]]]:
    """Give a search as PostgreSQL's manual shows it: to_tsvector('english'), plainto_tsquery, ts_rank."""
    with own_session() as session:
        session.execute(sa.text("CREATE TEMPORARY TABLE plain (id bigint, words tsvector)"))
        rows = [
            {"id": each.id, "text": f"{each.title}\n{each.body}\n{each.answers}"[:400_000].replace("\0", "")}
            for each in documents
        ]
        session.execute(sa.text("INSERT INTO plain VALUES (:id, to_tsvector('english', :text))"), rows)
        session.execute(sa.text("CREATE INDEX plain_words ON plain USING gin (words)"))
        session.execute(sa.text("ANALYZE plain"))
        asked = sa.text(
            "SELECT id FROM plain, (SELECT CAST(replace(CAST(plainto_tsquery('english', :text) AS text), ' & ', :sign)"
            " AS tsquery) AS q) AS asked WHERE words @@ q ORDER BY ts_rank(words, q) DESC, id LIMIT 12"
        )
        yield lambda text, sign: list(session.scalars(asked, {"text": text.replace("\0", ""), "sign": sign}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench finding")
    parser.add_argument("--searches", type=int, default=400)
    engines = "tantivy,whoosh,postgresql" if os.environ.get("SAMEN_BENCH_POSTGRES") else "tantivy,whoosh"
    parser.add_argument("--engines", default=engines)
    return parser.parse_args()


if __name__ == "__main__":
    main()
