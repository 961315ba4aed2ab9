"""From a parsed query, or a text, to clauses: one list per realm, because each realm has its own terms.

A realm is a language, and whether everybody may read it: `nl`, or `nl-` for what is for some only. So nothing that
somebody may not read changes what she finds: neither what counts as a slip, nor how much a word weighs.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from app.privacy.audiences import PUBLIC
from app.search.analysis import LANGUAGES, fold, index_language, stem, tokens, words
from app.search.backend import Document, SearchRequest, State
from app.search.query_language import Form, Term
from app.search.wider import NOTHING_WIDER, Wider

# Behind the language: for some only.
PRIVATE = "-"
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
    """What a document must contain: one of the alternatives. All its terms are of one realm."""

    alternatives: tuple[Alternative, ...]
    in_title: bool = False


def term_key(realm: str, term: str) -> bytes:
    return f"{realm}:{term}".encode()


def realm_of(document: Document) -> str:
    """Return the realm in which the words of a document stand."""
    return index_language(document.language) + ("" if document.audience == PUBLIC else PRIVATE)


def realms(audiences: Collection[str]) -> list[str]:
    """Return where the words of documents for these audiences stand."""
    kinds = (*([""] if PUBLIC in audiences else []), *([PRIVATE] if set(audiences) - {PUBLIC} else []))
    return [language + kind for kind in kinds for language in LANGUAGES]


def language_of(realm: str) -> str:
    return realm.removesuffix(PRIVATE)


def private_key(key: bytes) -> bytes:
    """Return under what a term stands in what is for some only."""
    language, colon, term = key.partition(b":")
    return language + PRIVATE.encode() + colon + term


def in_public(clause: Clause) -> Clause:
    """Return the same clause of what everybody may read: by that its words are weighed, whoever asks."""
    alternatives = tuple(_in_public(each) for each in clause.alternatives)
    return clause if alternatives == clause.alternatives else replace(clause, alternatives=alternatives)


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


def clauses_of(terms: Iterable[Term], realm: str, wider: Wider = NOTHING_WIDER) -> list[Clause]:
    """Return one clause per term that means something in the language of a realm: stop words give none."""
    clauses = (_clause(term, realm, wider) for term in terms)
    return [clause for clause in clauses if clause is not None]


def by_realm(
    terms: Iterable[Term], audiences: Collection[str], wider: Wider = NOTHING_WIDER
) -> dict[str, list[Clause]]:
    """Return realm → clauses, without the realms in which nothing is left to look for."""
    wanted = tuple(terms)
    found = {realm: clauses_of(wanted, realm, wider) for realm in realms(audiences)}
    return {realm: clauses for realm, clauses in found.items() if clauses}


def text_clauses(request: SearchRequest) -> dict[str, list[Clause]]:
    """Return realm → one clause per different word of the text of a search."""
    text = request.query.words[:MOST_CHARACTERS_SEEN]
    return {
        each: word_clauses(text, each, is_typing=request.is_typing, wider=request.wider)
        for each in realms(request.audiences)
    }


def word_clauses(text: str, realm: str, *, is_typing: bool, wider: Wider = NOTHING_WIDER) -> list[Clause]:
    """Return one clause per different word of a text. The last may be the beginning of a word that is being typed."""
    language = language_of(realm)
    also = {stem(word, language): _alternatives(word, realm, wider) for word in wider}
    clauses: dict[Clause, None] = {}
    for term, _ in tokens(text, language):
        if len(clauses) >= MOST_WORDS:
            break
        clauses[Clause((Phrase(((0, term_key(realm, term)),)), *also.get(term, ())))] = None
    typed = words(text) if is_typing and text[-1:].isalnum() else []
    if typed and len(typed[-1]) >= 3:
        last = Clause((Phrase(((0, term_key(realm, stem(typed[-1], language))),)),))
        clauses.pop(last, None)
        clauses[Clause((*last.alternatives, Prefix(term_key(realm, typed[-1]))))] = None
    return list(clauses)


def _alternatives(word: str, realm: str, wider: Wider) -> list[Alternative]:
    """Return what counts as a word in a realm, besides itself."""
    found: list[Alternative] = []
    language = language_of(realm)
    for each in wider.get(word, ()):
        if language not in each.languages or (each.is_private and realm == language):
            continue
        terms = list(tokens(each.text, language))
        if not terms:
            continue
        keys = [term_key(realm, token.term) for token in terms]
        if each.in_order:
            first = terms[0].place
            chain = {token.place - first: key for token, key in zip(terms, keys, strict=True)}
            found.append(Phrase(tuple(chain.items()), each.weight))
        else:
            found.append(Together(tuple(dict.fromkeys(keys)), each.weight))
    return found


def _clause(term: Term, realm: str, wider: Wider) -> Clause | None:
    language = language_of(realm)
    if term.form is Form.PREFIX:
        start = fold(term.text)
        whole = Phrase(((0, term_key(realm, stem(start, language))),))
        return Clause((Prefix(term_key(realm, start)), whole), term.in_title)
    found = list(tokens(term.text, language))
    if not found:
        return None
    first = found[0].place
    # A word with a hyphen stands twice in its first place: as a whole, and as its first part, which comes last.
    chain = {token.place: token for token in found}.values()
    alternatives: list[Alternative] = [
        Phrase(tuple((token.place - first, term_key(realm, token.term)) for token in chain))
    ]
    if term.form is Form.WORD and len(found) > 1 and found[1].place == first:
        alternatives.append(Phrase(((0, term_key(realm, found[0].term)),)))
    if term.form is Form.WORD and wider:
        alternatives += _alternatives(fold(term.text), realm, wider)
    return Clause(tuple(alternatives), term.in_title)


def _in_public(alternative: Alternative) -> Alternative:
    match alternative:
        case Phrase():
            return replace(alternative, terms=tuple((place, _public_key(term)) for place, term in alternative.terms))
        case Together():
            return replace(alternative, terms=tuple(map(_public_key, alternative.terms)))
        case Prefix():
            return replace(alternative, start=_public_key(alternative.start))


def _public_key(key: bytes) -> bytes:
    realm, colon, term = key.partition(b":")
    return realm.removesuffix(PRIVATE.encode()) + colon + term
