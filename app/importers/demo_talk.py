"""Load what the people of the demo say beside their questions and answers: comments, "I have this too", follows.

The words are in demo_content/talk.json. Runs after the threads are there, and finds them by their keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from app.actor import Actor
from app.community.events.talk import CommentPosted
from app.community.links import person_url
from app.community.models.affected import Affected
from app.community.models.comments import Comment
from app.community.models.follows import Follow
from app.community.models.posts import Answer, Question
from app.db import db
from app.importers.demo_ids import SOURCE, DemoIds
from app.importers.demo_texts import read_talk
from app.outbox.record import event_row
from app.prose.rendering import render
from app.requests.models import HelpRequest


@dataclass(frozen=True)
class _Asked:
    """A question of the demo in the database."""

    id: int
    language: str
    created_at: datetime


def load_talk(ids: DemoIds, now: datetime) -> list[tuple[datetime, dict[str, object]]]:
    """Write comments and ties as if everything had happened here; return the facts of it with their moments.

    The caller loaded the threads, and keeps the facts among those of the threads, in the order of time.
    """
    asked = select(HelpRequest.source_key, HelpRequest.id, HelpRequest.language, HelpRequest.created_at)
    questions = {row[0]: _Asked(*row[1:]) for row in db.session.execute(asked.where(HelpRequest.source == SOURCE))}
    answered = select(Answer.source_key, Answer.id).where(Answer.source == SOURCE)
    answers = {key: answer_id for key, answer_id in db.session.execute(answered)}  # noqa: C416 (rows are no pairs to mypy)
    facts: list[tuple[datetime, dict[str, object]]] = []
    for row in read_talk():
        question = questions[row["question"]]
        comments: dict[str, int] = {}
        for comment in row["comments"]:
            posted = _load_comment(comment, question, ids, answers=answers, comments=comments)
            comments[comment["key"]] = posted.comment_id
            facts.append(_told(posted, comment, question, ids, now))
        _load_affected(row["affected"], question, ids, now)
    _load_follows()
    return facts


def _load_comment(
    comment: dict[str, Any],
    question: _Asked,
    ids: DemoIds,
    *,
    answers: dict[str | None, int],
    comments: dict[str, int],
) -> CommentPosted:
    body = "\n".join(comment["body"])
    rendered = render(
        body,
        source_format="markdown",
        mention_url=lambda handle: person_url(handle) if handle in ids.people else None,
    )
    row = {
        "question_id": question.id,
        "answer_id": answers[comment["on"]] if comment["on"] else None,
        "parent_id": comments[comment["reply_to"]] if comment["reply_to"] else None,
        "author_id": ids.people[comment["author"]],
        "acting_for_organisation_id": _organisation(comment, ids),
        "channel": "web",
        "source": SOURCE,
        "source_key": comment["key"],
        "language": question.language,
        "language_how": "declared",
        "body": body,
        "body_html": rendered.html,
        "renderer_version": rendered.renderer_version,
        "created_at": _at(comment, question),
    }
    comment_id: int = db.session.scalars(insert(Comment).values(row).returning(Comment.id)).one()
    return CommentPosted(
        comment_id=comment_id,
        question_id=question.id,
        answer_id=row["answer_id"],
        parent_id=row["parent_id"],
        author_id=row["author_id"],
    )


def _told(
    posted: CommentPosted, comment: dict[str, Any], question: _Asked, ids: DemoIds, now: datetime
) -> tuple[datetime, dict[str, object]]:
    by = Actor(kind="person", person_id=posted.author_id, acting_for_organisation_id=_organisation(comment, ids))
    at = _at(comment, question)
    row = event_row(
        posted, by=by, request_id=question.id, happened_at=at, recorded_at=now, channel="web", source=SOURCE
    )
    return at, row


def _organisation(comment: dict[str, Any], ids: DemoIds) -> int | None:
    return ids.organisations[comment["acting_for"]] if comment["acting_for"] else None


def _at(comment: dict[str, Any], question: _Asked) -> datetime:
    return question.created_at + timedelta(minutes=comment["minutes_after"])


def _load_affected(said: list[dict[str, Any]], question: _Asked, ids: DemoIds, now: datetime) -> None:
    rows = [
        {
            "person_id": ids.people[each["by"]],
            "question_id": question.id,
            "said_at": now - timedelta(minutes=each["minutes_ago"]),
        }
        for each in said
    ]
    if rows:
        db.session.execute(insert(Affected), rows)
        db.session.execute(update(Question).where(Question.id == question.id).values(affected_count=len(rows)))


def _load_follows() -> None:
    """Let whoever asked, answered or commented follow the question, as it would have come about here."""
    took_part = (
        select(Question.asker_id, Question.id, Question.created_at),
        select(Answer.author_id, Answer.question_id, Answer.created_at).order_by(Answer.id),
        select(Comment.author_id, Comment.question_id, Comment.created_at).order_by(Comment.id),
    )
    follows: dict[tuple[int, int], dict[str, Any]] = {}
    for how, query in zip(("asked", "answered", "commented"), took_part, strict=True):
        for person_id, question_id, since in db.session.execute(query):
            row = {"person_id": person_id, "question_id": question_id, "how": how, "since": since}
            follows.setdefault((person_id, question_id), row)
    db.session.execute(insert(Follow), list(follows.values()))
