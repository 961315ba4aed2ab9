"""Reading what was done: one's own acts, for moderators those on a question, for who keeps tags those on a tag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app.actor import Actor
from app.community.models.acts import Act
from app.community.models.closings import Closing
from app.community.models.posts import Question
from app.community.models.shelves import Category, Tag
from app.db import db
from app.errors import NotFound
from app.privacy.audiences import known_to

MOST_SHOWN = 200
MOST_ON_A_SHELF = 30


@dataclass(frozen=True)
class Holding:
    """What is so now: the closing that holds of each question; of others, what they were merged into, when deleted."""

    closings: dict[int, int] = field(default_factory=dict)
    others: dict[int, tuple[int | None, datetime | None]] = field(default_factory=dict)


def own_acts(viewer: Actor) -> Sequence[Act]:
    """Return what the viewer did in the past 30 days, to questions she may still know; the newest first."""
    return db.session.scalars(_acts(viewer).where(Act.person_id == viewer.person_id)).all()


def acts_on(viewer: Actor, question: Question) -> Sequence[Act]:
    """Return what was done to a question, the newest first. The caller made sure that the viewer may see the log."""
    return db.session.scalars(_acts(viewer).where(Act.question_id == question.id)).all()


def acts_on_shelf(viewer: Actor, shelf: Tag | Category) -> Sequence[Act]:
    """Return what was done to a tag or a category, the newest first. The caller made sure that the viewer keeps it."""
    column = Act.tag_id if isinstance(shelf, Tag) else Act.category_id
    return db.session.scalars(_acts(viewer).where(column == shelf.id).limit(MOST_ON_A_SHELF)).all()


def act_for(viewer: Actor, act_id: int) -> Act:
    """Return an act of the viewer's own, for moderators any, for who keeps tags those on tags too. Raises NotFound."""
    act = db.session.scalars(_acts(viewer).where(Act.id == act_id)).one_or_none()
    keeps = act is not None and act.question_id is None and (viewer.is_curator or viewer.is_operator)
    if act is None or not (viewer.is_moderator or act.person_id == viewer.person_id or keeps):
        raise NotFound
    return act


def others_named_in(acts: Sequence[Act]) -> dict[int, str]:
    """Return the titles of the other questions in these acts, by id; they have the readers of those in the acts."""
    ids = {other for act in acts if (other := act.details.get("other_question_id")) is not None}
    if not ids:
        return {}
    rows = db.session.execute(
        select(Question.id, Question.title).where(Question.id.in_(ids), Question.deleted_at.is_(None))
    )
    return {question_id: title for question_id, title in rows}  # noqa: C416 (rows are no pairs to mypy)


def changed_since(acts: Sequence[Act]) -> set[int]:
    """Return the ids of acts that no longer hold, because the opposite was done since: no undo takes them back."""
    closed = [act.question_id for act in acts if act.kind in {"closed", "reopened"}]
    others = [act.details["other_question_id"] for act in acts if act.kind in {"merged", "split"}]
    holding = Holding()
    if closed:
        open_ones = select(Closing.question_id, Closing.id).where(
            Closing.question_id.in_(closed), Closing.reopened_at.is_(None)
        )
        holding.closings.update({row[0]: row[1] for row in db.session.execute(open_ones)})
    if others:
        rows = select(Question.id, Question.merged_into_id, Question.deleted_at).where(Question.id.in_(others))
        holding.others.update({row[0]: (row[1], row[2]) for row in db.session.execute(rows)})
    return {act.id for act in acts if act.undone_at is None and not HOLDS.get(act.kind, _always)(act, holding)}


def _always(_act: Act, _holding: Holding) -> bool:
    return True


def _is(column: str, *, on: bool) -> Callable[[Act, Holding], bool]:
    """Return whether what an act was done to still has this, or still has it not."""

    def holds(act: Act, _holding: Holding) -> bool:
        return (getattr(act.question or act.tag or act.category, column) is not None) is on

    return holds


# Per kind of act, whether what it did is still so. Kinds that are not here are taken back by what they left behind.
HOLDS: dict[str, Callable[[Act, Holding], bool]] = {
    "closed": lambda act, holding: holding.closings.get(act.question_id or 0) == act.details["closing_id"],
    "reopened": lambda act, holding: act.question_id not in holding.closings,
    "locked": _is("locked_at", on=True),
    "unlocked": _is("locked_at", on=False),
    "pinned": _is("pinned_at", on=True),
    "unpinned": _is("pinned_at", on=False),
    "moved": lambda act, _holding: act.question is None or act.question.category_id == act.details["to_category_id"],
    "deleted_question": _is("deleted_at", on=True),
    "merged": lambda act, holding: holding.others[act.details["other_question_id"]][0] == act.question_id,
    "split": lambda act, holding: holding.others[act.details["other_question_id"]][1] is None,
    "tag_retired": _is("retired_at", on=True),
    "tag_used_again": _is("retired_at", on=False),
    "category_closed": _is("closed_at", on=True),
    "category_opened": _is("closed_at", on=False),
}


def _acts(viewer: Actor) -> Select[Act]:
    return (
        select(Act)
        .outerjoin(Question, Question.id == Act.question_id)
        .where(or_(Act.question_id.is_(None), known_to(viewer, Question.audience)))
        .options(*(joinedload(each) for each in (Act.person, Act.question, Act.tag, Act.category)))
        .order_by(Act.id.desc())
        .limit(MOST_SHOWN)
    )
