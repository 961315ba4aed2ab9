"""Writing articles: new ones, from an answer, over what they say, and what happens when two do so at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.community.queries import thread
from app.db import db
from app.drafts import posting as drafts
from app.drafts.places import ARTICLE
from app.drafts.queries import Slot
from app.errors import Conflict, Invalid, NotFound
from app.knowledge import policy
from app.knowledge.forms.writing import UNHELPFUL_WORDS, ArticleForm, EditArticleForm
from app.knowledge.links import article_path
from app.knowledge.models.articles import Article
from app.knowledge.queries import articles, care, evidence, gaps, translations, versions
from app.knowledge.queries.licences import licence_of
from app.knowledge.services import deriving, missing, reviewing, translating, writing
from app.knowledge.views.article_forms import (
    begin,
    chosen,
    fields_of,
    fields_of_article,
    fields_of_version,
    fill_choices,
    fit_to_translation,
    language_chosen,
    leave_what_is_settled,
    sent,
)
from app.knowledge.views.blueprint import Answered, bp
from app.knowledge.wording import ArticleText, changes_between
from app.paging import LARGEST_ID
from app.privacy.audiences import PUBLIC
from app.prose.language import LANGUAGES
from app.verdict import require
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.language import current_language, language_name


@bp.route("/knowledge/new", methods=["GET", "POST"])
@signed_in
def new_article() -> Answered:
    """Begin an article: empty, made of an answer (`?answer=`), or for what is missing (`?gap=`)."""
    form, text = sent(ArticleForm())
    require(policy.can_write_article(actor()))
    answer_id, gap_id = _number("answer"), _number("gap")
    place = f"article-answer.{answer_id}" if answer_id else f"article-gap.{gap_id}" if gap_id else ARTICLE
    answer = thread.answer_for(actor(), answer_id) if answer_id is not None else None
    gap = gaps.gap_for(actor(), gap_id, licence=licence_of(actor())) if gap_id is not None else None
    taken: tuple[str, ...] = ()
    begun: dict[str, Any] = {
        "title": gap.words if gap else "",
        "language": gap.language if gap else current_language(),
    }
    if answer is not None:
        beginning = deriving.beginning_of(answer)
        taken, begun = beginning.taken, fields_of(beginning)
    slot = begin(form, place, begun)
    fill_choices(form)
    if text is not None:
        try:
            made = writing.write_article(
                actor(), text, audience=form.audience.data or PUBLIC, language=language_chosen(form, text)
            )
            if answer is not None:
                deriving.note_source(actor(), made, answer)
            if gap is not None:
                missing.note_article(actor(), gap, made)
            if "review" in request.form:
                reviewing.ask_review(actor(), made)
        except Invalid as error:
            attach(form, error)
        else:
            drafts.posted(actor(), place)
            _say_begun()
            return see_other(article_path(made.slug))
    made_already = articles.article_rows(actor(), evidence.made_of_answers([answer.id])) if answer is not None else []
    page = render_template(
        "knowledge/new.html", form=form, answer=answer, gap=gap, taken=taken, slot=slot, made_already=made_already
    )
    return (page, 422) if request.method == "POST" else page


@bp.route("/knowledge/<slug>/edit", methods=["GET", "POST"])
@signed_in
def edit_article(slug: str) -> Answered:
    """Write an article over."""
    form, text = sent(EditArticleForm())
    found = articles.article_for(actor(), slug)
    require(policy.can_edit(actor(), found, licence=licence_of(actor())))
    original = translations.original_of(actor(), found)
    leave_what_is_settled(form, found)
    fit_to_translation(form, found, original)
    head = versions.version_of(found, found.head_number)
    place = f"edit-article.{found.id}"
    slot = begin(form, place, {**fields_of_article(found, head), "significance": "medium", "change": ""})
    if request.method == "GET":
        form.version.process_data(slot.began_with(found.head_number))
    fill_choices(form)
    if text is not None:
        try:
            is_live = writing.revise(
                actor(),
                found,
                text,
                significance=form.significance.data or "",
                change=form.change.data or "",
                seen_number=form.version.data,
                follows=form.original_version.data if "follows" in form and form.follows.data else None,
                language=chosen(form, "language"),
                audience=chosen(form, "audience"),
            )
            if "review" in request.form and not is_live and found.review_number is None:
                reviewing.ask_review(actor(), found)
        except Invalid as error:
            attach(form, error)
        except Conflict as error:
            if error.code != "edited_meanwhile":
                raise
            return _conflict_page(form, text, found, slot)
        else:
            drafts.posted(actor(), place)
            flash(_("Your change is published.") if is_live else _("Your change is saved."), "good")
            return see_other(article_path(found.slug))
    page = render_template(
        "knowledge/edit.html",
        form=form,
        article=found,
        original=original,
        changed=translations.changed_since(found, original) if original else None,
        missed=care.what_was_missed(found),
        reason_words=dict(UNHELPFUL_WORDS),
        slot=slot,
    )
    return (page, 422) if request.method == "POST" else page


@bp.route("/knowledge/<slug>/translate", methods=["GET", "POST"])
@signed_in
def translate(slug: str) -> Answered:
    """Begin a translation of an article (`?to=` names the language)."""
    form, text = sent(ArticleForm())
    found = articles.article_for(actor(), slug)
    require(policy.can_write_article(actor()))
    there = translations.languages_of(found)
    wanted, place = request.args.get("to", ""), f"translate-article.{found.id}"
    slot = begin(
        form, place, {**fields_of_version(found), "language": wanted if wanted in LANGUAGES else current_language()}
    )
    fill_choices(form)
    form.language.choices = [(code, language_name(code)) for code in LANGUAGES if code not in there]
    del form.audience
    if text is not None:
        try:
            made = translating.translate(actor(), found, text, language=form.language.data or "")
            if "review" in request.form:
                reviewing.ask_review(actor(), made)
        except Invalid as error:
            attach(form, error)
        else:
            drafts.posted(actor(), place)
            _say_begun()
            return see_other(article_path(made.slug))
    page = render_template("knowledge/translate.html", form=form, article=found, slot=slot)
    return (page, 422) if request.method == "POST" else page


@bp.get("/knowledge/number/<int:article_id>/edit")
@signed_in
def edit_by_number(article_id: int) -> Answered:
    """Lead to where an article is edited, whatever its address is by now; drafts know it by its number."""
    slug = articles.article_with(actor(), article_id).slug
    return redirect(url_for(".edit_article", slug=slug), 302)  # type: ignore[return-value]


@bp.get("/knowledge/number/<int:article_id>/translate")
@signed_in
def translate_by_number(article_id: int) -> Answered:
    """Lead to where an article is translated, in the same way."""
    slug = articles.article_with(actor(), article_id).slug
    return redirect(url_for(".translate", slug=slug), 302)  # type: ignore[return-value]


def _conflict_page(form: Any, text: ArticleText, found: Article, slot: Slot) -> tuple[str, int]:
    """Answer with both texts, what differs, and the writer's own in a form that saves on top of the new version."""
    db.session.refresh(found)
    theirs = versions.version_of(found, found.head_number)
    began = versions.version_of(found, min(form.version.data, found.head_number))
    mine = SimpleNamespace(**text.columns())
    form.version.process_data(found.head_number)
    page = render_template(
        "knowledge/conflict.html",
        form=form,
        article=found,
        theirs=theirs,
        meanwhile=changes_between(began, theirs),
        between=changes_between(theirs, mine),
        slot=slot,
    )
    return page, 409


def _number(name: str) -> int | None:
    """Return the id that the address or the form names. Raises NotFound for what is none."""
    sent_value = request.values.get(name)
    if not sent_value:
        return None
    if not (sent_value.isascii() and sent_value.isdigit()) or len(sent_value) > 19 or int(sent_value) > LARGEST_ID:
        raise NotFound
    return int(sent_value)


def _say_begun() -> None:
    if "review" in request.form:
        flash(_("Your article waits for a reviewer. You can go on improving it."), "good")
    else:
        flash(_("Your draft is saved. Only you, curators and moderators see it until you ask for a review."), "good")
