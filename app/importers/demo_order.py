"""Put the demo in order: merge, close and pin what the file says, as if those who keep it tidy had done so.

What is to be done stands in demo_content/order.json. Runs after threads and talk are there, and finds questions by
their keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app.actor import Actor
from app.community.events.closing import QuestionClosed, QuestionPinned
from app.community.events.rearranging import QuestionMerged
from app.community.models.acts import Act
from app.community.models.closings import Closing
from app.community.models.posts import Question
from app.community.services import merging
from app.community.services.state import settle
from app.community.tags import count_tags
from app.db import db
from app.importers.demo_ids import SOURCE, DemoIds
from app.importers.demo_texts import read_order
from app.outbox.facts import Fact
from app.outbox.record import event_row
from app.requests.models import HelpRequest


@dataclass(frozen=True)
class _Done:
    """What one row of the file did: the fact of it, and what undoing it needs."""

    fact: Fact
    question_id: int
    details: dict[str, Any]


def load_order(ids: DemoIds, now: datetime) -> list[tuple[datetime, dict[str, object]]]:
    """Do what the file says, each at its time; return the facts of it with their moments."""
    asked = select(HelpRequest.source_key, Question).join(Question, Question.id == HelpRequest.id)
    questions = {row[0]: row[1] for row in db.session.execute(asked.where(HelpRequest.source == SOURCE))}
    facts: list[tuple[datetime, dict[str, object]]] = []
    for row in read_order():
        at, by = now - timedelta(minutes=row["minutes_ago"]), ids.people[row["by"]]
        question, target = questions[row["question"]], questions.get(row.get("target"))
        if row["does"] == "merged":
            assert target is not None, "a merged question names the other one"
            done = _merge(question, target, at)
        elif row["does"] == "closed":
            done = _close(question, target, row, by, at)
        else:
            done = _pin(question, at)
        db.session.add(
            Act(kind=row["does"], person_id=by, question_id=done.question_id, done_at=at, details=done.details)
        )
        actor = Actor(kind="person", person_id=by)
        moment = {"happened_at": at, "recorded_at": now}
        told = event_row(done.fact, by=actor, request_id=done.question_id, channel="web", source=SOURCE, **moment)
        facts.append((at, told))
    return facts


def _merge(question: Question, into: Question, at: datetime) -> _Done:
    asker_id, details = question.asker_id, merging.join(question, into, at=at)
    count_tags(question.id, -1)
    counts = {"answers": len(details["answer_ids"]), "comments": details["comments"]}
    fact = QuestionMerged(question_id=question.id, into_id=into.id, asker_id=asker_id, **counts)
    return _Done(fact, into.id, details)


def _close(question: Question, target: Question | None, row: dict[str, Any], by: int, at: datetime) -> _Done:
    target_id = None if target is None else target.id
    language = question.request.language
    closing = Closing(
        question_id=question.id,
        reason=row["reason"],
        target_id=target_id,
        note=row["note"],
        note_language=language,
        closed_by_id=by,
        closed_at=at,
    )
    db.session.add(closing)
    db.session.flush()  # the state follows from it, and the act names it
    settle(question.id, now=at)
    counted = {"duplicates_count": Question.duplicates_count + 1}
    db.session.execute(update(Question).where(Question.id == target_id).values(counted))
    fact = QuestionClosed(
        question_id=question.id, asker_id=question.asker_id, reason=row["reason"], target_id=target_id
    )
    return _Done(fact, question.id, {"closing_id": closing.id})


def _pin(question: Question, at: datetime) -> _Done:
    question.pinned_at = at
    return _Done(QuestionPinned(question_id=question.id, is_pinned=True), question.id, {})
