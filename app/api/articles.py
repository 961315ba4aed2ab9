"""Articles for programs: a list of what is published, and one in full with how sure one may be of it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from app import clock
from app.api.blueprint import bp
from app.api.messages import Range
from app.api.schemas import MOST_PER_PAGE, storable
from app.errors import Invalid
from app.knowledge.confidence import confidence_of
from app.knowledge.lengths import STATES, TRANSLATION_STATES, VALIDATIONS
from app.knowledge.links import article_url
from app.knowledge.queries import articles, evidence, translations
from app.knowledge.queries.articles import ArticleRow
from app.paging import Key
from app.web.access import signed_in
from app.web.current_actor import actor

Told = dict[str, Any]


class ArticleSummary(Schema):
    """An article as lists give it. `confidence` is between 0 and 1."""

    id = fields.Integer(required=True)
    slug = fields.String(required=True)
    url = fields.Url(required=True, require_tld=False)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    language = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    validation = fields.String(required=True, validate=validate.OneOf(VALIDATIONS))
    tags = fields.List(fields.String(), required=True)
    product = fields.String(required=True)
    product_version = fields.String(required=True)
    changed_at = fields.AwareDateTime(required=True)
    verified_at = fields.AwareDateTime(required=True, allow_none=True)
    confidence = fields.Float(required=True)
    translation_state = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([*TRANSLATION_STATES, None])
    )


class ArticleEvidence(Schema):
    """What speaks for and against an article since it was last verified."""

    worked = fields.Integer(required=True)
    solved = fields.Integer(required=True)
    outdated = fields.Integer(required=True)
    contradicted = fields.Integer(required=True)
    source_changed = fields.Boolean(required=True)


class ArticleElsewhere(Schema):
    """The same article in another language."""

    slug = fields.String(required=True)
    language = fields.String(required=True)
    title = fields.String(required=True)


class OneArticle(ArticleSummary):
    """An article in full. `html` is what pages show of `body`, which is Markdown."""

    body = fields.String(required=True)
    html = fields.String(required=True)
    version = fields.Integer(required=True)
    audience = fields.String(required=True)
    owner = fields.String(required=True)
    evidence = fields.Nested(ArticleEvidence, required=True)
    translations = fields.List(fields.Nested(ArticleElsewhere), required=True)


class ArticlePage(Schema):
    """One page of articles; `next` is what to send as `after` for the following one, null on the last."""

    items = fields.List(fields.Nested(ArticleSummary), required=True)
    next = fields.String(allow_none=True, required=True)


class ArticleListArguments(Schema):
    """Which articles to list."""

    language = fields.String(load_default=None, validate=storable)
    tag = fields.String(load_default=None, validate=storable)
    after = fields.String(load_default=None, metadata={"description": "`next` of the page before."})
    limit = fields.Integer(load_default=25, validate=Range(1, MOST_PER_PAGE))


@bp.get("/articles")
@signed_in
@bp.arguments(ArticleListArguments, location="query")
@bp.response(200, ArticlePage)
def article_list(wanted: Told) -> Told:
    """Published articles you may read, the latest changed first."""
    after = None
    if wanted["after"] is not None:
        after = Key.parse(wanted["after"])
        if after is None:
            raise Invalid("unknown_page", _l("This is not the end of a page."), field="after")
    page = articles.articles_for(
        actor(), language=wanted["language"], tag=wanted["tag"], after=after, size=wanted["limit"]
    )
    return {
        "items": [_summary(row) for row in page.rows],
        "next": None if page.next_key is None else str(page.next_key),
    }


@bp.get("/articles/<slug>")
@signed_in
@bp.response(200, OneArticle)
def one_article(slug: str) -> Told:
    """An article with its text, and what is known for and against it."""
    found = articles.article_for(actor(), slug)
    row = articles.article_rows(actor(), [found.id])[0]
    known = evidence.evidence_of([found.id], clock.now())[found.id]
    return {
        **_summary(row),
        "confidence": confidence_of(known).value,
        "body": found.body,
        "html": found.body_html,
        "version": found.live_number or found.head_number,
        "audience": found.audience,
        "owner": found.owner.handle,
        "evidence": known,
        "translations": [each for each in translations.siblings_of(actor(), found) if each.state == "published"],
    }


def _summary(row: ArticleRow) -> Told:
    return {
        "id": row.id,
        "slug": row.slug,
        "url": article_url(row.slug),
        "title": row.title,
        "summary": row.summary,
        "language": row.language,
        "state": row.state,
        "validation": row.validation,
        "tags": row.tag_names,
        "product": row.product,
        "product_version": row.product_version,
        "changed_at": row.changed_at,
        "verified_at": row.verified_at,
        "confidence": row.confidence,
        "translation_state": row.translation_state,
    }
