"""Translations and what they follow: they lag when the original changes, and catch up when who writes one says so and
readers see it. What a translation says it follows is what its newest version says.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.actor import SYSTEM
from app.db import db
from app.errors import Invalid
from app.knowledge.lengths import SIGNIFICANCES
from app.knowledge.models.articles import Article
from app.knowledge.models.versions import ArticleRevision
from app.knowledge.queries.translations import followed_by, followed_for_readers
from app.knowledge.services.caring import close_tasks, open_task

# What becomes of a translation when its original changes so much.
LAGS = {"typo": "current", "medium": "needs_update", "major": "out_of_date"}


def say_follows(article: Article, number: int) -> None:
    """Note that the newest version of a translation says what this version of the original says. Raises Invalid where
    readers never saw that one.
    """
    seen = select(ArticleRevision.number).where(
        ArticleRevision.article_id == article.translation_of_id,
        ArticleRevision.number == number,
        ArticleRevision.published_at.is_not(None),
    )
    if db.session.scalar(seen) is None:
        raise Invalid("follows_nothing", _l("The original has no such version. Look at it again."), field="follows")
    article.translated_number = number


def take_back_that_it_follows(article: Article) -> None:
    """Note that the newest version of a translation says no more than what readers see, whatever was said of it."""
    article.translated_number = followed_for_readers(article)


def note_that_it_is_old(article: Article, version: ArticleRevision) -> None:
    """Note that the newest version of a translation is this older one again: it follows what was there by then."""
    if article.translated_number is not None:
        article.translated_number = min(article.translated_number, followed_by(article, version))


def mark_translations(article: Article, significance: str) -> None:
    """Let the translations of what was published lag behind by what that changed."""
    if LAGS[significance] == "current":
        return
    translations = select(Article).where(Article.translation_of_id == article.id).with_for_update(key_share=True)
    for each in db.session.scalars(translations.order_by(Article.id)):
        if each.translation_state != "out_of_date":
            each.translation_state = LAGS[significance]
        each.row_version += 1
        if not each.is_put_away:
            open_task(each, "translation")


def mark_itself(article: Article) -> None:
    """Say of a translation that was published how far it lags behind the version that it follows."""
    number = select(Article.live_number).where(Article.id == article.translation_of_id).scalar_subquery()
    missed = select(ArticleRevision.significance).where(
        ArticleRevision.article_id == article.translation_of_id,
        ArticleRevision.number > (article.translated_number or 0),
        ArticleRevision.number <= number,
    )
    most = max(db.session.scalars(missed), key=SIGNIFICANCES.index, default="typo")
    article.translation_state = LAGS[most]
    if article.translation_state == "current":
        close_tasks(SYSTEM, article, ["translation"])
    else:
        open_task(article, "translation")
