"""Articles to read: the list, and the page of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import render_template, request

from app import clock
from app.community.queries import shelves
from app.knowledge import policy
from app.knowledge.confidence import confidence_of
from app.knowledge.forms.writing import OwnerForm
from app.knowledge.links import article_path
from app.knowledge.models.articles import Article
from app.knowledge.outline import headings
from app.knowledge.queries import about, articles, care, evidence, translations, versions
from app.knowledge.queries.licences import licence_of
from app.knowledge.views.blueprint import Answered, bp, moved
from app.paging import Key
from app.privacy.audiences import PUBLIC
from app.verdict import Verdict
from app.web.access import public
from app.web.current_actor import actor
from app.web.kept_pages import kept
from app.web.language import current_language


@dataclass(frozen=True)
class May:
    """What the viewer may do with the article she reads."""

    edit: Verdict
    ask_review: Verdict
    review: Verdict
    verify: Verdict
    archive: Verdict
    hand_over: Verdict
    signal: Verdict
    mark: Verdict


@bp.get("/knowledge")
@public
@kept
def article_list() -> Answered:
    """The published articles, the latest changed first; in the reader's language unless she asks for others."""
    languages = articles.languages_listed(actor())
    wanted = request.args.get("language", "")
    chosen = wanted or (current_language() if current_language() in languages else "all")
    category = shelves.category_called(request.args["category"]) if request.args.get("category") else None
    after = Key.parse(request.args.get("after"))
    page = articles.articles_for(
        actor(),
        language=None if chosen == "all" else chosen,
        category_id=category.id if category else None,
        tag=request.args.get("tag") or None,
        after=after,
    )
    return render_template(
        "knowledge/articles.html",
        page=page,
        languages=languages,
        chosen=chosen,
        category=category,
        tag=request.args.get("tag"),
        is_first=after is None,
        can_keep=not actor().is_visitor and bool(policy.can_keep(actor(), licence=licence_of(actor()))),
    )


@bp.get("/knowledge/<slug>")
@public
@kept
def article(slug: str) -> Answered:
    """An article: its words, how sure one may be of them and why, and what stands around it."""
    found = articles.article_for(actor(), slug)
    if found.slug != slug:
        return moved(article_path(found.slug))
    return article_page(found)


def article_page(found: Article, owner_form: OwnerForm | None = None) -> str:
    """Return the page of an article; with the form that hands it over, where that was sent and not taken."""
    known = evidence.evidence_of([found.id], clock.now())[found.id]
    licence = licence_of(actor())
    may = _may(found, licence)
    original = translations.original_of(actor(), found)
    if owner_form is None and may.hand_over:
        owner_form = OwnerForm(formdata=None)
    return render_template(
        "knowledge/article.html",
        article=found,
        contents=headings(found.body_html),
        is_public=found.audience == PUBLIC and found.state == "published",
        known=known,
        confidence=confidence_of(known),
        may=may,
        owner_form=owner_form,
        verified_today=_is_today(found.verified_at),
        own=evidence.own_word(actor(), found),
        sources=about.sources_of(actor(), found),
        questions=about.questions_about(actor(), found),
        related=about.related_to(actor(), found),
        terms=about.terms_in(found),
        siblings=translations.siblings_of(actor(), found),
        original=original,
        changed=translations.changed_for_readers(found, original) if original else None,
        tasks=care.open_tasks_of(found) if may.edit else [],
        sent_back=_sent_back(found) if may.edit else None,
    )


def _may(found: Article, licence: str) -> May:
    authors = versions.authors_of(found) if not actor().is_visitor else versions.NOBODY
    return May(
        edit=policy.can_edit(actor(), found, licence=licence),
        ask_review=policy.can_ask_review(actor(), found, licence=licence),
        review=policy.can_review(actor(), found, licence=licence, authors=authors.waiting),
        verify=policy.can_verify(actor(), found, licence=licence, authors=authors.live),
        archive=policy.can_archive(actor(), found),
        hand_over=policy.can_hand_over(actor(), found),
        signal=policy.can_signal(actor(), found),
        mark=policy.can_mark(actor(), found),
    )


def _is_today(moment: datetime | None) -> bool:
    """Say whether it was on this day, in the time of the viewer's settings."""
    zone = ZoneInfo(actor().time_zone)
    return moment is not None and moment.astimezone(zone).date() == clock.now().astimezone(zone).date()


def _sent_back(found: Article) -> object:
    """Return the note of a reviewer who wants something changed, until it is asked for again."""
    if found.review_number is not None or found.head_number == found.live_number:
        return None
    last = versions.last_review(found)
    return last if last is not None and last.decision == "needs_change" else None
