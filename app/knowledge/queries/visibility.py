"""What is there, for whom: the only place that knows. Whoever lists, counts or suggests articles asks it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_

from app.actor import Actor
from app.knowledge.models.articles import Article
from app.knowledge.models.care import Licence
from app.privacy.audiences import PUBLIC, known_to


def visible(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on articles that holds for those the viewer may open: published or put away, and what she
    helps to make.
    """
    return and_(known_to(viewer, Article.audience), or_(Article.state.in_(("published", "archived")), _helps(viewer)))


def listed(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on articles that holds for those that lists show: published, and for her eyes."""
    return and_(known_to(viewer, Article.audience), Article.state == "published")


def suggested(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on articles that may be offered unasked: one is sure enough of them."""
    return and_(listed(viewer), Article.is_suggested)


def _helps(viewer: Actor) -> ColumnElement[bool]:
    """Who sees what is not published: its author and owner, curators, and reviewers once it is given to them."""
    if viewer.is_visitor:
        return false()
    hers = or_(Article.author_id == viewer.person_id, Article.owner_id == viewer.person_id)
    may_review = exists().where(Licence.person_id == viewer.person_id, Licence.level != "candidate")
    in_review = and_(Article.state == "in_review", or_(may_review, Article.audience != PUBLIC))
    return or_(hers, in_review, _keeps(viewer))


def _keeps(viewer: Actor) -> ColumnElement[bool]:
    return Article.id.is_not(None) if viewer.is_curator or viewer.is_moderator else false()
