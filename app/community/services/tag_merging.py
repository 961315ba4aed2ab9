"""Merging two tags: what carried one carries the other, and its name leads there. And parting them again."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.community import policy
from app.community.events.shelves import TagsMerged, TagsParted
from app.community.models.acts import Act
from app.community.models.follows import Follow
from app.community.models.shelves import QuestionTag, Tag
from app.community.services.noting import note_on_shelf
from app.community.services.relabelling import QUIET, count_anew, parts, relabel, relabel_these
from app.community.services.tagging import require_public
from app.db import changed_rows, db
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.verdict import require


def merge(actor: Actor, tag: Tag, into: Tag) -> Act:
    """Put `into` on every question that carries `tag`, in one go; followers and other names go along.

    Raises Invalid for the same tag, or one that is no longer used.
    """
    require(policy.can_keep_tags(actor))
    require_public(tag)
    require_public(into)
    if tag.id == into.id:
        raise Invalid("same_tag", _l("This is the same tag. Choose another one."), field="into")
    if into.retired_at is not None:
        raise Invalid("tag_retired", _l("The tag “%(name)s” is no longer used.", name=into.name), field="into")
    # Both are held, in one order: of two who merge them crosswise at once, the second sees that it is done.
    held = db.session.scalars(
        select(Tag.id)
        .where(Tag.id.in_([tag.id, into.id]), Tag.synonym_of_id.is_(None))
        .order_by(Tag.id)
        .with_for_update()
    ).all()
    if len(held) != 2:
        raise Conflict("changed_since", _l("This is so already."))
    both = _carrying_both(tag, into)
    moved = sorted(set(relabel(tag.id, {tag.name: into.name})) - set(both))
    mine = (QuestionTag.tag_id == tag.id,)
    other = aliased(QuestionTag)
    double = exists().where(other.question_id == QuestionTag.question_id, other.tag_id == into.id)
    db.session.execute(delete(QuestionTag).where(*mine, double), execution_options=QUIET)
    db.session.execute(update(QuestionTag).where(*mine).values(tag_id=into.id), execution_options=QUIET)
    follows, synonyms = _move_follows(tag, into), _move_synonyms(tag, into)
    db.session.execute(update(Tag).where(Tag.id == tag.id).values(synonym_of_id=into.id))
    count_anew([tag.id, into.id])
    _forget(tag, into)
    record(TagsMerged(tag_id=tag.id, into_tag_id=into.id, questions=len(moved) + len(both)), by=actor)
    details = {"into_tag_id": into.id, "moved": moved, "both": both, "follows": follows, "synonyms": synonyms}
    return note_on_shelf(actor, "tag_merged", tag, **details)


def part(actor: Actor, act: Act) -> None:
    """Undo `merge`: what carried the tag then, and still carries the other one, carries it again.

    Raises Conflict when the tag stands for something else by now.
    """
    require(policy.can_keep_tags(actor))
    tag, into = db.session.get_one(Tag, act.tag_id), db.session.get_one(Tag, act.details["into_tag_id"])
    freed = db.session.execute(
        update(Tag).where(Tag.id == tag.id, Tag.synonym_of_id == into.id).values(synonym_of_id=None)
    )
    if changed_rows(freed) != 1:
        raise Conflict("changed_since", _l("This changed since then, so it cannot be undone."))
    both = relabel_these(act.details["both"], into.id, {}, beside=tag.name)
    moved = relabel_these(act.details["moved"], into.id, {into.name: tag.name})
    for some in parts(both):
        at = select(QuestionTag.question_id, QuestionTag.asked_at).where(QuestionTag.tag_id == into.id)
        again = db.session.execute(at.where(QuestionTag.question_id.in_(some))).all()
        rows = [{"question_id": each.question_id, "tag_id": tag.id, "asked_at": each.asked_at} for each in again]
        db.session.execute(insert(QuestionTag), rows)
    for some in parts(moved):
        here = (QuestionTag.tag_id == into.id, QuestionTag.question_id.in_(some))
        db.session.execute(update(QuestionTag).where(*here).values(tag_id=tag.id), execution_options=QUIET)
    for some in parts(act.details["follows"]):
        back = update(Follow).where(Follow.id.in_(some), Follow.tag_id == into.id).values(tag_id=tag.id)
        db.session.execute(back, execution_options=QUIET)
    for some in parts(act.details["synonyms"]):
        back = update(Tag).where(Tag.id.in_(some), Tag.synonym_of_id == into.id).values(synonym_of_id=tag.id)
        db.session.execute(back, execution_options=QUIET)
    count_anew([tag.id, into.id])
    _forget(tag, into)
    record(TagsParted(tag_id=tag.id, from_tag_id=into.id, questions=len(moved) + len(both)), by=actor)


def _carrying_both(tag: Tag, into: Tag) -> list[int]:
    other = aliased(QuestionTag)
    carried = select(QuestionTag.question_id).join(other, other.question_id == QuestionTag.question_id)
    return list(db.session.scalars(carried.where(QuestionTag.tag_id == tag.id, other.tag_id == into.id)))


def _move_follows(tag: Tag, into: Tag) -> list[int]:
    """Let followers of a tag follow the other one, but for those who have a row there; return the rows moved."""
    have = aliased(Follow)
    lacking = ~exists().where(have.person_id == Follow.person_id, have.tag_id == into.id)
    ids = list(db.session.scalars(select(Follow.id).where(Follow.tag_id == tag.id, lacking)))
    for some in parts(ids):
        moved = update(Follow).where(Follow.id.in_(some)).values(tag_id=into.id)
        db.session.execute(moved, execution_options=QUIET)
    return ids


def _move_synonyms(tag: Tag, into: Tag) -> list[int]:
    ids = list(db.session.scalars(select(Tag.id).where(Tag.synonym_of_id == tag.id)))
    for some in parts(ids):
        moved = update(Tag).where(Tag.id.in_(some)).values(synonym_of_id=into.id)
        db.session.execute(moved, execution_options=QUIET)
    return ids


def _forget(tag: Tag, into: Tag) -> None:
    """Let both be read anew: their rows were changed beside the session."""
    for each in (tag, into):
        db.session.expire(each)
