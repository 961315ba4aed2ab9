"""Answering a question."""

from __future__ import annotations

from sqlalchemy import update

from app import clock
from app.actor import Actor, authorship
from app.attachments.services import show_in
from app.community import policy
from app.community.compose import Composed
from app.community.events.posts import AnswerPosted
from app.community.models.posts import Answer, Question
from app.community.services.checks import checked_body
from app.community.services.following import follow_by_itself
from app.community.services.holding import hold
from app.community.services.mentioning import keep_mentions
from app.community.services.state import settle
from app.db import db
from app.outbox.record import record
from app.verdict import require


def post_answer(actor: Actor, question: Question, *, text: Composed, channel: str = "web") -> Answer:
    """Add an answer and announce it. Raises NotAllowed with the reason can_answer gives."""
    hold(question)
    require(policy.can_answer(actor, question))
    assert actor.person_id is not None
    checked_body(text)
    now = clock.now()
    answer = Answer(
        question_id=question.id,
        author_id=actor.person_id,
        **authorship(actor),
        channel=channel,
        language=text.language,
        language_how=text.language_how,
        created_at=now,
        body=text.body,
        body_html=text.html,
        source_format=text.source_format,
        renderer_version=text.renderer_version,
    )
    db.session.add(answer)
    db.session.flush()  # the fact carries answer.id
    show_in(actor, text.html, help_request_id=question.id, place=f"answer:{answer.id}")
    db.session.execute(
        update(Question)
        .where(Question.id == question.id)
        .values(answers_count=Question.answers_count + 1, last_activity_at=now, row_version=Question.row_version + 1)
    )
    settle(question.id, now=now)
    follow_by_itself(actor.person_id, question.id, "answered")
    record(
        AnswerPosted(answer_id=answer.id, question_id=question.id, author_id=actor.person_id),
        by=actor,
        request_id=question.id,
        channel=channel,
    )
    keep_mentions(actor, answer, question, text)
    return answer
