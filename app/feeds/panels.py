"""What feeds add to the head of pages to their left."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from app.actor import Actor
from app.community.queries.thread import Thread
from app.community.views.blueprint import category_words
from app.config import Config
from app.feeds.knowledge import is_for_machines, tech_article
from app.feeds.structured import CONTEXT, qa_page, trail
from app.knowledge.links import article_path
from app.knowledge.models.articles import Article
from app.privacy.audiences import PUBLIC


def question_head_panel(viewer: Actor, thread: Thread) -> tuple[str, dict[str, Any]] | None:
    """Describe a public question to machines, which are visitors; nobody else needs it."""
    if not viewer.is_visitor or thread.question.audience != PUBLIC:
        return None
    shelf = thread.question.category
    places = [_home(), (category_words(shelf)["name"], url_for("community.category", slug=shelf.slug))]
    return "feeds/_structured.html", {"described": qa_page(thread, _base_url(), places)}


def article_head_panel(viewer: Actor, article: Article) -> tuple[str, dict[str, Any]] | None:
    """Describe a public article to machines."""
    if not is_for_machines(viewer, article):
        return None
    places = [_home(), (_("Knowledge"), url_for("knowledge.article_list")), (article.title, article_path(article.slug))]
    return "feeds/_structured.html", {"described": tech_article(article, _base_url(), places)}


def list_head_panel(viewer: Actor, here: tuple[str, str]) -> tuple[str, dict[str, Any]] | None:
    """Tell machines where a category's or a tag's page stands; `here` is its name and path."""
    if not viewer.is_visitor:
        return None
    return "feeds/_structured.html", {"described": {"@context": CONTEXT, **trail([_home(), here], _base_url())}}


def _home() -> tuple[str, str]:
    return _("Home"), url_for("community.home")


def _base_url() -> str:
    config: Config = current_app.extensions["samen.config"]
    return config.base_url
