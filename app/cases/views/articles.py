"""From a solved case to an article, in two clicks: a draft in the words of those who helped, without the customer."""

from __future__ import annotations

from flask import flash, render_template, request
from flask_babel import gettext as _

from app.cases import policy
from app.cases.queries.case_view import case_for
from app.cases.services.retelling import beginning_of_case, make_article
from app.cases.views.blueprint import Answered, acting_in, bp
from app.drafts import posting as drafts
from app.drafts.places import CASE_ARTICLE
from app.errors import Invalid
from app.knowledge.forms.writing import ArticleForm
from app.knowledge.links import article_path
from app.knowledge.views.article_forms import begin, fields_of, fill_choices, language_chosen, sent
from app.privacy.audiences import organisation_audience
from app.verdict import require
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other


@bp.route("/cases/<public_id>/article", methods=["GET", "POST"])
@signed_in
def article_from_case(public_id: str) -> Answered:
    """Begin an article with what was told in a case. It is a draft until somebody asks for a review of it."""
    form, text = sent(ArticleForm())
    found = case_for(actor(), public_id, purpose="work")
    me = acting_in(found)
    require(policy.can_make_article(me, found))
    beginning = beginning_of_case(found)
    place = f"{CASE_ARTICLE}.{public_id}"
    slot = begin(form, place, fields_of(beginning))
    fill_choices(form)
    if text is not None:
        try:
            audience = form.audience.data or organisation_audience(found.holder.id)
            made = make_article(me, found, text, audience=audience, language=language_chosen(form, text))
        except Invalid as error:
            attach(form, error)
        else:
            drafts.posted(actor(), place)
            flash(
                _("Your draft is saved. Only you, curators and moderators see it until you ask for a review."), "good"
            )
            return see_other(article_path(made.slug))
    page = render_template("cases/article.html", form=form, case=found, taken=beginning.taken, slot=slot)
    return (page, 422) if request.method == "POST" else page
