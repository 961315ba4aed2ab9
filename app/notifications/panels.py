"""What other pages show of notices: a question's, muting it, a bar for answers that come meanwhile, and that it was
read; an article's, that it was seen; the list of saved filters, whether one hears of what a search finds.
"""

from __future__ import annotations

from typing import Any

from flask import g

from app.actor import Actor
from app.community.links import question_url
from app.community.models.saved_filters import SavedFilter
from app.community.queries.thread import Thread
from app.knowledge.models.articles import Article
from app.notifications.alerts import alerts_of, may_tell_of
from app.notifications.views.blueprint import bell_now, unread_now


def mute_panel(_viewer: Actor, thread: Thread) -> tuple[str, dict[str, Any]] | None:
    """Return the button that mutes a question, for whoever follows it, or that lets her hear of it again."""
    if not (thread.ties.follows or bell_now().is_muted):
        return None
    question = thread.question
    here = question_url(question.id, question.title)
    return "notifications/_mute.html", {"question": question, "is_muted": bell_now().is_muted, "here": here}


def news_panel(_viewer: Actor, thread: Thread) -> tuple[str, dict[str, Any]] | None:
    """Return the bar, empty until there is something to say, and for who has news here the form that marks it read."""
    return "notifications/_news.html", {
        "question": thread.question,
        "after": thread.page.newest_id,
        "upto": unread_now().get(thread.question.id),
    }


def article_panel(_viewer: Actor, article: Article) -> tuple[str, dict[str, Any]] | None:
    """Return the form that marks what an article asks for, or that it is new in a search, as seen: its page is open."""
    if article.id not in bell_now().articles:
        return None
    return "notifications/_article.html", {"article": article}


def alert_panel(viewer: Actor, saved: SavedFilter) -> tuple[str, dict[str, Any]] | None:
    """Return the button by which one hears of what a saved search finds, or no more; one statement for the whole list.

    Other lists than searches are followed by their tag or category.
    """
    if not may_tell_of(saved):
        return None
    if "search_alerts" not in g:
        g.search_alerts = alerts_of(viewer)
    return "notifications/_alert.html", {"saved": saved, "is_told": saved.id in g.search_alerts}
