"""Following a question, a tag, a category or a person, and leaving it again."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import update

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.community import policy
from app.community.events.talk import Followed as FollowedFact
from app.community.events.talk import Unfollowed
from app.community.models.follows import Follow
from app.community.models.posts import Question
from app.community.queries.follows import COLUMNS, Followed
from app.db import changed_rows, db, upsert
from app.outbox.record import record
from app.verdict import require


def follow(actor: Actor, subject: Followed) -> None:
    """Follow, by one's own choice, also what one had left. Following it already, nothing changes."""
    is_person = isinstance(subject, Person)
    require(policy.can_follow_person(actor, subject.id) if is_person else policy.can_follow(actor))
    assert actor.person_id is not None
    row = {"person_id": actor.person_id, **_subject(subject), "how": "chosen", "since": clock.now()}
    again = {"how": "chosen", "since": clock.now(), "ended_at": None}
    statement = (
        upsert(Follow)
        .values(row)
        .on_conflict_do_update(
            index_elements=["person_id", COLUMNS[type(subject)].key], set_=again, where=Follow.ended_at.is_not(None)
        )
    )
    # RETURNING says whether a row was made or changed; psycopg counts no rows for an INSERT.
    if db.session.execute(statement.returning(Follow.id)).one_or_none() is not None:
        record(FollowedFact(person_id=actor.person_id, **_subject(subject)), by=actor, request_id=_request(subject))


def unfollow(actor: Actor, subject: Followed) -> None:
    """Leave it, for good unless one chooses otherwise. Whoever does not follow it changes nothing."""
    require(policy.can_follow(actor))
    assert actor.person_id is not None
    mine = (Follow.person_id == actor.person_id, COLUMNS[type(subject)] == subject.id, Follow.ended_at.is_(None))
    if changed_rows(db.session.execute(update(Follow).where(*mine).values(ended_at=clock.now()))):
        record(Unfollowed(person_id=actor.person_id, **_subject(subject)), by=actor, request_id=_request(subject))


def follow_by_itself(person_id: int, question_id: int, how: Literal["asked", "answered", "commented"]) -> None:
    """Let whoever takes part in a question follow it, unless she left it once. No fact: what she did is one."""
    row = {"person_id": person_id, "question_id": question_id, "how": how, "since": clock.now()}
    db.session.execute(upsert(Follow).values(row).on_conflict_do_nothing(index_elements=["person_id", "question_id"]))


def _subject(subject: Followed) -> dict[str, int | None]:
    return {column.key: subject.id if kind is type(subject) else None for kind, column in COLUMNS.items()}


def _request(subject: Followed) -> int | None:
    return subject.id if isinstance(subject, Question) else None
