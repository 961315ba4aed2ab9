"""Articles out to files and in again. What comes in goes the same way as what people type: versions, checks, facts.

Nobody's words are lost: a file that was made from an older version than the one here is left alone and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.shelves import Category
from app.db import db, folded
from app.errors import DomainError
from app.knowledge.folder import FileArticle
from app.knowledge.lengths import STATES
from app.knowledge.links import slug_for
from app.knowledge.models.articles import Article
from app.knowledge.models.versions import ArticleRevision
from app.knowledge.queries.versions import version_of
from app.knowledge.services.publishing import publish
from app.knowledge.services.storing import addressed
from app.knowledge.services.writing import revise, write_article
from app.knowledge.wording import ArticleText, compose_article
from app.organisations.models import Organisation
from app.privacy.audiences import PUBLIC, organisation_audience
from app.prose.language import LANGUAGES


@dataclass(frozen=True)
class Taken:
    """What became of a file: added, changed, same, conflict or refused, and why."""

    article: FileArticle
    outcome: str
    why: str = ""


def articles_as_files() -> Iterator[FileArticle]:
    """Yield every article with its newest words, originals before their translations."""
    original, about, owner = aliased(Article), aliased(Organisation), aliased(Person)
    named = db.session.execute(select(Organisation.id, Organisation.slug))
    audiences = {organisation_audience(row.id): row.slug for row in named}
    query = (
        select(Article, ArticleRevision, Category.slug, about.slug, owner.handle, original.slug)
        .join(
            ArticleRevision,
            (ArticleRevision.article_id == Article.id) & (ArticleRevision.number == Article.head_number),
        )
        .join(owner, owner.id == Article.owner_id)
        .outerjoin(Category, Category.id == ArticleRevision.category_id)
        .outerjoin(about, about.id == ArticleRevision.applies_organisation_id)
        .outerjoin(original, original.id == Article.translation_of_id)
        .order_by(Article.translation_of_id.is_not(None), Article.id)
    )
    for article, head, category, organisation, handle, translates in db.session.execute(query):
        told = FileArticle(
            title=head.title,
            summary=head.summary,
            language=article.language,
            slug=article.slug,
            state=article.state,
            audience=audiences.get(article.audience, article.audience),
            category=category,
            tags=tuple(head.tag_names),
            product=head.product,
            product_version=head.product_version,
            organisation=organisation,
            owner=handle,
            translation_of=translates,
            body=head.body,
        )
        yield replace(told, based_on=told.digest())


def compose_file(file: FileArticle) -> ArticleText:
    """Render the words of a file, before a transaction begins. Raises Invalid where they cannot be."""
    body = compose_article(file.body, title=file.title, prior=file.language)
    return ArticleText(
        title=file.title,
        summary=file.summary,
        body=body,
        tag_names=file.tags,
        category_id=_id(Category, Category.slug == file.category) if file.category else None,
        product=file.product,
        product_version=file.product_version,
        applies_organisation_id=_id(Organisation, Organisation.slug == (file.organisation or "")),
    )


def take_in(actor: Actor, file: FileArticle, text: ArticleText, here: dict[str, FileArticle]) -> Taken:
    """Take one file in as the actor. `here` are the articles that are here now, by slug.

    New articles belong to the owner the file names, if she is known here. Those whose file says so are published,
    not validated: that is for people here to say. Changed ones wait for a review, as every change.
    """
    if file.state not in STATES or file.language not in LANGUAGES:
        return Taken(file, "refused", "unknown state or language")
    known = here.get(file.slug)
    try:
        if known is None:
            _add(actor, file, text, here)
            return Taken(file, "added")
        if replace(known, based_on="") == replace(file, based_on=""):
            return Taken(file, "same")
        if file.based_on != known.digest():
            return Taken(file, "conflict", "it was changed here since the file was written")
        article = db.session.scalars(select(Article).where(Article.slug == file.slug)).one()
        revise(
            actor,
            article,
            text,
            significance="medium",
            change="From the folder",
            seen_number=article.head_number,
        )
        return Taken(file, "changed")
    except DomainError as error:
        return Taken(file, "refused", error.sentence())


def in_order(files: Iterable[FileArticle]) -> list[FileArticle]:
    """Return originals before their translations."""
    return sorted(files, key=lambda file: (file.translation_of is not None, file.language, file.slug))


def _add(actor: Actor, file: FileArticle, text: ArticleText, here: dict[str, FileArticle]) -> None:
    owner_id = _id(Person, Person.handle_key == folded(file.owner or "")) or actor.person_id
    original = None
    if file.translation_of is not None:
        original = db.session.scalars(select(Article).where(Article.slug == file.translation_of)).one_or_none()
    audience = PUBLIC
    if file.audience != PUBLIC:
        audience = organisation_audience(_id(Organisation, Organisation.slug == file.audience) or 0)
    made = write_article(actor, text, audience=audience, language=file.language, translation_of=original)
    made.author_id = made.owner_id = owner_id or made.owner_id
    if slug_for(file.slug) == file.slug and addressed(file.slug) is None:
        made.slug = file.slug
    db.session.flush()  # the version is read again
    if file.state in {"published", "archived"}:
        publish(actor, made, version_of(made, 1), keeps_address=True)
        if file.state == "archived":
            made.state = made.validation = "archived"
            made.archived_at = made.changed_at
    here[file.slug] = replace(file, based_on=file.digest())


def _id(model: type[Category] | type[Organisation] | type[Person], condition: object) -> int | None:
    found: int | None = db.session.scalar(select(model.id).where(condition))  # type: ignore[arg-type]
    return found
