"""The forms in which articles are written: what they begin with, what can be chosen, and what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _

from app.community.queries import shelves
from app.community.settings import MOST_TAGS
from app.community.tags import parse_tags
from app.drafts.queries import Slot, slot_for
from app.errors import Invalid
from app.knowledge.models.articles import Article
from app.knowledge.models.versions import ArticleRevision
from app.knowledge.services import deriving
from app.knowledge.wording import ArticleText, compose_article
from app.organisations.queries import organisations_for
from app.privacy.audiences import PUBLIC, organisation_audience
from app.prose.language import LANGUAGES
from app.web import throttle
from app.web.current_actor import actor
from app.web.forms import attach
from app.web.language import current_language, language_name


def begin(form: Any, place: str, begun: Mapping[str, Any]) -> Slot:
    """Fill the form with the writer's draft at this place, else with what it begins with; return the place."""
    if request.method != "GET":
        return Slot(place)
    slot = slot_for(actor(), place)
    form.process(**{**begun, **{name: value for name, value in slot.fields.items() if name != "version"}})
    return slot


def sent(form: Any) -> tuple[Any, ArticleText | None]:
    """Return the form, and, when one was sent that is valid, its words ready to be stored. Before any statement."""
    if request.method == "GET":
        return form, None
    throttle.count("edit_by_person", str(actor().person_id))
    if not form.validate():
        return form, None
    try:
        body = compose_article(form.body.data, title=form.title.data, prior=current_language())
        return form, ArticleText(
            title=form.title.data,
            summary=form.summary.data,
            body=body,
            tag_names=parse_tags(form.tags.data or "", most=MOST_TAGS.value),
            category_id=form.category.data or None,
            product=form.product.data or "",
            product_version=form.product_version.data or "",
            applies_organisation_id=form.organisation.data or None,
        )
    except Invalid as error:
        attach(form, error)
        return form, None


def fill_choices(form: Any) -> None:
    """Give the form of an article what can be chosen."""
    kept = form.category.data or None
    named = [(each.id, _category_name(each)) for each in shelves.open_categories(beside=kept)]
    form.category.choices = [(0, _("None")), *named]
    form.organisation.choices = [(0, _("None")), *((each.id, each.name) for each in organisations_for(actor()))]
    if form.organisation.data not in {value for value, _label in form.organisation.choices}:
        form.organisation.data = 0
    if "language" in form:
        form.language.choices = [(code, language_name(code)) for code in LANGUAGES]
    if "audience" in form:
        seats = [(organisation_audience(each.organisation_id), each.organisation_name) for each in actor().seats]
        form.audience.choices = [(PUBLIC, _("Everybody")), *seats]


def fields_of(beginning: deriving.Beginning) -> dict[str, Any]:
    """Return what the form of an article that is made of something begins with."""
    return {
        "title": beginning.title,
        "summary": beginning.summary,
        "body": beginning.body,
        "tags": ", ".join(beginning.tag_names),
        "category": beginning.category_id or 0,
        "language": beginning.language,
        "audience": beginning.audience,
    }


def fields_of_version(of: Article | ArticleRevision) -> dict[str, Any]:
    """Return what the form of an article that is written over begins with."""
    return {
        "title": of.title,
        "summary": of.summary,
        "body": of.body,
        "product": of.product,
        "product_version": of.product_version,
        "organisation": of.applies_organisation_id or 0,
        "category": of.category_id or 0,
        "tags": ", ".join(of.tag_names),
    }


def fields_of_article(article: Article, head: ArticleRevision) -> dict[str, Any]:
    """Return the same with what versions do not have."""
    return {**fields_of_version(head), "language": article.language, "audience": article.audience}


def language_chosen(form: Any, text: ArticleText) -> str:
    """Return the language that was chosen for an article, else that of its words."""
    chosen: str = form.language.data or ""
    return chosen if chosen in LANGUAGES else text.body.language


def chosen(form: Any, name: str) -> str | None:
    """Return what was chosen in a field; None where it was not there to be chosen in."""
    return form[name].data if name in form and form[name].raw_data else None


def leave_what_is_settled(form: Any, found: Article) -> None:
    """Let who writes over a draft correct its language and readers. What was published keeps both, and a translation
    has the readers of what it translates.
    """
    if found.live_number is not None:
        del form.language
    if found.live_number is not None or found.translation_of_id is not None:
        del form.audience


def fit_to_translation(form: Any, found: Article, original: Article | None) -> None:
    """Let who writes over a translation that lags say that it follows now; of others nothing is asked."""
    if found.translation_state == "current" or original is None or original.live_number == found.translated_number:
        del form.follows, form.original_version
        return
    if request.method == "GET":
        form.original_version.process_data(original.live_number)
    seen = form.original_version.data or original.live_number
    form.follows.label.text = _("This now says what version %(number)s of the original says", number=seen)


def _category_name(category: Any) -> str:
    words: dict[str, str] = category.texts.get(current_language()) or next(iter(category.texts.values()))
    return words["name"]
