"""Holding an article while something about it is written: what a view has read may be history by then."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.db import db
from app.errors import Conflict
from app.knowledge.models.articles import Article


def hold(article: Article) -> None:
    """Let nobody else change the article meanwhile, and look at it as it is now."""
    hold_all([article.id])


def hold_all(ids: list[int]) -> list[Article]:
    """Hold these articles in the order of their ids, and return those that exist, as they are now."""
    rows = (
        select(Article)
        .where(Article.id.in_(ids))
        .order_by(Article.id)
        # Who merely points to it (a signal, a version) does not wait.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(rows))


def changed_meanwhile() -> Conflict:
    """Return the conflict of somebody who decides about words that are no longer the newest."""
    return Conflict(
        "article_changed_meanwhile", _l("Somebody changed this article just now. Look at it again, then decide.")
    )
