"""Caring for knowledge: what waits for whom, how it stands, translations, the glossary, licences."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.errors import Invalid, NotFound
from app.knowledge import policy
from app.knowledge.forms.writing import UNHELPFUL_WORDS, TermForm
from app.knowledge.licences import CONTRIBUTOR_ARTICLES, PUBLISHER_ARTICLES, PUBLISHER_REVIEWS
from app.knowledge.models.articles import Article
from app.knowledge.queries import articles, care, gaps, glossary, translations
from app.knowledge.queries.licences import licence_of, record_of
from app.knowledge.services import keeping, missing
from app.knowledge.views.blueprint import Answered, bp
from app.prose.language import LANGUAGES
from app.verdict import require
from app.web import throttle
from app.web.access import public, signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.kept_pages import kept
from app.web.language import current_language, language_name


@bp.get("/knowledge/mine")
@signed_in
def mine() -> Answered:
    """The articles one began or looks after, and the licence one earned."""
    licence = licence_of(actor())
    return render_template(
        "knowledge/mine.html",
        rows=care.written_by(actor()),
        licence=licence,
        record=record_of(actor().person_id or 0),
        needs={"contributor": CONTRIBUTOR_ARTICLES, "publisher": PUBLISHER_ARTICLES, "reviews": PUBLISHER_REVIEWS},
    )


@bp.get("/knowledge/tasks")
@signed_in
def tasks() -> Answered:
    """What waits for the viewer: reviews she may give, and articles that ask for her."""
    licence = licence_of(actor())
    return render_template(
        "knowledge/tasks.html",
        reviews=care.reviews_for(actor(), licence=licence),
        tasks=care.tasks_for(actor(), is_keeper=bool(policy.can_keep(actor(), licence=licence))),
        licence=licence,
    )


@bp.get("/knowledge/work")
@signed_in
def work() -> Answered:
    """How it stands with knowledge, and what to write next; for who keeps it."""
    licence = licence_of(actor())
    require(policy.can_keep(actor(), licence=licence))
    return render_template(
        "knowledge/work.html",
        states=care.counts_by_state(actor()),
        gaps=gaps.open_gaps(),
        asked=gaps.asked_without_article(actor()),
        read=care.most_read(actor(), clock.now() - timedelta(days=30)),
        unhelpful=care.most_unhelpful(actor()),
        reason_words=dict(UNHELPFUL_WORDS),
        unreviewed=care.unreviewed(actor(), care.long_ago(clock.now())),
        licence=licence,
    )


@bp.post("/knowledge/gaps/<int:gap_id>/dismiss")
@signed_in
def dismiss_gap(gap_id: int) -> Answered:
    """Say that no article is needed for this."""
    throttle.count("edit_by_person", str(actor().person_id))
    missing.dismiss(actor(), gaps.gap_for(actor(), gap_id, licence=licence_of(actor())))
    flash(_("It is off the list."), "info")
    return see_other(url_for("knowledge.work"))


@bp.get("/knowledge/translations")
@public
@kept
def translation_list() -> Answered:
    """How much of the knowledge there is in each language, what lags behind, and what is missing."""
    wanted = request.args.get("language", current_language())
    if wanted not in LANGUAGES:
        raise NotFound
    return render_template(
        "knowledge/translations.html",
        coverage=translations.coverage(actor()),
        lagging=translations.lagging(actor()),
        untranslated=translations.untranslated(actor(), wanted),
        language=wanted,
    )


@bp.get("/knowledge/glossary")
@public
@kept
def glossary_page() -> Answered:
    """The words of the glossary in one language."""
    wanted = request.args.get("language", current_language())
    if wanted not in LANGUAGES:
        raise NotFound
    return _glossary(wanted)


@bp.post("/knowledge/glossary")
@signed_in
def put_term() -> Answered:
    """Explain a word, or change what is said of it."""
    throttle.count("edit_by_person", str(actor().person_id))
    form = TermForm()
    form.language.choices = _languages()
    is_valid = form.validate()
    require(policy.can_keep(actor(), licence=licence_of(actor())))
    if is_valid:
        try:
            keeping.put_term(
                actor(),
                language=form.language.data or "",
                term=form.term.data or "",
                definition=form.definition.data or "",
                article=_named_article(form.article.data or ""),
            )
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("The word is in the glossary."), "good")
            return see_other(url_for("knowledge.glossary_page", language=form.language.data))
    return _glossary(form.language.data if form.language.data in LANGUAGES else current_language(), form), 422


@bp.post("/knowledge/glossary/<int:term_id>/remove")
@signed_in
def remove_term(term_id: int) -> Answered:
    """Take a word out of the glossary."""
    throttle.count("edit_by_person", str(actor().person_id))
    require(policy.can_keep(actor(), licence=licence_of(actor())))
    found = glossary.term_with(term_id)
    language = found.language
    keeping.remove_term(actor(), found)
    flash(_("The word is no longer in the glossary."), "info")
    return see_other(url_for("knowledge.glossary_page", language=language))


def _glossary(language: str, form: TermForm | None = None) -> str:
    can_keep = policy.can_keep(actor(), licence=licence_of(actor()))
    if form is None and can_keep:
        form = TermForm(formdata=None, language=language)
        form.language.choices = _languages()
    return render_template(
        "knowledge/glossary.html",
        terms=glossary.terms(actor(), language),
        language=language,
        languages=sorted({*glossary.languages_with_terms(), *LANGUAGES[:2]}),
        form=form,
        can_keep=can_keep,
    )


def _languages() -> list[tuple[str, str]]:
    return [(code, language_name(code)) for code in LANGUAGES]


def _named_article(typed: str) -> Article | None:
    """Return the article whose address was typed. Raises Invalid at its field where there is none."""
    slug = urlsplit(typed.strip()).path.rstrip("/").rpartition("/")[2]
    if not slug:
        return None
    try:
        return articles.article_for(actor(), slug)
    except NotFound as error:
        raise Invalid("no_such_article", _("There is no article at this address."), field="article") from error
