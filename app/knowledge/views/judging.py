"""What readers say of an article. Those who are signed in say that it worked or is outdated; everybody, whether it
helped: that form carries no token, because pages for visitors are kept, and says nothing that could be misused.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import Blueprint, current_app, flash, g, render_template, request
from flask_babel import gettext as _

from app import clock
from app.errors import Invalid
from app.knowledge.forms.writing import HelpfulForm, SignalForm
from app.knowledge.lengths import UNHELPFUL_REASONS
from app.knowledge.links import article_path
from app.knowledge.models.articles import Article
from app.knowledge.queries import articles
from app.knowledge.services import judging
from app.knowledge.views.blueprint import Answered, bp, words_for_templates
from app.web import throttle
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.forms import see_other

open_bp = Blueprint("knowledge_open", __name__)
open_bp.context_processor(words_for_templates)


@bp.post("/knowledge/<slug>/worked")
@signed_in
def worked(slug: str) -> Answered:
    """Say that an article worked, or take that back."""
    return _signal(slug, "worked")


@bp.post("/knowledge/<slug>/outdated")
@signed_in
def outdated(slug: str) -> Answered:
    """Say that an article is outdated, or take that back."""
    return _signal(slug, "outdated")


@open_bp.post("/knowledge/<slug>/helpful")
@public
def helpful(slug: str) -> Answered:
    """Say whether an article helped; when it did not, the next page asks why."""
    throttle.count("helpful_by_network", throttle.network())
    form = HelpfulForm()
    if not form.validate():
        raise Invalid("helpful", _("What was sent cannot be used."))
    found = articles.article_for(actor(), slug)
    reason = form.reason.data if form.reason.data in UNHELPFUL_REASONS else None
    is_helpful = form.helped.data == "yes"
    judging.mark_helpful(
        actor(),
        found,
        is_helpful=is_helpful,
        visitor_digest=_visitor(found) if actor().is_visitor else None,
        reason=reason,
        note=form.note.data or "",
    )
    if not is_helpful and reason is None:
        form.process(helped="no")
        g.page_is_kept = False
        return render_template("knowledge/unhelpful.html", article=found, form=form)
    flash(_("Thank you. The people who keep this article see it."), "good")
    return see_other(article_path(found.slug))


@open_bp.post("/knowledge/<slug>/read")
@public
def read(slug: str) -> Answered:
    """Count that an article was read, some seconds after its page came."""
    throttle.count_look("read_by_network", throttle.network())
    judging.count_read(articles.article_for(actor(), slug))
    return "", 204


def _signal(slug: str, kind: str) -> Answered:
    throttle.count("vote_by_person", str(actor().person_id))
    form = SignalForm()
    if not form.validate():
        raise Invalid("signal", _("What was sent cannot be used."))
    found = articles.article_for(actor(), slug)
    if form.on.data:
        judging.give_signal(actor(), found, kind, reason=form.reason.data or "")
        flash(_("Thank you. It counts at once, and the page shows it."), "good")
    else:
        judging.withdraw_signal(actor(), found, kind)
    return see_other(article_path(found.slug) + "#evidence")


def _visitor(article: Article) -> str:
    """Return what tells a visitor's word from another's: of this article, in this week, and of no other use."""
    week = clock.now().strftime("%G-%V")
    told = f"{throttle.network()}\x1f{request.user_agent.string}\x1f{article.id}\x1f{week}"
    key = str(current_app.secret_key).encode()
    return hmac.new(key, told.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
