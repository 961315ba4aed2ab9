"""Asking: the page on which a request is made and sent to whoever can help."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.community import policy, queries, services
from app.community.compose import compose
from app.community.forms import AskForm
from app.community.links import question_url
from app.community.settings import MOST_TAGS
from app.community.tags import parse_tags
from app.community.views import category_words
from app.errors import Invalid
from app.privacy.audiences import PUBLIC, organisation_audience
from app.verdict import require
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import attach
from app.web.language import current_language

bp = Blueprint("routing", __name__)


@bp.get("/ask")
@signed_in
def ask() -> str:
    """The page to ask on; `?title=` fills the title in."""
    require(policy.can_ask(actor()))
    form = AskForm(formdata=None, title=request.args.get("title", "")[:300])
    return _ask_page(form)


@bp.post("/ask")
@signed_in
def post_question() -> tuple[str, int] | Response:
    """Ask."""
    throttle.count("ask_by_person", str(actor().person_id))
    form = AskForm()
    if form.validate():
        try:
            text = compose(form.body.data, title=form.title.data, prior=current_language())
            question = services.ask_question(
                actor(),
                title=form.title.data,
                text=text,
                category_id=form.category.data,
                tag_names=parse_tags(form.tags.data or "", most=MOST_TAGS.value),
                audience=form.audience.data or PUBLIC,
            )
        except Invalid as error:
            attach(form, error)
        else:
            return redirect(question_url(question.id, question.title), 303)  # type: ignore[return-value]
    return _ask_page(form), 422


def _ask_page(form: AskForm) -> str:
    form.category.choices = [(each.id, category_words(each)["name"]) for each in queries.categories()]
    own = [
        (organisation_audience(s.organisation_id), _("Only %(name)s", name=s.organisation_name)) for s in actor().seats
    ]
    form.audience.choices = [(PUBLIC, _("Everybody")), *own]
    return render_template("routing/ask.html", form=form, preview_url=url_for("community.preview"))
