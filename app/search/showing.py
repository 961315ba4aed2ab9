"""Found articles, services, people and cases as a page of results shows them: loaded anew for the viewer by id."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, Select, and_, case, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.actor import Actor
from app.cases.links import case_url
from app.cases.models.cases import Case
from app.cases.queries.visibility import own, seen_by
from app.community.links import person_url
from app.db import db
from app.knowledge.links import article_path
from app.knowledge.models.articles import Article
from app.knowledge.queries.visibility import listed, visible
from app.marketplace.links import service_url
from app.marketplace.models.services import Service
from app.marketplace.queries.catalogue import offered
from app.organisations.models import Organisation
from app.privacy.audiences import request_audience
from app.providers.directory import is_listed
from app.requests.models import HelpRequest
from app.search.documents import ARTICLE, CASE, PERSON, SERVICE
from app.search.highlights import Marker, Piece

# Of somebody with more cases than this, search finds the latest.
MOST_CASES = 500


@dataclass(frozen=True)
class Shown:
    """Something that is no question: where it leads, its words, and a note such as whose it is.

    `state` is a word of its own kind (a case's state, an article's validation); empty where there is none. `family_id`
    is the same for an article in all its languages; `found_in` is the language in which it was found where it is shown
    in the reader's own instead.
    """

    kind: str
    id: int
    href: str
    title: str
    text: str
    language: str
    note: str = ""
    state: str = ""
    at: datetime | None = None
    family_id: int | None = None
    found_in: str = ""


@dataclass(frozen=True)
class Other:
    """The same with its words in pieces, those that were looked for marked."""

    shown: Shown
    title: Sequence[Piece]
    passage: Sequence[Piece]

    @property
    def kind(self) -> str:
        return self.shown.kind

    @property
    def key(self) -> tuple[str, int]:
        return self.shown.kind, self.shown.id


def others(
    viewer: Actor,
    keys: Mapping[str, Sequence[int]],
    marker: Marker,
    *,
    language: str = "",
    by_themselves: Collection[int] = (),
) -> dict[tuple[str, int], Other]:
    """Return (kind, id) → what the viewer may see of these, in one statement however many kinds are there.

    An article that was found in another language is what it is in this one, where it is published in it; where it has
    the words in this one too (its id is in `by_themselves`), it was found in no other.
    """
    parts = [select_kind(viewer, keys[kind], language) for kind, select_kind in _KINDS.items() if keys.get(kind)]
    if not parts:
        return {}
    shown = {(row.kind, row.id): _shown(row) for row in db.session.execute(union_all(*parts))}
    told = {each.family_id: each for each in shown.values() if each.family_id and each.language == language}
    found = {}
    for key in ((kind, number) for kind, numbers in keys.items() for number in numbers):
        if (each := shown.get(key)) is None:
            continue
        if each.kind == ARTICLE and each.language != language and each.family_id in told:
            own_language = told[each.family_id]
            is_found = own_language.id in by_themselves
            each = own_language if is_found else replace(own_language, found_in=each.language)
        passage = marker.excerpt(each.text, each.language) or [(each.text[:220], False)]
        found[key] = Other(each, marker.marked(each.title, each.language), passage)
    return found


def each_once(found: Iterable[Other | Any]) -> list[Any]:
    """Return these with an article in several languages left where it stands first."""
    seen = set()
    kept = []
    for each in found:
        family_id = each.shown.family_id if isinstance(each, Other) else None
        if family_id is None or family_id not in seen:
            kept.append(each)
        if family_id is not None:
            seen.add(family_id)
    return kept


def audiences_of_cases(viewer: Actor) -> frozenset[str]:
    """Return the tokens of the viewer's own cases, latest first; one statement, none for visitors."""
    if viewer.person_id is None:
        return frozenset()
    query = select(Case.id).join(HelpRequest, HelpRequest.id == Case.id).where(own(viewer))
    ids = db.session.scalars(query.order_by(Case.last_activity_at.desc(), Case.id.desc()).limit(MOST_CASES))
    return frozenset(map(request_audience, ids))


def _shown(row: Row[Any]) -> Shown:
    href = _LINKS[row.kind](row)
    note = f"@{row.address}" if row.kind == PERSON else row.note
    return Shown(
        row.kind, row.id, href, row.title, row.text, row.language, note, row.state, row.at, family_id=row.family_id
    )


def _articles(viewer: Actor, ids: Sequence[int], language: str) -> Select[*tuple[Any, ...]]:
    family = func.coalesce(Article.translation_of_id, Article.id)
    found = and_(Article.id.in_(ids), visible(viewer))
    mine = aliased(Article)
    families = select(func.coalesce(mine.translation_of_id, mine.id)).where(mine.id.in_(ids))
    told = and_(Article.language == language, family.in_(families), listed(viewer))
    return _columns(
        ARTICLE,
        Article,
        address=Article.slug,
        text=Article.summary,
        language=Article.language,
        note=Article.product,
        state=case((Article.is_doubtful, "doubtful"), else_=Article.validation),
        at=Article.changed_at,
        family_id=family,
    ).where(or_(found, told) if language else found)


def _services(_viewer: Actor, ids: Sequence[int], _language: str) -> Select[*tuple[Any, ...]]:
    words = {"text": Service.excerpt, "language": Service.language, "note": Organisation.name}
    query = _columns(SERVICE, Service, **words)
    return query.join(Organisation, Organisation.id == Service.organisation_id).where(Service.id.in_(ids), offered())


def _people(_viewer: Actor, ids: Sequence[int], _language: str) -> Select[*tuple[Any, ...]]:
    query = _columns(PERSON, Person, address=Person.handle, title=Person.name, text=Person.bio)
    return query.where(Person.id.in_(ids), is_listed())


def _cases(viewer: Actor, ids: Sequence[int], _language: str) -> Select[*tuple[Any, ...]]:
    query = _columns(
        CASE,
        Case,
        address=Case.public_id,
        language=HelpRequest.language,
        state=HelpRequest.state,
        at=Case.last_activity_at,
    )
    return query.join(HelpRequest, HelpRequest.id == Case.id).where(Case.id.in_(ids), seen_by(viewer))


def _columns(kind: str, model: Any, **told: Any) -> Select[*tuple[Any, ...]]:
    """Return the columns of what is shown, in one order for all kinds; what a kind has not is empty."""
    empty = {name: literal("") for name in ("address", "title", "text", "language", "note", "state")}
    title = {} if "title" in told else {"title": model.title}
    none = {"at": cast(null(), Article.changed_at.type), "family_id": cast(null(), Integer)}
    named = (column.label(name) for name, column in {**empty, **none, **title, **told}.items())
    return select(literal(kind).label("kind"), model.id.label("id"), *named)


_KINDS: dict[str, Callable[[Actor, Sequence[int], str], Select[*tuple[Any, ...]]]] = {
    ARTICLE: _articles,
    SERVICE: _services,
    PERSON: _people,
    CASE: _cases,
}
_LINKS: dict[str, Callable[[Row[Any]], str]] = {
    ARTICLE: lambda row: article_path(row.address),
    SERVICE: lambda row: service_url(row.id, row.title),
    PERSON: lambda row: person_url(row.address),
    CASE: lambda row: case_url(row.address),
}
