"""Articles out to files and in again. What comes in goes the same way as what people type: versions, checks, reviews,
facts. What goes out is what readers see; changes that nobody has published yet stay here.

Nobody's words are lost: a file that was made from an older version than the one here is left alone and named. Only the
words of an article change by its file; the rest is settled once it is here (SETTLED) and changes on its page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.shelves import Category
from app.db import db, folded, is_storable
from app.errors import Invalid
from app.knowledge.folder import FileArticle, path_of
from app.knowledge.lengths import LONGEST_SLUG, STATES
from app.knowledge.links import RESERVED, slug_for
from app.knowledge.models.articles import Article, ArticleAddress
from app.knowledge.models.versions import ArticleRevision
from app.knowledge.queries.translations import languages_of
from app.knowledge.queries.versions import version_of
from app.knowledge.services.holding import hold_all
from app.knowledge.services.publishing import publish
from app.knowledge.services.reviewing import ask_review
from app.knowledge.services.storing import SHARED, addressed, checked
from app.knowledge.services.writing import revise, write_article
from app.knowledge.wording import ArticleText, changes_between, compose_article
from app.organisations.models import Organisation
from app.privacy.audiences import PUBLIC, organisation_audience
from app.prose.language import LANGUAGES

SETTLED = ("language", "state", "audience", "owner", "translation_of")
CHANGE = "From the folder"
_SLUG = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")


@dataclass(frozen=True)
class Taken:
    """What became of a file: added, changed, same or conflict, and why."""

    outcome: str
    why: str = ""


@dataclass(frozen=True)
class Former:
    """Where the file of an article stood before it got another address, and its file now."""

    path: str
    now: FileArticle


def articles_as_files() -> Iterator[FileArticle]:
    """Yield every article with the words that its readers see, or the newest where they see none yet; originals before
    their translations.
    """
    return _told(Article.id.is_not(None))


def former_files() -> Iterator[Former]:
    """Yield the file names that articles had before, with what stands under another name now."""
    found = db.session.execute(select(ArticleAddress.slug, Article.slug).join(Article))
    former = {row[0]: row[1] for row in found}
    now = {each.slug: each for each in _told(Article.slug.in_(former.values()))}
    for before, slug in sorted(former.items()):
        yield Former(path_of(replace(now[slug], slug=before)), now[slug])


def holds_nothing_new(file: FileArticle, now: FileArticle) -> bool:
    """Say whether a file under a former name says nothing that is not here: as it was written, or what stands here."""
    return file.based_on == file.digest() or replace(file, slug=now.slug, based_on="") == replace(now, based_on="")


def compose_file(file: FileArticle) -> ArticleText:
    """Render the words of a file, before a transaction begins. Raises Invalid where they cannot be."""
    told = (value for value in vars(file).values() if isinstance(value, str))
    if not all(is_storable(each) for each in (*told, *file.tags)):
        raise Invalid("unstorable_text", "it holds characters that cannot be stored")
    return ArticleText(
        title=file.title,
        summary=file.summary,
        body=compose_article(file.body, title=file.title, prior=file.language),
        tag_names=file.tags,
        category_id=_named("category", Category.id, Category.slug, file.category),
        product=file.product,
        product_version=file.product_version,
        applies_organisation_id=_named("organisation", Organisation.id, Organisation.slug, file.organisation),
    )


def take_in(actor: Actor, file: FileArticle, text: ArticleText) -> Taken:
    """Take one file in as the actor. Raises DomainError where it is refused: nothing of it may be kept then.

    New articles belong to the owner the file names, else to the actor. Those whose file says so are given to the
    reviewers, or published, not validated: that is for people here to say. A change of what readers see waits for a
    review, as every change.
    """
    if file.state not in STATES:
        raise Invalid("unknown_state", f"there is no state {file.state}; there are {', '.join(STATES)}")
    if file.language not in LANGUAGES:
        raise Invalid("unknown_language", f"there is no language {file.language}; there are {', '.join(LANGUAGES)}")
    article_id = addressed(file.slug)
    if article_id is None:
        _add(actor, file, text)
        return Taken("added")
    (article,) = hold_all([article_id])
    told = next(_told(Article.id == article_id))
    file = _as_here(file, article, told)
    if replace(file, based_on="") == replace(told, based_on=""):
        return Taken("same")
    if file.based_on not in {"", told.digest()}:
        return Taken("conflict", f"{path_of(told)} was changed here since the file was written")
    _require_settled(file, told)
    words = checked(text, had=article)
    if _say_the_same(version_of(article, article.live_number or article.head_number), words):
        return Taken("same")
    if not file.based_on:
        return Taken("conflict", "it does not say from which words it was made (based_on): change an exported file")
    return _change(actor, article, text, words)


def order_of(file: FileArticle) -> tuple[bool, str, str]:
    """Return the key that puts originals before their translations."""
    return file.translation_of is not None, file.language, file.slug


def _told(condition: ColumnElement[bool]) -> Iterator[FileArticle]:
    original, about, owner = aliased(Article), aliased(Organisation), aliased(Person)
    named = db.session.execute(select(Organisation.id, Organisation.slug))
    audiences = {organisation_audience(row.id): row.slug for row in named}
    number = func.coalesce(Article.live_number, Article.head_number)
    query = (
        select(Article, ArticleRevision, Category.slug, about.slug, owner.handle, original.slug)
        .join(ArticleRevision, (ArticleRevision.article_id == Article.id) & (ArticleRevision.number == number))
        .join(owner, owner.id == Article.owner_id)
        .outerjoin(Category, Category.id == ArticleRevision.category_id)
        .outerjoin(about, about.id == ArticleRevision.applies_organisation_id)
        .outerjoin(original, original.id == Article.translation_of_id)
        .where(condition)
        .order_by(Article.translation_of_id.is_not(None), Article.id)
    )
    for article, version, category, organisation, handle, translates in db.session.execute(query):
        told = FileArticle(
            title=version.title,
            summary=version.summary,
            language=article.language,
            slug=article.slug,
            state=article.state,
            audience=audiences.get(article.audience, article.audience),
            category=category,
            tags=tuple(version.tag_names),
            product=version.product,
            product_version=version.product_version,
            organisation=organisation,
            owner=handle,
            translation_of=translates,
            body=version.body.rstrip("\n"),
        )
        yield replace(told, based_on=told.digest())


def _as_here(file: FileArticle, article: Article, told: FileArticle) -> FileArticle:
    """Return the file with the addresses that lead to the same articles now, and the owner it leaves out."""
    names_original = file.translation_of is not None and addressed(file.translation_of) == article.translation_of_id
    return replace(
        file,
        slug=told.slug,
        owner=file.owner or told.owner,
        translation_of=told.translation_of if names_original else file.translation_of,
    )


def _require_settled(file: FileArticle, told: FileArticle) -> None:
    """Raise Invalid where a file says something else about what does not change by it."""
    pairs = [(name, getattr(told, name), getattr(file, name)) for name in SETTLED]
    wrong = [f"{name} is {here} here and {there} in the file" for name, here, there in pairs if here != there]
    if wrong:
        raise Invalid("settled", f"{'; '.join(wrong)}. That does not change by import; nothing was taken in")


def _say_the_same(version: ArticleRevision, words: ArticleText) -> bool:
    said: dict[str, Any] = {name: getattr(version, name) for name in SHARED}
    said["body"] = version.body.rstrip("\n")
    return changes_between(SimpleNamespace(**said), SimpleNamespace(**words.columns())).are_none


def _change(actor: Actor, article: Article, text: ArticleText, words: ArticleText) -> Taken:
    if article.state == "archived":
        raise Invalid("archived", "it is put away here: bring it back before you change it")
    waiting = _waiting(article)
    if waiting and _say_the_same(waiting[-1], words):
        return Taken("same")
    if any(each.change != CHANGE for each in waiting):
        return Taken("conflict", "somebody changed it here, and that is not published yet")
    revise(actor, article, text, significance="medium", change=CHANGE, seen_number=article.head_number)
    if article.live_number is not None and article.review_number is None:
        ask_review(actor, article)
    return Taken("changed")


def _waiting(article: Article) -> list[ArticleRevision]:
    """Return the versions that lie over what readers see, the newest last."""
    if article.live_number is None:
        return []
    query = select(ArticleRevision).where(
        ArticleRevision.article_id == article.id, ArticleRevision.number > article.live_number
    )
    return list(db.session.scalars(query.order_by(ArticleRevision.number)))


def _add(actor: Actor, file: FileArticle, text: ArticleText) -> None:
    if _SLUG.fullmatch(file.slug) is None or len(file.slug) > LONGEST_SLUG or file.slug in RESERVED:
        raise Invalid("slug", f"“{file.slug}” cannot be an address; “{slug_for(file.slug)}” can")
    owner_id = _named("person", Person.id, Person.handle_key, folded(file.owner or "") or None)
    audience = PUBLIC
    if file.audience != PUBLIC:
        organisation_id = _named("organisation", Organisation.id, Organisation.slug, file.audience)
        audience = organisation_audience(organisation_id or 0)
    original = _original(file, audience)
    made = write_article(actor, text, audience=audience, language=file.language, translation_of=original)
    made.slug = file.slug
    if file.state == "in_review":
        ask_review(actor, made)
    made.author_id = made.owner_id = owner_id or made.owner_id
    db.session.flush()  # the version is read again
    if file.state in {"published", "archived"}:
        publish(actor, made, version_of(made, 1), keeps_address=True)
        if file.state == "archived":
            made.state = made.validation = "archived"
            made.archived_at = made.changed_at


def _original(file: FileArticle, audience: str) -> Article | None:
    """Return what a file translates. Raises Invalid where that cannot have this translation."""
    if file.translation_of is None:
        return None
    article_id = addressed(file.translation_of)
    if article_id is None:
        raise Invalid("unknown_name", f"there is no article {file.translation_of}, which it translates")
    (original,) = hold_all([article_id])
    if original.translation_of_id is not None:
        raise Invalid("translation", f"{file.translation_of} is a translation itself: name the article that it tells")
    if file.language in languages_of(original):
        raise Invalid("translation", f"{file.translation_of} is there in {file.language} already")
    if original.audience != audience:
        raise Invalid("translation", "a translation has the same audience as what it translates")
    return original


def _named(what: str, row_id: Any, name: Any, wanted: str | None) -> int | None:
    """Return the id of what a file names; None where it names nothing. Raises Invalid where there is none here."""
    if not wanted:
        return None
    found: int | None = db.session.scalar(select(row_id).where(name == wanted))
    if found is None:
        raise Invalid("unknown_name", f"there is no {what} {wanted} here")
    return found
