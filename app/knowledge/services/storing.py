"""Putting an article's words where they belong: checked, addressed, tagged, and kept as a version."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select

from app import clock
from app.actor import Actor
from app.community.services.checks import checked_body, checked_category, checked_title, in_one_line
from app.community.tags import standing_names
from app.db import db
from app.errors import Invalid
from app.knowledge.events.articles import ArticleWritten
from app.knowledge.lengths import LONGEST_CHANGE, LONGEST_SLUG
from app.knowledge.links import slug_for
from app.knowledge.models.articles import Article, ArticleAddress, ArticleTag
from app.knowledge.models.versions import ArticleRevision
from app.knowledge.wording import ArticleText
from app.organisations.models import Organisation
from app.outbox.record import record
from app.prose.language import LANGUAGES

SHORTEST_SUMMARY = 10
# What an article and its versions both have.
SHARED = (
    *("title", "summary", "body", "body_html", "renderer_version", "tag_names"),
    *("category_id", "product", "product_version", "applies_organisation_id"),
)


def checked(text: ArticleText, *, had: Article | None = None) -> ArticleText:
    """Return the words as they are stored. Raises Invalid where they cannot be."""
    title = checked_title(text.title)
    summary = in_one_line(text.summary)
    if len(summary) < SHORTEST_SUMMARY:
        raise Invalid("summary_too_short", _l("Say in one or two sentences what it tells."), field="summary")
    checked_body(text.body)
    had_category = had.category_id if had else None
    category_id = checked_category(text.category_id, had=had_category).id if text.category_id else None
    about_id = text.applies_organisation_id
    if about_id is not None and db.session.get(Organisation, about_id) is None:
        raise Invalid("unknown_organisation", _l("Choose an organisation from the list."), field="organisation")
    return ArticleText(
        title=title,
        summary=summary,
        body=text.body,
        tag_names=standing_names(text.tag_names, had=had.tag_names if had else ()),
        category_id=category_id,
        product=in_one_line(text.product),
        product_version=in_one_line(text.product_version),
        applies_organisation_id=about_id,
    )


def check_language(language: str, *, taken: Collection[str] = ()) -> None:
    """Raise Invalid for a language that is none, or in which the article is there already (`taken`)."""
    if language not in LANGUAGES:
        raise Invalid("unknown_language", _l("Choose a language from the list."), field="language")
    if language in taken:
        raise Invalid("translated_already", _l("This article is there in that language already."), field="language")


def put_words(article: Article, version: ArticleRevision) -> None:
    """Make the words of this version those that the article shows."""
    for name in SHARED:
        setattr(article, name, getattr(version, name))
    article.changed_at = clock.now()
    put_tags(article.id, version.tag_names)


def put_tags(article_id: int, names: Sequence[str]) -> None:
    """Make these the topics of an article."""
    db.session.execute(delete(ArticleTag).where(ArticleTag.article_id == article_id))
    if names:
        db.session.execute(insert(ArticleTag), [{"article_id": article_id, "name": each} for each in names])


def free_slug(title: str, *, but: int | None = None) -> str:
    """Return an address for this title that no other article has or had."""
    base = slug_for(title)
    now = select(Article.slug).where(Article.slug.startswith(base, autoescape=True), Article.id != (but or 0))
    before = select(ArticleAddress.slug).where(
        ArticleAddress.slug.startswith(base, autoescape=True), ArticleAddress.article_id != (but or 0)
    )
    taken = {*db.session.scalars(now), *db.session.scalars(before)}
    if base not in taken:
        return base
    number = 2
    while f"{base[: LONGEST_SLUG - 8]}-{number}" in taken:
        number += 1
    return f"{base[: LONGEST_SLUG - 8]}-{number}"


def addressed(slug: str) -> int | None:
    """Return the article that has this address, or had it before."""
    now = select(Article.id).where(Article.slug == slug)
    before = select(ArticleAddress.article_id).where(ArticleAddress.slug == slug)
    found: int | None = db.session.scalar(now) or db.session.scalar(before)
    return found


def keep_version(
    actor: Actor, article: Article, text: ArticleText, *, significance: str, change: str, based_on: int | None
) -> ArticleRevision:
    """Keep these words as the version `head_number` of an article, and tell of it."""
    assert actor.person_id is not None
    made = ArticleRevision(
        article_id=article.id,
        number=article.head_number,
        based_on=based_on,
        significance=significance,
        change=in_one_line(change)[:LONGEST_CHANGE],
        author_id=actor.person_id,
        acting_for_organisation_id=actor.acting_for_organisation_id,
        written_at=clock.now(),
        **text.columns(),
    )
    db.session.add(made)
    db.session.flush()  # publishing reads it
    fact = ArticleWritten(
        article_id=article.id,
        number=made.number,
        author_id=actor.person_id,
        significance=significance,  # type: ignore[arg-type]
    )
    record(fact, by=actor)
    return made
