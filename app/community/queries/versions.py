"""Reading the versions of a post: what it said, who wrote that, and what each changed. The caller loaded the post for
its viewer; whoever may read a post may read what it said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Person
from app.community.models.posts import Answer, Post, Question
from app.community.models.revisions import Revision
from app.community.models.suggestions import EditSuggestion
from app.community.wording import Changes, Words, changes_between, words_of
from app.db import db
from app.errors import NotFound
from app.prose.differences import Steps

PAGE = 20


@dataclass(frozen=True)
class Version:
    """One version of a post. `reason`, `suggester` and `restored_number` tell of the edit that made it."""

    number: int
    words: Words
    written_at: datetime
    writer: Person
    suggester: Person | None = None
    reason: str = ""
    restored_number: int | None = None
    is_first: bool = False
    is_current: bool = False


@dataclass(frozen=True)
class Step:
    """A version in a history, with what it changed; None for the first one."""

    version: Version
    changes: Changes | None


@dataclass(frozen=True)
class History:
    """A page of a history, newest first. `older` is the number below which the next page begins."""

    steps: list[Step]
    older: int | None


@dataclass(frozen=True)
class Contributor:
    """Somebody who helped to write a wiki answer."""

    name: str
    handle: str


def history_of(post: Post, *, below: int | None = None, size: int = PAGE) -> History:
    """Return versions with what each changed, from the current one or from below a number."""
    # One more than is shown, to compare with; and one more again, which tells who wrote that one.
    rows = _revisions(post, below=below, limit=size + 2)
    versions = [] if below is not None else [_current(post, rows[0] if rows else None)]
    for row, made_by in zip(rows[: size + 1], [*rows[1:], None], strict=False):
        versions.append(_older(post, row, made_by))
    budget = Steps()
    shown = [
        Step(version, changes_between(before.words, version.words, budget)) for version, before in pairwise(versions)
    ]
    if versions and versions[-1].is_first:
        shown.append(Step(versions[-1], None))
    shown = shown[:size]
    is_over = not shown or shown[-1].version.is_first
    return History(shown, None if is_over else shown[-1].version.number)


def version_of(post: Post, number: int) -> Version:
    """Return one version. Raises NotFound where there is none of this number."""
    rows = _revisions(post, upto=number, limit=2)
    if number == post.text_version:
        return _current(post, rows[0] if rows else None)
    if not rows or rows[0].number != number:
        raise NotFound
    return _older(post, rows[0], rows[1] if len(rows) > 1 else None)


def version_numbers(post: Post) -> list[int]:
    """Return the numbers of all versions, newest first."""
    older = select(Revision.number).where(_key(post) == post.id).order_by(Revision.number.desc())
    return [post.text_version, *db.session.scalars(older)]


def contributors_to(question: Question) -> dict[int, list[Contributor]]:
    """Return who wrote along at the wiki answers of a question, by answer, in the order of their first edit."""
    person_id = func.coalesce(EditSuggestion.suggested_by_id, Revision.replaced_by_id)
    rows = db.session.execute(
        select(Revision.answer_id, Person.name, Person.handle)
        .join(Answer, Answer.id == Revision.answer_id)
        .outerjoin(EditSuggestion, EditSuggestion.id == Revision.suggestion_id)
        .join(Person, Person.id == person_id)
        .where(Answer.question_id == question.id, Answer.wiki_at.is_not(None), Person.id != Answer.author_id)
        .group_by(Revision.answer_id, Person.name, Person.handle)
        .order_by(func.min(Revision.number))
    )
    found: dict[int, list[Contributor]] = {}
    for answer_id, name, handle in rows:
        assert answer_id is not None, "joined by it"
        found.setdefault(answer_id, []).append(Contributor(name, handle))
    return found


def source_of_revision(session: Session, key: str, post_id: int, number: int) -> tuple[str, str] | None:
    """Return (body, format) of an older version, to be rendered before a writing request begins. Says nothing of who
    may read it: the caller asks that before anything is shown."""
    column = Revision.question_id if key == "question_id" else Revision.answer_id
    row = session.execute(
        select(Revision.body, Revision.source_format).where(column == post_id, Revision.number == number)
    ).one_or_none()
    return None if row is None else (row.body, row.source_format)


def _key(post: Post) -> Any:
    return Revision.question_id if isinstance(post, Question) else Revision.answer_id


def _revisions(post: Post, *, limit: int, below: int | None = None, upto: int | None = None) -> Sequence[Revision]:
    query = select(Revision).where(_key(post) == post.id).order_by(Revision.number.desc()).limit(limit)
    if below is not None:
        query = query.where(Revision.number < below)
    if upto is not None:
        query = query.where(Revision.number <= upto)
    who = joinedload(Revision.suggestion).joinedload(EditSuggestion.suggested_by)
    return db.session.scalars(query.options(joinedload(Revision.replaced_by), who)).all()


def _current(post: Post, made_by: Revision | None) -> Version:
    return _version(
        post, post.text_version, words_of(post), post.edited_at or post.created_at, made_by, is_current=True
    )


def _older(post: Post, row: Revision, made_by: Revision | None) -> Version:
    return _version(post, row.number, words_of(row), row.written_at, made_by)


def _version(
    post: Post, number: int, words: Words, written_at: datetime, made_by: Revision | None, *, is_current: bool = False
) -> Version:
    if made_by is None:
        return Version(number, words, written_at, post.author, is_first=True, is_current=is_current)
    return Version(
        number,
        words,
        written_at,
        made_by.replaced_by,
        suggester=made_by.suggestion.suggested_by if made_by.suggestion else None,
        reason=made_by.reason,
        restored_number=made_by.restored_number,
        is_current=is_current,
    )
