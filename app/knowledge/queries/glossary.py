"""Reading the glossary."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.actor import Actor
from app.db import db
from app.errors import NotFound
from app.knowledge.models.articles import Article
from app.knowledge.models.care import Term
from app.knowledge.queries.visibility import listed


def terms(viewer: Actor, language: str) -> Sequence[Term]:
    """Return the words in one language in their order, each with the article that tells more, where she may read it."""
    query = (
        select(Term)
        .outerjoin(Article, (Article.id == Term.article_id) & listed(viewer))
        .where(Term.language == language)
        .options(contains_eager(Term.article))
        .order_by(Term.term_key)
        .limit(1_000)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def languages_with_terms() -> Sequence[str]:
    """Return the languages in which the glossary has words."""
    return db.session.scalars(select(Term.language).distinct().order_by(Term.language)).all()


def term_with(term_id: int) -> Term:
    """Return a word of the glossary. Raises NotFound."""
    found = db.session.get(Term, term_id)
    if found is None:
        raise NotFound
    return found
