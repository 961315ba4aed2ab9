"""The page of notices: by request, unread first, with the reason for each; read, taken back, muted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.cases.queries.case_view import case_view, is_case
from app.community.queries.thread import question_for
from app.errors import Invalid
from app.knowledge.links import article_path
from app.knowledge.queries.articles import article_with
from app.knowledge.queries.care import unseen_tasks
from app.knowledge.services.caring import see_tasks, see_tasks_of, unsee_tasks
from app.knowledge.views.blueprint import task_words
from app.notifications import sentences, services, wording
from app.notifications.forms import UptoForm
from app.notifications.found import found_for, see_found, see_found_article, unsee_found
from app.notifications.models import OF_CASES
from app.notifications.queries.entries import muted_entries, names_of, read_entries, unread_entries
from app.notifications.queries.seeing import is_handed
from app.notifications.views.blueprint import bp
from app.paging import Key
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import see_other
from app.web.language import current_language
from app.web.own_path import own_path

PAGE = 25
# What one may look at alone → the kinds of news it means.
ABOUT = {
    "answers": ("answer", "accepted"),
    "comments": ("comment", "mention"),
    "questions": (
        "question",
        "invited",
        "closed",
        "reopened",
        "merged",
        "reported",
        "report_settled",
        "locked",
        "unlocked",
        "pinned",
        "moved",
    ),
    "edits": ("edited", "answer_edited", "suggestion", "suggestion_taken", "suggestion_refused"),
    "cases": OF_CASES,
}


@bp.get("/notifications")
@signed_in
def inbox() -> str:
    """What happened where one takes part."""
    key, show = Key.parse(request.args.get("after")), request.args.get("show", "")
    about = request.args.get("about", "")
    kinds = ABOUT.get(about, ())
    unread = unread_entries(actor(), kinds) if key is None and show != "muted" else []
    entries, next_key = [], None
    if show == "muted":
        entries = muted_entries(actor())
    elif show != "unread":
        page = read_entries(actor(), kinds, after=key, size=PAGE)
        entries, next_key = list(page.rows), page.next_key
    names = names_of([*unread, *entries])
    has_articles = key is None and show != "muted" and not about
    tasks = unseen_tasks(actor()) if has_articles else []
    return render_template(
        "notifications/inbox.html",
        unread_entries=unread,
        entries=entries,
        is_muted=show == "muted",
        is_unread_only=show == "unread",
        about=about if kinds else "",
        abouts={name: words() for name, words in sentences.ABOUT.items()},
        is_first=key is None,
        older=None if next_key is None else url_for(".inbox", about=about or None, after=str(next_key)),
        upto=max((each.latest_item_id for each in unread), default=0),
        tasks=tasks,
        found=found_for(actor()) if has_articles else [],
        task_words=task_words(),
        article_path=article_path,
        lines_of=wording.lines_of,
        reasons_of=lambda entry: wording.reasons_of(entry, names, current_language()),
    )


@bp.post("/notifications/read")
@signed_in
def read_all() -> AnyResponse:
    """Mark everything read that the page showed."""
    _count()
    moment = services.mark_all_read(actor(), upto=_upto())
    see_tasks(actor(), upto=_sent("tasks_upto"), at=moment)
    see_found(actor(), upto=_sent("found_upto"), at=moment)
    _say_with_undo(_("Everything is marked as read."), moment)
    return see_other(url_for(".inbox"))


@bp.post("/notifications/articles/read")
@signed_in
def read_tasks() -> AnyResponse:
    """Mark what articles ask for as seen, or the new ones of one's searches (`found_upto`), as far as the page showed.

    They go on asking on one's list of tasks.
    """
    _count()
    moment = clock.now()
    see_tasks(actor(), upto=_upto(), at=moment)
    see_found(actor(), upto=_sent("found_upto"), at=moment)
    _say_with_undo(_("That is marked as read."), moment)
    return see_other(url_for(".inbox"))


@bp.post("/notifications/articles/<int:article_id>/read")
@signed_in
def read_article(article_id: int) -> AnyResponse | tuple[str, int]:
    """Mark what one article asks for, or that it is new in a search, as seen; `quietly` because its page is open."""
    _count()
    found, moment = article_with(actor(), article_id), clock.now()
    see_tasks_of(actor(), found.id, at=moment)
    see_found_article(actor(), found.id, at=moment)
    return _is_read(moment)


@bp.post("/notifications/<int:request_id>/read")
@signed_in
def read(request_id: int) -> AnyResponse | tuple[str, int]:
    """Mark the news about one question read; with `quietly` because its page is open, without a word about it."""
    _count()
    upto = _upto()
    return _is_read(services.mark_read(actor(), _subject(request_id), upto=upto))


@bp.post("/notifications/unread")
@signed_in
def unread() -> AnyResponse:
    """Take back what was marked read at one moment."""
    _count()
    try:
        moment = clock.moment_in(request.form.get("moment", ""))
    except ValueError as error:
        raise Invalid("moment") from error
    services.mark_unread(actor(), read_at=moment)
    unsee_tasks(actor(), seen_at=moment)
    unsee_found(actor(), seen_at=moment)
    return see_other(url_for(".inbox"))


@bp.post("/notifications/<int:request_id>/mute")
@signed_in
def mute(request_id: int) -> AnyResponse:
    """Hear nothing more about a question."""
    _count()
    services.mute(actor(), _subject(request_id))
    undo = {"undo_action": url_for(".unmute", request_id=request_id), "undo_fields": {"next": _back()}}
    flash({"text": _("You hear nothing more about that question."), **undo}, "good")  # type: ignore[arg-type]
    return see_other(_back())


@bp.post("/notifications/<int:request_id>/unmute")
@signed_in
def unmute(request_id: int) -> AnyResponse:
    """Hear of a question again."""
    _count()
    services.unmute(actor(), _subject(request_id))
    flash(_("You hear of that question again."), "good")
    return see_other(_back())


@dataclass(frozen=True)
class Handed:
    """A case that one knows by its handover only."""

    id: int


def _subject(request_id: int) -> services.Subject:
    """Return the question or the case that news is about. Raises NotFound where it is hidden from who asks, and where
    she may not even know that it was handed over.
    """
    if not is_case(request_id):
        return question_for(actor(), request_id)
    if is_handed(actor(), request_id):
        return Handed(request_id)
    return case_view(actor(), request_id)


def _back() -> str:
    """Return where she came from: a question's page, else the list."""
    return own_path(request.form.get("next")) or url_for(".inbox")


def _count() -> None:
    throttle.count("notice_by_person", str(actor().person_id))


def _upto() -> int:
    form = UptoForm()
    if not form.validate():
        raise Invalid("upto", _UNCLEAR, field="upto")
    upto: int = form.upto.data
    return upto


def _sent(name: str) -> int:
    """Return how far a page showed something besides; 0 where it showed nothing of the kind."""
    sent = request.form.get(name, "0")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 19):
        raise Invalid(name, _UNCLEAR, field=name)
    return int(sent)


_UNCLEAR = _l("It is not clear what was to be marked as read. Open the page again, and press once more.")


def _is_read(moment: datetime) -> AnyResponse | tuple[str, int]:
    """Return the answer to who marked one thing read, or whose page did it `quietly`: then there is nothing to say."""
    if request.form.get("quietly"):
        return "", 204
    _say_with_undo(_("That is marked as read."), moment)
    return see_other(url_for(".inbox"))


def _say_with_undo(text: str, moment: datetime) -> None:
    undo = {"undo_action": url_for(".unread"), "undo_fields": {"moment": moment.isoformat()}}
    flash({"text": text, **undo}, "good")  # type: ignore[arg-type]
