"""Undoing an act: each kind has one reversal, a service of its own.

An act can be undone for as long as it is the last word: a reversal that finds things changed since then raises
Conflict, and nothing happens.
"""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app import clock
from app.actor import Actor
from app.community import policy
from app.community.models.acts import Act
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.models.shelves import Category, Tag
from app.community.services import (
    closing,
    commenting,
    deleting,
    merging,
    ordering,
    shelving,
    splitting,
    tag_merging,
    tagging,
)
from app.db import changed_rows, db
from app.errors import Conflict
from app.verdict import require


def undo(actor: Actor, act: Act) -> None:
    """Take an act back. Raises NotAllowed as can_undo and the reversal do, Conflict when things changed since."""
    require(policy.can_undo(actor, act))
    if act.kind not in REVERSALS:
        raise Conflict("no_reversal", _l("This cannot be undone here: write over it once more."))
    # Claimed in the UPDATE itself: pressed twice, an act is undone once.
    claimed = db.session.execute(
        update(Act)
        .where(Act.id == act.id, Act.undone_at.is_(None))
        .values(undone_at=clock.now(), undone_by_id=actor.person_id)
    )
    if changed_rows(claimed) != 1:
        raise Conflict("undone_already", _l("This was undone already."))
    REVERSALS[act.kind](actor, act)


def _question(act: Act) -> Question:
    return db.session.get_one(Question, act.question_id)


def _answer(act: Act) -> Answer:
    return db.session.get_one(Answer, act.answer_id)


def _put_question_back(actor: Actor, act: Act) -> None:
    deleting.restore_question(actor, _question(act))


def _put_answer_back(actor: Actor, act: Act) -> None:
    deleting.restore_answer(actor, _answer(act))


def _put_comment_back(actor: Actor, act: Act) -> None:
    commenting.restore_comment(actor, db.session.get_one(Comment, act.details["comment_id"]))


def _open_again(actor: Actor, act: Act) -> None:
    closing.take_back_closing(actor, _question(act), act.details["closing_id"])


def _close_again(actor: Actor, act: Act) -> None:
    closing.take_back_reopening(actor, _question(act), act.details["closing_id"])


def _unlock(actor: Actor, act: Act) -> None:
    ordering.put_lock(actor, _question(act), is_locked=act.kind == "unlocked")


def _unpin(actor: Actor, act: Act) -> None:
    ordering.put_pin(actor, _question(act), is_pinned=act.kind == "unpinned")


def _move_back(actor: Actor, act: Act) -> None:
    question = _question(act)
    if question.category_id != act.details["to_category_id"]:
        raise Conflict("changed_since", _l("This changed since then, so it cannot be undone."))
    ordering.put_on_shelf(actor, question, category_id=act.details["from_category_id"])


def _tag(act: Act) -> Tag:
    return db.session.get_one(Tag, act.tag_id)


def _take_synonym_away(actor: Actor, act: Act) -> None:
    tagging.take_synonym_away(actor, _tag(act), act.details["synonym_id"])


def _put_synonym_back(actor: Actor, act: Act) -> None:
    tagging.put_synonym_back(actor, _tag(act), act.details["synonym_id"])


def _use_again(actor: Actor, act: Act) -> None:
    tagging.put_retired(actor, _tag(act), is_retired=act.kind == "tag_used_again")


def _change_closing(actor: Actor, act: Act) -> None:
    category = db.session.get_one(Category, act.category_id)
    shelving.put_closed(actor, category, is_closed=act.kind == "category_opened")


def _unmerge(actor: Actor, act: Act) -> None:
    merging.unmerge(actor, _question(act), act.details)


def _unsplit(actor: Actor, act: Act) -> None:
    splitting.unsplit(actor, _question(act), act.details)


REVERSALS: dict[str, Callable[[Actor, Act], None]] = {
    "deleted_question": _put_question_back,
    "deleted_answer": _put_answer_back,
    "deleted_comment": _put_comment_back,
    "closed": _open_again,
    "reopened": _close_again,
    "locked": _unlock,
    "unlocked": _unlock,
    "pinned": _unpin,
    "unpinned": _unpin,
    "moved": _move_back,
    "synonym_added": _take_synonym_away,
    "synonym_removed": _put_synonym_back,
    "tag_renamed": tagging.take_name_back,
    "tag_merged": tag_merging.part,
    "tag_retired": _use_again,
    "tag_used_again": _use_again,
    "category_closed": _change_closing,
    "category_opened": _change_closing,
    "category_merged": shelving.part_category,
    "merged": _unmerge,
    "split": _unsplit,
}
