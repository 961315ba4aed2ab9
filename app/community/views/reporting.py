"""Reporting a text to moderators, what they decide, and what became of one's own reports."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from app.community import policy
from app.community.forms.closing import DecisionForm
from app.community.forms.talk import ReportForm
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.queries import comments, reports, thread
from app.community.queries.gone import gone
from app.community.services import reporting
from app.community.views.blueprint import Answered, answer_url, bp
from app.errors import Invalid
from app.verdict import require
from app.web import throttle
from app.web.access import only, signed_in
from app.web.current_actor import actor
from app.web.forms import attach, see_other


@bp.route("/q/<int:question_id>/report", methods=["GET", "POST"])
@signed_in
def report_question(question_id: int) -> Answered:
    """Report a question."""
    form = _form()
    return _report(form, thread.question_for(actor(), question_id))


@bp.route("/answers/<int:answer_id>/report", methods=["GET", "POST"])
@signed_in
def report_answer(answer_id: int) -> Answered:
    """Report an answer."""
    form = _form()
    return _report(form, thread.answer_for(actor(), answer_id))


@bp.route("/comments/<int:comment_id>/report", methods=["GET", "POST"])
@signed_in
def report_comment(comment_id: int) -> Answered:
    """Report a comment."""
    form = _form()
    found = comments.comment_for(actor(), comment_id)
    if found.deleted_at is not None:
        raise gone(found)
    return _report(form, found)


@bp.get("/reports")
@signed_in
def own_reports() -> Answered:
    """What one reported, and what was decided."""
    return render_template("community/reports.html", reports=reports.own_reports(actor()))


@bp.post("/reports/<int:report_id>/leave")
@only("moderator")
def leave_reported(report_id: int) -> Answered:
    """Leave what was reported as it is, and say why."""
    throttle.count("tidy_by_person", str(actor().person_id))
    form = DecisionForm()
    if not form.validate():
        raise Invalid("decision", form.words.errors[0] if form.words.errors else None)
    reporting.leave(actor(), reports.report_for(actor(), report_id), words=form.words.data or "")
    flash(_("You left it as it is. The person who reported it reads why."), "info")
    return see_other(url_for("community.moderation"))


def _form() -> ReportForm:
    if request.method == "GET":
        return ReportForm(formdata=None)
    throttle.count("report_by_person", str(actor().person_id))
    return ReportForm()


def _report(form: ReportForm, subject: Question | Answer | Comment) -> Answered:
    question = subject if isinstance(subject, Question) else subject.question
    author = subject.asker if isinstance(subject, Question) else subject.author
    require(policy.can_report(actor(), author_id=author.id))
    back = _place(subject, question)
    if request.method == "POST" and form.validate():
        try:
            reporting.report(actor(), subject, reason=form.reason.data, words=form.words.data or "")
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("Thank you. A moderator looks at it, and you hear what was decided."), "good")
            return see_other(back)
    page = render_template(
        "community/report.html", form=form, subject=subject, question=question, author=author, back=back
    )
    return (page, 422) if request.method == "POST" else page


def _place(subject: Question | Answer | Comment, question: Question) -> str:
    if isinstance(subject, Comment):
        return answer_url(question, subject.answer_id, subject.id)
    return answer_url(question, subject.id if isinstance(subject, Answer) else None)
