"""Articles for machines: a feed, a page of the site map, and TechArticle of schema.org in the head of each.

Only what is public and published, as a visitor sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.actor import Actor
from app.community.links import person_url
from app.feeds.queries import article_places
from app.feeds.structured import CONTEXT, trail
from app.feeds.syndication import Item
from app.knowledge.links import article_url
from app.knowledge.models.articles import Article
from app.privacy.audiences import PUBLIC


def article_item(article: Article, base_url: str) -> Item:
    """Return an article, loaded with its author, as an entry of a feed."""
    return Item(
        guid=f"{base_url}/knowledge#{article.id}",
        link=article_url(article.slug),
        title=article.title,
        html=article.body_html,
        author_name=article.author.name,
        author_link=base_url + person_url(article.author.handle),
        created_at=article.published_at or article.created_at,
        changed_at=article.changed_at,
        topics=article.tag_names,
    )


def articles_on_site_map() -> list[tuple[str, datetime]]:
    """Return the addresses of the articles everybody may read, with their last change."""
    return [(article_url(slug), changed) for slug, changed in article_places()]


def tech_article(article: Article, base_url: str, places: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the description of an article's page. `places` lead to it, the article itself last."""
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "TechArticle",
        "headline": article.title,
        "description": article.summary,
        "url": article_url(article.slug),
        "inLanguage": article.language,
        "datePublished": (article.published_at or article.created_at).isoformat(),
        "dateModified": article.changed_at.isoformat(),
        "author": {
            "@type": "Person",
            "name": article.author.name,
            "url": base_url + person_url(article.author.handle),
        },
        "breadcrumb": trail(places, base_url),
    }
    if article.verified_at is not None:
        told["lastReviewed"] = article.verified_at.date().isoformat()
    return told


def is_for_machines(viewer: Actor, article: Article) -> bool:
    """Say whether machines, which are visitors, are told of this article."""
    return viewer.is_visitor and article.audience == PUBLIC and article.state == "published"
