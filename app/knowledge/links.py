"""Addresses of articles, built without a request, so that letters, feeds and programs carry them too."""

from __future__ import annotations

import re

from flask import current_app

from app.community.links import slug_of
from app.config import Config
from app.knowledge.lengths import LONGEST_SLUG

# Pages that stand beside the articles: no article takes their names.
RESERVED = frozenset({"new", "glossary", "work", "tasks", "reviews", "translations", "licence", "mine", "gaps", "-"})
_ARTICLE = re.compile(r"/knowledge/([a-z0-9]+(?:-[a-z0-9]+)*)(?=[\"?#/]|$)")


def article_path(slug: str) -> str:
    """Return the path of an article's page."""
    return f"/knowledge/{slug}"


def article_url(slug: str) -> str:
    """Return the whole address of an article."""
    config: Config = current_app.extensions["samen.config"]
    return config.base_url + article_path(slug)


def slug_for(title: str) -> str:
    """Return the address that fits a title; never one that a page beside the articles has."""
    made = slug_of(title)
    return f"article-{made}".rstrip("-") if made in RESERVED else made[:LONGEST_SLUG]


def slugs_in(html: str) -> list[str]:
    """Return the articles that rendered HTML links to, each once, in the order of the text."""
    config: Config = current_app.extensions["samen.config"]
    addresses = re.findall(r'href="([^"]+)"', html)
    ours = (each.removeprefix(config.base_url) for each in addresses)
    found = (_ARTICLE.match(each) for each in ours)
    return list(dict.fromkeys(match[1] for match in found if match and match[1] not in RESERVED))
