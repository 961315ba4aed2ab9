"""One to three sentences that answer a search, taken word for word from what was validated or confirmed, or nothing.

No text is made up: whole sentences are taken out of an answer that solved a question, or out of a validated article,
and shown with where they stand, from when they are and how that is known. Where no such text has most of the words,
there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import Row, Select, String, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.community.links import question_url
from app.community.models.posts import Answer, Question
from app.community.queries.visibility import answer_there, visible
from app.db import db
from app.knowledge.links import article_path
from app.knowledge.models.articles import Article
from app.knowledge.queries.visibility import suggested
from app.prose.sentences import Sentence, whole_sentences
from app.search.analysis import LANGUAGES, index_language, tokens
from app.search.backend import IndexBusy, IndexUnusable
from app.search.clauses import term_key
from app.search.documents import ARTICLE, QUESTION
from app.search.engine import document_count, search_engine
from app.search.highlights import Marker, Piece
from app.search.vocabulary import Frequencies
from app.search.weighing import idf

# Of the words asked for, the sentences and the title above them must have so many together. Chosen by ./dev bench
# thresholds: beside 0.6 as many right answers and fewer wrong ones; more than this costs right ones.
LEAST_SHARE = 0.7
MOST_SENTENCES, LONGEST = 3, 420
SHORTEST_SENTENCE = 25
MOST_LOOKED_AT, MOST_PLACES = 3, 60
# One of the words must weigh so much: stand in fewer than about one document in eight. Where all are more common (not,
# new, work), whatever has them answers nothing. Before it stands in a few documents, no word is common.
LEAST_WEIGHT, COMMON_FROM = 2.0, 8


@dataclass(frozen=True)
class Suggestion:
    """Sentences of somebody's own, where they stand, since when, and how it is known: `solved` or `validated`."""

    pieces: Sequence[Piece]
    title: str
    href: str
    language: str
    at: datetime
    how: str


@dataclass(frozen=True)
class _Text:
    title: str
    html: str
    href: str
    language: str
    at: datetime
    how: str


def suggested_answer(
    viewer: Actor, wanted: Sequence[str], found: Sequence[tuple[str, int]], marker: Marker, *, language: str = ""
) -> Suggestion | None:
    """Return an answer to these words out of the first things found, as (kind, id); None below the threshold.

    What has the words in this language goes before what has them in another: an article found in another one is looked
    at in this one too. One statement for the texts at most; where there is an answer, it is asked what its words weigh.
    """
    first = found[:MOST_LOOKED_AT]
    known = _texts_of(viewer, first)
    in_hers = [next((each for each in known.get(key, ()) if each.language == language), None) for key in first]
    as_found = [next(iter(known.get(key, ())), None) for key in first]
    for texts in (in_hers, as_found):
        best = best_sentences([(each.title, each.html, each.language) if each else None for each in texts], wanted)
        text = texts[best[0]] if best else None
        if best and text and _weighs_enough(wanted):
            pieces = marker.marked(best[1], text.language)
            return Suggestion(pieces, text.title, text.href, text.language, text.at, text.how)
    return None


def best_sentences(
    texts: Sequence[tuple[str, str, str] | None], wanted: Sequence[str], *, least: float = LEAST_SHARE
) -> tuple[int, str] | None:
    """Return which of these texts, given as (title, HTML, language), answers best, and its sentences.

    None where none has so large a share of the words. One that was found later needs more of them.
    """
    best: tuple[float, int, str] | None = None
    for place, each in enumerate(texts):
        if each is None:
            continue
        title, html, language = each
        share, said = _sentences(html, title, wanted, index_language(language))
        if share >= least and said and (best is None or share - place / 10 > best[0]):
            best = (share - place / 10, place, said)
    return best[1:] if best else None


def weighs_enough(wanted: Sequence[str], frequencies: Frequencies, count_documents: Callable[[], int]) -> bool:
    """Say whether one of these words is rare enough that what has it may answer. Raises what an engine raises."""
    keys = [{term_key(each, term) for each in LANGUAGES for term, _ in tokens(word, each)} for word in wanted]
    counts = frequencies(set().union(*keys))
    standing_in = [max((counts.get(key, 0) for key in of_word), default=0) for of_word in keys if of_word]
    if any(count < COMMON_FROM for count in standing_in):
        return True
    documents = count_documents()
    return any(idf(count, of=documents) >= LEAST_WEIGHT for count in standing_in)


def _weighs_enough(wanted: Sequence[str]) -> bool:
    try:
        return weighs_enough(wanted, search_engine().frequencies, document_count)
    except (IndexUnusable, IndexBusy):
        return False  # it went away since it was searched


def _texts_of(viewer: Actor, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], list[_Text]]:
    """Return (kind, id) → what is confirmed or validated of these; an article in each language, that found first."""
    known: dict[str, list[int]] = {}
    for kind, number in keys:
        known.setdefault(kind, []).append(number)
    parts = [_ASKED[kind](viewer, ids) for kind, ids in known.items() if kind in _ASKED]
    if not parts:
        return {}
    found: dict[tuple[str, int], list[_Text]] = {}
    for row in sorted(db.session.execute(union_all(*parts)), key=lambda row: (row.id != row.own_id, row.own_id)):
        html = f"<p>{escape(row.summary)}</p>{row.html}" if row.summary else row.html
        text = _Text(row.title, html, _LINKS[row.kind](row), row.language, row.at, _HOW[row.kind])
        found.setdefault((row.kind, row.id), []).append(text)
    return found


def _of_questions(viewer: Actor, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    own = _columns(QUESTION, Question.id, Question, summary=literal(""), html=Answer.body_html)
    since = func.coalesce(Question.accepted_at, Answer.created_at)
    answer = _named(address=cast(Answer.id, String), language=Answer.language, at=since)
    solved = select(*own, *answer).join(Answer, Answer.id == Question.accepted_answer_id)
    return solved.where(Question.id.in_(ids), visible(viewer), answer_there())


def _of_articles(viewer: Actor, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    found = aliased(Article)
    own = _columns(ARTICLE, found.id, Article, summary=Article.summary, html=Article.body_html)
    since = func.coalesce(Article.verified_at, Article.changed_at)
    query = select(*own, *_named(address=Article.slug, language=Article.language, at=since))
    family = func.coalesce(found.translation_of_id, found.id)
    told = query.join(found, or_(Article.id == family, Article.translation_of_id == family))
    return told.where(found.id.in_(ids), suggested(viewer), Article.validation == "validated")


def _columns(kind: str, found_id: Any, model: Any, **more: Any) -> list[Any]:
    return _named(kind=literal(kind), id=found_id, own_id=model.id, title=model.title, **more)


def _named(**columns: Any) -> list[Any]:
    return [column.label(name) for name, column in columns.items()]


_ASKED = {QUESTION: _of_questions, ARTICLE: _of_articles}
_HOW = {QUESTION: "solved", ARTICLE: "validated"}
_LINKS: dict[str, Callable[[Row[Any]], str]] = {
    QUESTION: lambda row: f"{question_url(row.own_id, row.title)}#a{row.address}",
    ARTICLE: lambda row: article_path(row.address),
}


def _sentences(html: str, title: str, wanted: Sequence[str], language: str) -> tuple[float, str]:
    """Return which share of the words stands in the title or in the best sentences, and these, as they follow."""
    roots = {term for word in wanted for term, _ in tokens(word, language)}
    in_title = roots & {term for term, _ in tokens(title, language)}
    # Who types one word wants what is about it and says something of it: what only mentions it is no answer.
    is_one_word = len(roots) == 1
    if not roots or (is_one_word and not in_title):
        return 0.0, ""
    runs = whole_sentences(html)
    places = [
        (run, at) for run in runs for at, each in enumerate(run) if SHORTEST_SENTENCE <= len(each.text) <= LONGEST
    ]
    places = places[:MOST_PLACES]
    had = [roots & {term for term, _ in tokens(run[at].text, language)} for run, at in places]
    if not places or (is_one_word and not any(had)):
        return 0.0, ""
    # The sentence with most of the words; an answer to the title's own words begins at its beginning.
    best = max(range(len(places)), key=lambda n: (len(had[n] - in_title), len(had[n]), -n))
    run, at = places[best]
    said = " ".join(each.text for each in _from(run[at:]))
    covered = in_title | (roots & {term for term, _ in tokens(said, language)})
    return len(covered) / len(roots), said


def _from(run: Sequence[Sentence]) -> list[Sentence]:
    """Return the first sentences of these that are short enough together. What no sign ends stands alone."""
    chosen = [run[0]]
    for each in run[1:MOST_SENTENCES] if run[0].is_ended else ():
        if not each.is_ended or sum(len(one.text) for one in (*chosen, each)) > LONGEST:
            break
        chosen.append(each)
    return chosen
