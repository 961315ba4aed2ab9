"""Reading comments: all of a page in one statement, in plain rows, because there may be hundreds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.comments import Comment
from app.community.models.posts import Question
from app.community.queries.gone import gone
from app.db import db
from app.errors import NotFound
from app.organisations.capacity import capacity_word
from app.organisations.models import Organisation
from app.privacy.audiences import known_to

SHOWN, REPLIES_SHOWN = 4, 3

# Where a comment stands: on this answer, on the text of this question that was merged, or (both None) on the question.
Place = tuple[int | None, int | None]


class CommentRow(NamedTuple):
    """One comment as a page shows it. `body_html` is empty when it was deleted."""

    id: int
    answer_id: int | None
    merged_question_id: int | None
    parent_id: int | None
    author_id: int
    author_name: str
    author_handle: str
    organisation_name: str | None
    organisation_kind: str | None
    body_html: str
    language: str
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    deletion_reason: str | None
    through_name: str | None
    represented_name: str | None

    @property
    def capacity(self) -> str:
        return capacity_word(self.organisation_kind)

    @property
    def place(self) -> Place:
        return self.answer_id, self.merged_question_id


@dataclass(frozen=True)
class Branch:
    """A comment with the replies to it."""

    comment: CommentRow
    replies: list[CommentRow] = field(default_factory=list)

    @property
    def size(self) -> int:
        return 1 + len(self.replies)


@dataclass(frozen=True)
class Talk:
    """The comments on one post, oldest first: some to be seen at once, the others folded away."""

    shown: Sequence[Branch] = ()
    folded: Sequence[Branch] = ()

    @property
    def folded_count(self) -> int:
        return sum(branch.size for branch in self.folded)


NOTHING_SAID = Talk()


def comments_on(question: Question, answer_ids: Collection[int] | None = None) -> dict[Place, Talk]:
    """Return the comments under a question and its answers, all or only these, by where they stand.

    The caller loaded `question` for its viewer. Deleted ones are there as long as somebody replied to them.
    """
    wanted = _rows().where(Comment.question_id == question.id).order_by(Comment.id)
    if answer_ids is not None:
        wanted = wanted.where(or_(Comment.answer_id.is_(None), Comment.answer_id.in_(answer_ids)))
    rows = db.session.execute(wanted)
    return threaded(CommentRow(*row) for row in rows)


def threaded(rows: Iterable[CommentRow]) -> dict[Place, Talk]:
    """Return comments by the post they stand on, each with its replies. Rows come oldest first."""
    branches: dict[int, Branch] = {}
    for row in rows:
        if row.parent_id is None:
            branches[row.id] = Branch(row._replace(body_html="") if row.deleted_at else row)
        elif row.deleted_at is None and row.parent_id in branches:
            branches[row.parent_id].replies.append(row)
    by_post: dict[Place, list[Branch]] = defaultdict(list)
    for branch in branches.values():
        if branch.comment.deleted_at is None or branch.replies:
            by_post[branch.comment.place].append(branch)
    return {post: _folded(found) for post, found in by_post.items()}


def comment_for(viewer: Actor, comment_id: int) -> Comment:
    """Return the comment, deleted or not, with its question and answer.

    Raises NotFound when absent or its question is hidden; Gone when what it stands on was deleted.
    """
    comment = db.session.scalars(
        select(Comment)
        .join(Question, Question.id == Comment.question_id)
        .where(Comment.id == comment_id, known_to(viewer, Question.audience))
        .options(joinedload(Comment.question), joinedload(Comment.answer), joinedload(Comment.author))
    ).one_or_none()
    if comment is None:
        raise NotFound
    for post in (comment.question, comment.answer):
        if post is not None and post.deleted_at is not None:
            raise gone(post)
    return comment


def _folded(branches: list[Branch]) -> Talk:
    """Show the first few. One that would be alone behind the fold is shown as well: the fold takes as much room."""
    seen = 0
    for number, branch in enumerate(branches):
        seen += branch.size
        if number and seen > SHOWN and sum(rest.size for rest in branches[number:]) > 1:
            return Talk(branches[:number], branches[number:])
    return Talk(branches)


@cache
def _rows() -> Select[*tuple[Any, ...]]:
    through, represented = aliased(Organisation), aliased(Person)
    return (
        select(
            Comment.id,
            Comment.answer_id,
            Comment.merged_question_id,
            Comment.parent_id,
            Comment.author_id,
            Person.name,
            Person.handle,
            Organisation.name,
            Organisation.kind,
            Comment.body_html,
            Comment.language,
            Comment.created_at,
            Comment.edited_at,
            Comment.deleted_at,
            Comment.deletion_reason,
            through.name,
            represented.name,
        )
        .join(Person, Person.id == Comment.author_id)
        .outerjoin(Organisation, Organisation.id == Comment.acting_for_organisation_id)
        .outerjoin(through, through.id == Comment.through_organisation_id)
        .outerjoin(represented, represented.id == Comment.representing_person_id)
    )
