"""Telling an article in another language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.actor import Actor
from app.db import db
from app.errors import Conflict
from app.knowledge import policy
from app.knowledge.models.articles import Article
from app.knowledge.queries.translations import languages_of
from app.knowledge.services.holding import hold
from app.knowledge.services.storing import check_language
from app.knowledge.services.writing import write_article
from app.knowledge.wording import ArticleText
from app.verdict import require


def translate(actor: Actor, article: Article, text: ArticleText, *, language: str) -> Article:
    """Begin a translation, as a draft of the actor's. Of a translation, it is the original's other translation.

    Raises Invalid for a language in which the article is there already, Conflict for one that nobody published yet.
    """
    require(policy.can_write_article(actor))
    original = article
    if article.translation_of_id is not None:
        original = db.session.get_one(Article, article.translation_of_id)
    hold(original)
    if original.state != "published":
        raise Conflict("not_published_yet", _l("This article is not published yet. Translate it when it is."))
    check_language(language, taken=languages_of(original))
    return write_article(actor, text, audience=original.audience, language=language, translation_of=original)
