"""Operators' pages about the ranking: versions and which is in force, and any decision, looked into and tried anew."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app.admin.forms import numbers_form
from app.admin.views.running import Answered, bp
from app.community.links import question_url
from app.paging import LARGEST_ID, Key
from app.routing import choosing, explaining, inspecting, modelqueries, models, modelstore, sentences, versions_told
from app.routing.settings import PROMOTION_RULE
from app.web.access import only
from app.web.current_actor import actor
from app.web.forms import see_other
from app.web.language import url_with


@bp.get("/ranking")
@only("operator")
def ranking() -> Answered:
    """Every version of the weights, which is in force, and how that came to be."""
    versions = modelqueries.versions()
    return render_template(
        "admin/ranking.html",
        versions=versions,
        in_force=next((each for each in versions if each.is_in_force), None),
        told={each.row.id: versions_told.found(each.row.metrics) for each in versions},
        history=[(step, versions_told.reason(step.promotion.reason)) for step in modelqueries.history()],
        rule=versions_told.rule(PROMOTION_RULE.value),
    )


@bp.post("/ranking/versions/<int:model_id>/use")
@only("operator")
def use_version(model_id: int) -> Answered:
    """Put a version in force; what was in force before can be put back with one click."""
    row = modelqueries.version_with(model_id)
    before = choosing.choose_model(actor(), row)
    said = _("Version %(version)s is in force from now on.", version=row.version)
    if before is None or modelstore.usable(before) is None:
        flash(said, "good")
    else:
        undo: Any = {"text": said, "undo_action": url_for(".use_version", model_id=before.id)}
        flash(undo, "good")
    return see_other(url_for(".ranking"))


@bp.get("/ranking/compare")
@only("operator")
def compare_versions() -> Answered:
    """Two versions side by side, on the decisions that were made and what came of them."""
    versions = modelqueries.versions()
    one, other = _two(versions)
    weights = [] if one is None or other is None else versions_told.weights_beside(one, other)
    return render_template(
        "admin/ranking_compare.html",
        versions=versions,
        one=one,
        other=other,
        weights=weights,
        found=None if one is None or other is None else inspecting.compared(actor(), one, other),
        question_url=question_url,
    )


@bp.get("/ranking/decisions")
@only("operator")
def decisions() -> Answered:
    """Decisions, the newest first; about one question where its number is given."""
    text = request.args.get("q", "").strip().lstrip("#")[:30]
    number = int(text) if text.isascii() and text.isdigit() and int(text) <= LARGEST_ID else None
    page = inspecting.decisions_for(
        actor(), question_id=-1 if text and number is None else number, after=Key.parse(request.args.get("after"))
    )
    return render_template(
        "admin/ranking_decisions.html",
        page=page,
        text=text,
        purposes={each.purpose: versions_told.purpose(each.purpose) for each in page.rows},
        newer=None if "after" not in request.args else url_with(after=""),
        older=None if page.next_key is None else url_with(after=str(page.next_key)),
    )


@bp.get("/ranking/decisions/<int:decision_id>")
@only("operator")
def decision(decision_id: int) -> Answered:
    """Every candidate of a decision with every part."""
    view = inspecting.candidates_of(actor(), decision_id, first=_whole_number("from", least=1))
    weights = modelstore.weights_of(view.decision.model)
    columns = view.rows[0][1]["columns"] if view.rows else []
    parts = [sentences.minute_part(name) for name in view.decision.candidates["minutes"]]
    return render_template(
        "admin/ranking_decision.html",
        view=view,
        decision=view.decision,
        question=view.question,
        purpose=versions_told.purpose(view.decision.purpose),
        minutes=[part for at, part in enumerate(parts) if at in view.telling],
        silent=[part for at, part in enumerate(parts) if at not in view.telling],
        factors=[(name, sentences.factor(name), weights.get(name)) for name in columns],
        left_out=explaining.left_out(view.decision.exclusions),
        question_url=question_url,
        newer=None if view.previous is None else url_with(**{"from": str(view.previous)}),
        older=None if view.following is None else url_with(**{"from": str(view.following)}),
    )


@bp.get("/ranking/decisions/<int:decision_id>/left-out")
@only("operator")
def left_out(decision_id: int) -> Answered:
    """Who was left out of a decision, reason by reason."""
    code = request.args.get("reason")
    found, question, helpers, following = inspecting.left_out_of(
        actor(), decision_id, code=code, after=_whole_number("after", least=0)
    )
    reasons = explaining.left_out_counted(found.exclusions)
    return render_template(
        "admin/ranking_left_out.html",
        decision=found,
        question=question,
        reasons=reasons,
        code=code,
        helpers=helpers,
        question_url=question_url,
        older=None if following is None else url_with(after=str(following)),
        newer=None if "after" not in request.args else url_with(after=""),
    )


@bp.get("/ranking/decisions/<int:decision_id>/what-if")
@only("operator")
def what_if(decision_id: int) -> Answered:
    """The order of a decision with other weights; nothing is changed."""
    found, question, model = inspecting.decision_and_model(actor(), decision_id)
    wanted = versions_told.to_try(model, found.candidates["columns"])
    form = numbers_form(wanted, request.args)
    is_tried = bool(request.args.keys() & wanted.keys())
    moved = inspecting.what_if(found, model, form.numbers()) if form.validate() else []
    return render_template(
        "admin/ranking_what_if.html",
        decision=found,
        question=question,
        question_url=question_url,
        form=form,
        weights=[form[name] for name in wanted if name.startswith("weight-")],
        terms=[form[name] for name in wanted if name.startswith("term-")],
        moved=moved,
        is_tried=is_tried,
        version=model.version,
        is_own=model.version == found.model.version,
    ), 422 if form.errors else 200


@bp.get("/ranking/decisions/<int:decision_id>/compare")
@only("operator")
def compare_orders(decision_id: int) -> Answered:
    """One decision in the order of two versions."""
    found, question, _model = inspecting.decision_and_model(actor(), decision_id)
    versions = [each for each in modelqueries.versions() if each.is_usable]
    one, other = _two(versions)
    moved: list[inspecting.Moved] = []
    if one is not None and other is not None:
        moved = inspecting.two_orders(found, modelstore.numbers_of(one), modelstore.numbers_of(other))
    return render_template(
        "admin/ranking_orders.html",
        decision=found,
        question=question,
        question_url=question_url,
        versions=versions,
        one=one,
        other=other,
        moved=moved,
    )


def _two(versions: list[modelqueries.Version]) -> tuple[models.RankingModel | None, models.RankingModel | None]:
    """Return the two versions asked for; else the one in force and the newest other."""
    by_name = {each.row.version: each.row for each in versions}
    in_force = next((each.row for each in versions if each.is_in_force), None)
    one = by_name.get(request.args.get("one", ""), in_force)
    others = [each.row for each in versions if each.row is not one]
    other = by_name.get(request.args.get("other", ""), others[0] if others else one)
    return one, other


def _whole_number(name: str, *, least: int) -> int:
    text = request.args.get(name, "")
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return max(least, int(text)) if is_number else least
