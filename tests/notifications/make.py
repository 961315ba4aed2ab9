"""What happens in a community, done by the services and delivered, for tests of notices."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts.models import Person
from app.community.compose import compose
from app.community.models.comments import Comment
from app.community.models.follows import Follow
from app.community.models.posts import Answer, Question
from app.community.services import answering, commenting, judging
from app.db import db
from app.notifications.models import Notice, NoticeItem
from app.outbox.deliver import deliver_due
from tests.cast import acting


def answered(question: Question, by: Person, *, body: str = "Turn the main tap a quarter to the left.") -> Answer:
    """Let somebody answer, and everybody concerned be told."""
    made = answering.post_answer(acting(by), question, text=compose(body, prior="en"))
    delivered()
    return made


def commented(question: Question, by: Person, *, body: str = "Which tap is it?", **on: Any) -> Comment:
    """Let somebody comment on a question, or with `answer` or `reply_to` on those, and everybody concerned be told."""
    made = commenting.post_comment(acting(by), question, text=compose(body, prior="en"), **on)
    delivered()
    return made


def accepted(answer: Answer) -> None:
    """Let the asker accept an answer, and everybody concerned be told."""
    question = db.session.get_one(Question, answer.question_id)
    judging.accept(acting(question.asker), question, answer)
    delivered()


def delivered() -> None:
    """Deliver what is due."""
    db.session.commit()
    while deliver_due("a worker"):
        pass


def follow(person: Person, **subject: int) -> Follow:
    """Let somebody follow a question, tag, category or person: `question_id=…`."""
    made = Follow(person_id=person.id, how=subject.pop("how", "chosen"), since=clock.now(), **subject)
    db.session.add(made)
    db.session.flush()  # reactions look for it
    return made


def notice_of(person: Person, question: Question) -> Notice | None:
    """Return somebody's notice about a question."""
    db.session.expire_all()
    mine = sa.select(Notice).where(Notice.person_id == person.id, Notice.help_request_id == question.id)
    return db.session.scalars(mine).one_or_none()


def told(person: Person) -> list[tuple[str, str]]:
    """Return what somebody was told of, as kind and reason, the oldest first."""
    db.session.expire_all()
    mine = sa.select(NoticeItem.kind, NoticeItem.reason).where(NoticeItem.person_id == person.id)
    return [tuple(row) for row in db.session.execute(mine.order_by(NoticeItem.id))]
