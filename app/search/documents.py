"""What can be found: one source per kind of document, each with its rows, their versions and how they are read.

Nobody's eyes: the whole truth goes in, the audience decides what comes out. Of a case only its title is kept in the
index; its words are read on its page alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.cases.models.cases import Case
from app.community.models.posts import Question
from app.community.models.shelves import Category, Tag
from app.community.queries.visibility import there
from app.db import own_session
from app.knowledge.models.articles import Article
from app.marketplace.models.services import Service, ServiceTag
from app.marketplace.queries.catalogue import offered
from app.organisations.models import Organisation
from app.privacy.audiences import PUBLIC, request_audience
from app.providers.directory import is_listed
from app.providers.models import Provider, Skill
from app.requests.models import HelpRequest
from app.search.backend import Document, State
from app.search.question_documents import question_documents

QUESTION, ARTICLE, SERVICE, PERSON, CASE = "question", "article", "service", "person", "case"
BATCH = 500
# How much surer one is of what has been validated than of what has not.
VALIDATED = frozenset({"validated"})


@dataclass(frozen=True)
class Source:
    """A kind of document. `read` returns those of these ids that can be found; `versions` says which there are, by id,
    and how each looks now."""

    kind: str
    read: Callable[[Session, Sequence[int]], list[Document]]
    versions: Callable[[Session], Mapping[int, int]]


def documents_of(session: Session, kind: str, ids: Sequence[int]) -> list[Document]:
    """Return the documents of those of these rows that can be found, in no particular order."""
    return SOURCES[kind].read(session, ids) if ids else []


def all_documents() -> Iterator[Document]:
    """Yield every document, a batch at a time, each batch from a short transaction of its own.

    What changes meanwhile is marked stale by whoever changes it, and put right after.
    """
    for source in SOURCES.values():
        with own_session() as session:
            ids = sorted(source.versions(session))
        for start in range(0, len(ids), BATCH):
            with own_session() as session:
                documents = source.read(session, ids[start : start + BATCH])
            yield from documents


def _question_versions(session: Session) -> dict[int, int]:
    return {row[0]: row[1] for row in session.execute(select(Question.id, Question.row_version).where(there()))}


# Confidence falls by itself, and leaves the version of the words alone.
_ARTICLE_VERSION = Article.row_version * 1000 + cast(func.round(Article.confidence * 100), Integer)


def _article_versions(session: Session) -> dict[int, int]:
    rows = session.execute(select(Article.id, _ARTICLE_VERSION).where(Article.state == "published"))
    return {row[0]: int(row[1]) for row in rows}


def _articles(session: Session, ids: Sequence[int]) -> list[Document]:
    query = select(Article, Category.slug, _ARTICLE_VERSION).outerjoin(Category, Category.id == Article.category_id)
    rows = session.execute(query.where(Article.id.in_(ids), Article.state == "published"))
    return [
        Document(
            kind=ARTICLE,
            id=article.id,
            version=int(version),
            audience=article.audience,
            language=article.language,
            title=article.title,
            body=f"{article.summary}\n{article.product} {article.product_version}\n{article.body}",
            tags=tuple(article.tag_names),
            category=category,
            state=State.ACCEPTED if article.validation in VALIDATED else State.ANSWERED,
            people=(article.author_id,),
            created_at=article.published_at or article.created_at,
            updated_at=article.changed_at,
            votes=article.helpful_count - article.unhelpful_count,
            confidence=article.confidence,
        )
        for article, category, version in rows
    ]


def _service_versions(session: Session) -> dict[int, int]:
    query = select(Service.id, Service.row_version).join(Service.organisation).where(offered())
    return {row[0]: row[1] for row in session.execute(query)}


def _services(session: Session, ids: Sequence[int]) -> list[Document]:
    topics: dict[int, list[str]] = {}
    tagged = select(ServiceTag.service_id, Tag.name).join(Tag, Tag.id == ServiceTag.tag_id)
    for service_id, name in session.execute(tagged.where(ServiceTag.service_id.in_(ids)).order_by(Tag.name)):
        topics.setdefault(service_id, []).append(name)
    query = select(Service, Organisation.name, Category.slug).join(Service.organisation).join(Service.category)
    return [
        Document(
            kind=SERVICE,
            id=service.id,
            version=service.row_version,
            audience=PUBLIC,
            language=service.language,
            title=service.title,
            body=f"{organisation}\n{service.region}\n{service.body}",
            tags=tuple(topics.get(service.id, ())),
            category=category,
            created_at=service.published_at or service.created_at,
            updated_at=service.changed_at,
        )
        for service, organisation, category in session.execute(query.where(Service.id.in_(ids), offered()))
    ]


def _people_versions(session: Session) -> dict[int, int]:
    ids = session.scalars(select(Person.id).where(is_listed(), Person.can_sign_in)).all()
    return {
        each.id: each.version
        for start in range(0, len(ids), BATCH)
        for each in _people(session, ids[start : start + BATCH])
    }


def _people(session: Session, ids: Sequence[int]) -> list[Document]:
    skills: dict[int, list[str]] = {}
    known = select(Provider.person_id, Tag.name).join(Skill, Skill.provider_id == Provider.id)
    of_these = known.join(Tag, Tag.id == Skill.tag_id).where(Provider.person_id.in_(ids)).order_by(Tag.name)
    for person_id, name in session.execute(of_these):
        skills.setdefault(person_id or 0, []).append(name)
    people = session.scalars(select(Person).where(Person.id.in_(ids), is_listed(), Person.can_sign_in))
    return [_person(each, tuple(dict.fromkeys(skills.get(each.id, ())))) for each in people]


def _person(person: Person, skills: tuple[str, ...]) -> Document:
    said = "\n".join((person.name, person.handle, person.bio, *person.languages, *skills))
    return Document(
        kind=PERSON,
        id=person.id,
        version=zlib.crc32(said.encode()) & 0x7FFF_FFFF,
        audience=PUBLIC,
        language=(person.languages or ["xx"])[0],
        title=f"{person.name} {person.handle}",
        body=person.bio,
        tags=skills,
        people=(person.id,),
        created_at=person.created_at,
        updated_at=person.created_at,
    )


def _case_versions(session: Session) -> dict[int, int]:
    return {row[0]: row[1] for row in session.execute(select(Case.id, Case.row_version))}


def _cases(session: Session, ids: Sequence[int]) -> list[Document]:
    query = select(
        Case.id,
        Case.row_version,
        Case.public_id,
        Case.title,
        HelpRequest.created_at,
        Case.last_activity_at,
        HelpRequest.language,
    )
    rows = session.execute(query.join(HelpRequest, HelpRequest.id == Case.id).where(Case.id.in_(ids)))
    return [
        Document(
            kind=CASE,
            id=row.id,
            version=row.row_version,
            audience=request_audience(row.id),
            language=row.language,
            title=row.title,
            body=row.public_id,
            created_at=row.created_at,
            updated_at=row.last_activity_at,
        )
        for row in rows
    ]


SOURCES: Mapping[str, Source] = {
    source.kind: source
    for source in (
        Source(QUESTION, question_documents, _question_versions),
        Source(ARTICLE, _articles, _article_versions),
        Source(SERVICE, _services, _service_versions),
        Source(PERSON, _people, _people_versions),
        Source(CASE, _cases, _case_versions),
    )
}
