"""From a parsed query, or a text, to clauses: one list per language, because each language has its own terms."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.search.analysis import LANGUAGES, fold, stem, tokens, words
from app.search.backend import SearchRequest, State
from app.search.query_language import Form, Term
from app.search.wider import NOTHING_WIDER, Wider

# Of a long text, the first words say what it is about.
MOST_WORDS, MOST_CHARACTERS_SEEN = 60, 2_000


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms at given distances from the first: `((0, b"en:address"), (1, b"en:book"))`. One term is a plain word."""

    terms: tuple[tuple[int, bytes], ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any term that begins so."""

    start: bytes
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Together:
    """All of these terms, anywhere in the document: the parts of a compound."""

    terms: tuple[bytes, ...]
    weight: float


Alternative = Phrase | Prefix | Together


@dataclass(frozen=True, slots=True)
class Clause:
    """What a document must contain: one of the alternatives. All its terms are of one language."""

    alternatives: tuple[Alternative, ...]
    in_title: bool = False


def term_key(language: str, term: str) -> bytes:
    return f"{language}:{term}".encode()


def filter_key(name: str, value: object) -> bytes:
    """Return the term of a filter. Values are folded, so that tag:IMAP finds imap."""
    return f"{name}:{fold(str(value))}".encode()


CLOSED = filter_key("closed", "yes")
# By what is: asks for, the terms of the states that count as it.
STATES = {
    "unanswered": (filter_key("state", State.OPEN),),
    "answered": (filter_key("state", State.ANSWERED), filter_key("state", State.ACCEPTED)),
    "accepted": (filter_key("state", State.ACCEPTED),),
    "closed": (CLOSED,),
}


def clauses_of(terms: Iterable[Term], language: str, wider: Wider = NOTHING_WIDER) -> list[Clause]:
    """Return one clause per term that means something in a language: stop words give none."""
    clauses = (_clause(term, language, wider) for term in terms)
    return [clause for clause in clauses if clause is not None]


def by_language(terms: Iterable[Term], wider: Wider = NOTHING_WIDER) -> dict[str, list[Clause]]:
    """Return language → clauses, without the languages in which nothing is left to look for."""
    wanted = tuple(terms)
    found = {language: clauses_of(wanted, language, wider) for language in LANGUAGES}
    return {language: clauses for language, clauses in found.items() if clauses}


def text_clauses(request: SearchRequest) -> dict[str, list[Clause]]:
    """Return language → one clause per different word of the text of a search."""
    text = request.query.words[:MOST_CHARACTERS_SEEN]
    return {each: word_clauses(text, each, is_typing=request.is_typing, wider=request.wider) for each in LANGUAGES}


def word_clauses(text: str, language: str, *, is_typing: bool, wider: Wider = NOTHING_WIDER) -> list[Clause]:
    """Return one clause per different word of a text. The last may be the beginning of a word that is being typed."""
    also = {stem(word, language): _alternatives(word, language, wider) for word in wider}
    clauses: dict[Clause, None] = {}
    for term, _ in tokens(text, language):
        if len(clauses) >= MOST_WORDS:
            break
        clauses[Clause((Phrase(((0, term_key(language, term)),)), *also.get(term, ())))] = None
    typed = words(text) if is_typing and text[-1:].isalnum() else []
    if typed and len(typed[-1]) >= 3:
        last = Clause((Phrase(((0, term_key(language, stem(typed[-1], language))),)),))
        clauses.pop(last, None)
        clauses[Clause((*last.alternatives, Prefix(term_key(language, typed[-1]))))] = None
    return list(clauses)


def _alternatives(word: str, language: str, wider: Wider) -> list[Alternative]:
    """Return what counts as a word in a language, besides itself."""
    found: list[Alternative] = []
    for each in wider.get(word, ()):
        terms = list(tokens(each.text, language)) if language in each.languages else []
        if not terms:
            continue
        keys = [term_key(language, token.term) for token in terms]
        if each.in_order:
            first = terms[0].place
            chain = {token.place - first: key for token, key in zip(terms, keys, strict=True)}
            found.append(Phrase(tuple(chain.items()), each.weight))
        else:
            found.append(Together(tuple(dict.fromkeys(keys)), each.weight))
    return found


def _clause(term: Term, language: str, wider: Wider) -> Clause | None:
    if term.form is Form.PREFIX:
        start = fold(term.text)
        whole = Phrase(((0, term_key(language, stem(start, language))),))
        return Clause((Prefix(term_key(language, start)), whole), term.in_title)
    found = list(tokens(term.text, language))
    if not found:
        return None
    first = found[0].place
    # A word with a hyphen stands twice in its first place: as a whole, and as its first part, which comes last.
    chain = {token.place: token for token in found}.values()
    alternatives: list[Alternative] = [
        Phrase(tuple((token.place - first, term_key(language, token.term)) for token in chain))
    ]
    if term.form is Form.WORD and len(found) > 1 and found[1].place == first:
        alternatives.append(Phrase(((0, term_key(language, found[0].term)),)))
    if term.form is Form.WORD and wider:
        alternatives += _alternatives(fold(term.text), language, wider)
    return Clause(tuple(alternatives), term.in_title)
