"""What curators do for search: see what was looked for in vain, keep synonyms, look at questions that seem the same."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app.errors import Invalid, NotFound
from app.search import duplicates, query_log, synonyms
from app.search.forms import SynonymsForm
from app.search.views.blueprint import Answered, bp
from app.web import throttle
from app.web.access import only
from app.web.current_actor import actor
from app.web.forms import attach, see_other


@bp.get("/search/sought")
@only("curator")
def sought() -> Answered:
    """What people looked for in the last 30 days: `?show=` is one of query_log.LISTS."""
    which = request.args.get("show", query_log.LISTS[0])
    if which not in query_log.LISTS:
        raise NotFound
    return render_template("search/sought.html", rows=query_log.sought(which), which=which)


@bp.get("/search/near-duplicates")
@only("curator")
def near_duplicates() -> Answered:
    """Questions that seem the same as an older one."""
    return render_template("search/near_duplicates.html", rows=duplicates.open_pairs(actor()))


@bp.post("/search/near-duplicates/<int:question_id>/<int:older_id>")
@only("curator")
def settle(question_id: int, older_id: int) -> Answered:
    """Say that these two are not the same."""
    throttle.count("tidy_by_person", str(actor().person_id))
    duplicates.settle(actor(), question_id, older_id)
    return see_other(url_for(".near_duplicates"))


@bp.route("/search/synonyms", methods=["GET", "POST"])
@only("curator")
def synonym_list() -> Answered:
    """The words that mean the same; sent, some more."""
    form = SynonymsForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _synonyms_page(form)
    throttle.count("tidy_by_person", str(actor().person_id))
    if form.validate():
        try:
            synonyms.add(actor(), **form.given())
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("These words find one another now."), "good")
            return see_other(url_for(".synonym_list"))
    return _synonyms_page(form), 422


@bp.route("/search/synonyms/<int:synonyms_id>", methods=["GET", "POST"])
@only("curator")
def edit_synonyms(synonyms_id: int) -> Answered:
    """Other words in the place of some."""
    row = synonyms.row_for(synonyms_id)
    if request.method == "GET":
        form = SynonymsForm(
            formdata=None,
            language=row.language,
            words=", ".join(row.words),
            is_two_way=row.is_two_way,
            row_version=row.row_version,
        )
        return render_template("search/edit_synonyms.html", form=form, row=row)
    throttle.count("tidy_by_person", str(actor().person_id))
    form = SynonymsForm()
    if form.validate():
        try:
            synonyms.change(actor(), row.id, **form.given(), row_version=form.row_version.data or 0)
        except Invalid as error:
            attach(form, error)
        else:
            return see_other(url_for(".synonym_list"))
    return render_template("search/edit_synonyms.html", form=form, row=row), 422


@bp.post("/search/synonyms/<int:synonyms_id>/delete")
@only("curator")
def delete_synonyms(synonyms_id: int) -> Answered:
    """Let these words no longer mean the same."""
    throttle.count("tidy_by_person", str(actor().person_id))
    synonyms.take_away(actor(), synonyms.row_for(synonyms_id).id)
    return see_other(url_for(".synonym_list"))


def _synonyms_page(form: SynonymsForm) -> str:
    return render_template("search/synonyms.html", form=form, rows=synonyms.every_row())
