"""One to three sentences that answer a search, taken word for word from what was validated or confirmed, or nothing.

No text is made up: sentences are cut out of an answer that solved a question, or out of a validated article, and shown
with where they stand, from when they are and how that is known. Where no such text has most of the words, there is
none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, String, cast, func, literal, select, union_all

from app.actor import Actor
from app.community.links import question_url
from app.community.models.posts import Answer, Question
from app.community.queries.visibility import answer_there, visible
from app.db import db
from app.knowledge.links import article_path
from app.knowledge.models.articles import Article
from app.knowledge.queries.visibility import suggested
from app.prose.extract import plain_text
from app.search.analysis import index_language, tokens
from app.search.documents import ARTICLE, QUESTION
from app.search.highlights import Marker, Piece

# Of the words asked for, the sentences and the title above them must have so many together. Chosen by ./dev bench
# thresholds: beside 0.6 as many right answers and fewer wrong ones; more than this costs right ones.
LEAST_SHARE = 0.7
MOST_SENTENCES, LONGEST = 3, 420
SHORTEST_SENTENCE = 25
MOST_LOOKED_AT = 3
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\s|$)|[.!?][^\s.!?]+[^.!?\n]*)*[.!?]?")


@dataclass(frozen=True)
class Suggestion:
    """Sentences of somebody's own, where they stand, since when, and how it is known: `solved` or `validated`."""

    pieces: Sequence[Piece]
    title: str
    href: str
    language: str
    at: datetime
    how: str


def suggested_answer(
    viewer: Actor, wanted: Sequence[str], found: Sequence[tuple[str, int]], marker: Marker
) -> Suggestion | None:
    """Return an answer to these words out of the first things found, as (kind, id); None below the threshold.

    One statement at most.
    """
    first = found[:MOST_LOOKED_AT]
    texts = _texts_of(viewer, first)
    known = [texts.get(key) for key in first]
    best = best_sentences([each and (each[0], plain_text(each[1]), each[3]) for each in known], wanted)
    if best is None:
        return None
    place, text = best
    title, _html, href, language, at, how = texts[first[place]]
    return Suggestion(marker.marked(text, language), title, href, language, at, how)


def best_sentences(
    texts: Sequence[tuple[str, str, str] | None], wanted: Sequence[str], *, least: float = LEAST_SHARE
) -> tuple[int, str] | None:
    """Return which of these texts, given as (title, plain text, language), answers best, and its sentences.

    None where none has so large a share of the words. One that was found later needs more of them.
    """
    best: tuple[float, int, str] | None = None
    for place, each in enumerate(texts):
        if each is None:
            continue
        title, text, language = each
        share, said = _sentences(text, title, wanted, index_language(language))
        if share >= least and said and (best is None or share - place / 10 > best[0]):
            best = (share - place / 10, place, said)
    return best[1:] if best else None


_Text = tuple[str, str, str, str, datetime, str]


def _texts_of(viewer: Actor, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], _Text]:
    """Return what is confirmed or validated: (kind, id) → title, HTML, address, language, since when, how known."""
    known: dict[str, list[int]] = {}
    for kind, number in keys:
        known.setdefault(kind, []).append(number)
    parts = [_ASKED[kind](viewer, ids) for kind, ids in known.items() if kind in _ASKED]
    if not parts:
        return {}
    rows = db.session.execute(union_all(*parts))
    return {
        (row.kind, row.id): (row.title, row.html, _LINKS[row.kind](row), row.language, row.at, _HOW[row.kind])
        for row in rows
    }


def _of_questions(viewer: Actor, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    own = (literal(QUESTION).label("kind"), Question.id.label("id"), Question.title.label("title"))
    since = func.coalesce(Question.accepted_at, Answer.created_at).label("at")
    answer = (
        Answer.body_html.label("html"),
        cast(Answer.id, String).label("address"),
        Answer.language.label("language"),
    )
    solved = select(*own, *answer, since).join(Answer, Answer.id == Question.accepted_answer_id)
    return solved.where(Question.id.in_(ids), visible(viewer), answer_there())


def _of_articles(viewer: Actor, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    html = ("<p>" + Article.summary + "</p>" + Article.body_html).label("html")
    own = (literal(ARTICLE).label("kind"), Article.id.label("id"), Article.title.label("title"), html)
    since = func.coalesce(Article.verified_at, Article.changed_at).label("at")
    query = select(*own, Article.slug.label("address"), Article.language.label("language"), since)
    return query.where(Article.id.in_(ids), suggested(viewer), Article.validation == "validated")


_ASKED = {QUESTION: _of_questions, ARTICLE: _of_articles}
_HOW = {QUESTION: "solved", ARTICLE: "validated"}
_LINKS: dict[str, Callable[[Row[Any]], str]] = {
    QUESTION: lambda row: f"{question_url(row.id, row.title)}#a{row.address}",
    ARTICLE: lambda row: article_path(row.address),
}


def _sentences(text: str, title: str, wanted: Sequence[str], language: str) -> tuple[float, str]:
    """Return which share of the words stands in the title or in the best sentences, and these, as they follow."""
    roots = {term for word in wanted for term, _ in tokens(word, language)}
    if not roots:
        return 0.0, ""
    in_title = roots & {term for term, _ in tokens(title, language)}
    sentences = [" ".join(each[0].split()) for each in _SENTENCE.finditer(text)]
    sentences = [each for each in sentences if len(each) >= SHORTEST_SENTENCE][:60]
    had = [roots & {term for term, _ in tokens(each, language)} for each in sentences]
    if not sentences:
        return 0.0, ""
    # The sentence with most of the words; an answer to the title's own words begins at its beginning.
    start = max(range(len(sentences)), key=lambda n: (len(had[n] - in_title), len(had[n]), -n)) if any(had) else 0
    chosen: list[str] = []
    length = 0
    for each in sentences[start : start + MOST_SENTENCES]:
        if chosen and length + len(each) > LONGEST:
            break
        chosen.append(each)
        length += len(each)
    covered = set().union(in_title, *had[start : start + len(chosen)])
    return len(covered) / len(roots), " ".join(chosen)
