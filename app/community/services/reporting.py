"""Reporting a text to moderators, and what they decide about it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.actor import Actor
from app.community import policy
from app.community.events.reporting import ReportMade, ReportOutcome, ReportReason, ReportSettled
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.models.reports import Report
from app.db import db
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.verdict import require


def report(actor: Actor, subject: Question | Answer | Comment, *, reason: ReportReason, words: str = "") -> Report:
    """Tell moderators about a text. Raises Conflict where this person's report of it is still open."""
    author_id = subject.asker_id if isinstance(subject, Question) else subject.author_id
    require(policy.can_report(actor, author_id=author_id))
    assert actor.person_id is not None
    words = " ".join(words.split())
    if reason == "other" and not words:
        raise Invalid("report_words", _l("Say in a few words what is wrong."), field="words")
    made = Report(
        place=place_of(subject),
        question_id=subject.id if isinstance(subject, Question) else subject.question_id,
        answer_id=subject.id if isinstance(subject, Answer) else None,
        comment_id=subject.id if isinstance(subject, Comment) else None,
        person_id=actor.person_id,
        reason=reason,
        note=words,
        made_at=clock.now(),
    )
    db.session.add(made)
    try:
        db.session.flush()  # of two at once, one comes first; the fact carries the id
    except IntegrityError as error:
        raise Conflict("report_made", _l("You reported this already. A moderator will look at it.")) from error
    fact = ReportMade(
        report_id=made.id,
        question_id=made.question_id,
        answer_id=made.answer_id,
        comment_id=made.comment_id,
        person_id=made.person_id,
        reason=reason,
    )
    record(fact, by=actor, request_id=made.question_id)
    return made


def leave(actor: Actor, found: Report, *, words: str) -> None:
    """Leave the reported text as it is, and say why: the reporter reads it."""
    require(policy.can_moderate(actor))
    if not (words := " ".join(words.split())):
        raise Invalid("decision_missing", _l("Say why it stays: the person who reported it reads this."), field="words")
    if not _settle(actor, Report.id == found.id, outcome="left", decision=words):
        raise Conflict("report_settled", _l("Somebody else decided about this meanwhile."))


def removed(actor: Actor, subject: Question | Answer | Comment) -> None:
    """Settle what was reported about a text, because it is gone."""
    _settle(actor, Report.place == place_of(subject), outcome="removed")


def place_of(subject: Question | Answer | Comment) -> str:
    """Return the name of a text among the reports: "answer:34"."""
    return f"{type(subject).__name__.lower()}:{subject.id}"


def _settle(actor: Actor, which: ColumnElement[bool], *, outcome: ReportOutcome, decision: str = "") -> bool:
    values = {"settled_at": clock.now(), "settled_by_id": actor.person_id, "outcome": outcome, "decision": decision}
    # Whether it is open still is asked in the UPDATE itself: two moderators may decide at once.
    changed = update(Report).where(which, Report.settled_at.is_(None)).values(values).returning(Report.id)
    settled = db.session.scalars(changed).all()
    for each in db.session.scalars(select(Report).where(Report.id.in_(settled)).order_by(Report.id)) if settled else ():
        where = each.thread.id
        fact = ReportSettled(report_id=each.id, question_id=where, person_id=each.person_id, outcome=outcome)
        record(fact, by=actor, request_id=where)
    return bool(settled)
