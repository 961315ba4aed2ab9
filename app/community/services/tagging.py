"""Keeping tags: what they are about, what else they are called, whether they are put on anything new.

Merging two of them is in tag_merging.py. Every change leaves an act and has one reversal, the function `put_…` or
`take_…` that undoing.py calls; texts are the exception, because the log keeps nobody's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from app import clock
from app.actor import Actor
from app.community import policy
from app.community.events.shelves import SynonymAdded, SynonymRemoved, TagDescribed, TagRenamed, TagRetired
from app.community.lengths import LONGEST_DESCRIPTION, LONGEST_TAG_PAGE
from app.community.models.acts import Act
from app.community.models.shelves import QuestionTag, Tag
from app.community.services.noting import note_on_shelf
from app.community.services.relabelling import relabel
from app.community.tags import LONGEST_TAG, tag_ids, tag_name
from app.db import changed_rows, db
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.verdict import require

TagTexts = Mapping[str, Mapping[Literal["description", "page", "page_html"], str]]


def describe(actor: Actor, tag: Tag, texts: TagTexts) -> Act:
    """Say what a tag is about, per language. The caller made `page_html` of `page` before its first statement."""
    require(policy.can_keep_tags(actor))
    require_public(tag)
    for code, words in texts.items():
        if len(words.get("description", "")) > LONGEST_DESCRIPTION:
            raise Invalid("text_too_long", _l("This is longer than there is room for."), field=f"description_{code}")
        if len(words.get("page", "")) > LONGEST_TAG_PAGE:
            raise Invalid("text_too_long", _l("This is longer than there is room for."), field=f"page_{code}")
    tag.texts = {code: dict(words) for code, words in texts.items() if any(words.values())}
    record(TagDescribed(tag_id=tag.id), by=actor)
    return note_on_shelf(actor, "tag_described", tag)


def add_synonym(actor: Actor, tag: Tag, name: str) -> Act:
    """Let another name lead to a tag. Raises Invalid for a name that questions carry or that leads elsewhere."""
    require(policy.can_keep_tags(actor))
    require_public(tag)
    synonym_id = _take_name(tag, usable_name(name, field="synonym"), field="synonym")
    record(SynonymAdded(tag_id=tag.id, synonym_id=synonym_id), by=actor)
    return note_on_shelf(actor, "synonym_added", tag, synonym_id=synonym_id)


def remove_synonym(actor: Actor, tag: Tag, synonym_id: int) -> Act:
    """Let a name no longer lead to a tag. What was merged stays together. Raises Conflict where it leads elsewhere."""
    take_synonym_away(actor, tag, synonym_id)
    return note_on_shelf(actor, "synonym_removed", tag, synonym_id=synonym_id)


def rename(actor: Actor, tag: Tag, name: str) -> Act:
    """Give a tag another name; its old one leads to it. Raises Invalid for the name of another tag."""
    require(policy.can_keep_tags(actor))
    require_public(tag)
    _hold(tag)
    name = usable_name(name, field="name")
    if name == tag.name:
        raise Invalid("nothing_changed", _l("You have not changed anything yet."), field="name")
    own = db.session.scalar(select(Tag.id).where(Tag.name == name, Tag.synonym_of_id == tag.id))
    synonym_id = own or _take_name(tag, name, field="name")
    _swap(actor, tag, synonym_id)
    return note_on_shelf(actor, "tag_renamed", tag, synonym_id=synonym_id, is_new=own is None)


def retire(actor: Actor, tag: Tag, *, is_retired: bool) -> Act:
    """Put a tag on nothing new, or let it be used again. Raises Conflict when it is so already."""
    put_retired(actor, tag, is_retired=is_retired)
    return note_on_shelf(actor, "tag_retired" if is_retired else "tag_used_again", tag)


def put_synonym_back(actor: Actor, tag: Tag, synonym_id: int) -> None:
    """Let a name lead to a tag again. Raises Conflict when it was used for something else meanwhile."""
    require(policy.can_keep_tags(actor))
    if not _lead(synonym_id, tag):
        raise Conflict("changed_since", _l("This changed since then, so it cannot be undone."))
    record(SynonymAdded(tag_id=tag.id, synonym_id=synonym_id), by=actor)


def take_synonym_away(actor: Actor, tag: Tag, synonym_id: int) -> None:
    """Do what `remove_synonym` does, without a note."""
    require(policy.can_keep_tags(actor))
    freed = db.session.execute(
        update(Tag).where(Tag.id == synonym_id, Tag.synonym_of_id == tag.id).values(synonym_of_id=None)
    )
    if changed_rows(freed) != 1:
        raise Conflict("changed_since", _l("This changed since then, so it cannot be undone."))
    record(SynonymRemoved(tag_id=tag.id, synonym_id=synonym_id), by=actor)


def take_name_back(actor: Actor, act: Act) -> None:
    """Undo `rename`. Raises Conflict when the tag was named anew since, or the old name leads elsewhere by now."""
    require(policy.can_keep_tags(actor))
    tag, synonym_id = db.session.get_one(Tag, act.tag_id), act.details["synonym_id"]
    _hold(tag)
    since = select(Act.id).where(Act.tag_id == tag.id, Act.kind == act.kind, Act.id > act.id, Act.undone_at.is_(None))
    leads_to = db.session.scalar(select(Tag.synonym_of_id).where(Tag.id == synonym_id))
    if leads_to != tag.id or db.session.scalars(since.limit(1)).first() is not None:
        raise Conflict("changed_since", _l("This changed since then, so it cannot be undone."))
    _swap(actor, tag, synonym_id)
    if act.details["is_new"]:
        take_synonym_away(actor, tag, synonym_id)


def put_retired(actor: Actor, tag: Tag, *, is_retired: bool) -> None:
    """Do what `retire` does, without a note."""
    require(policy.can_keep_tags(actor))
    require_public(tag)
    changed = db.session.execute(
        update(Tag)
        .where(Tag.id == tag.id, Tag.retired_at.is_(None) if is_retired else Tag.retired_at.is_not(None))
        .values(retired_at=clock.now() if is_retired else None)
    )
    if changed_rows(changed) != 1:
        raise Conflict("changed_since", _l("This is so already."))
    record(TagRetired(tag_id=tag.id, is_retired=is_retired), by=actor)


def require_public(tag: Tag) -> None:
    """Raise Invalid for a tag that only questions carry which not everybody may read: its name is theirs."""
    if tag.questions_count == 0:
        raise Invalid("tag_not_public", _l("No question that everybody may read carries this tag: it stays as it is."))


def usable_name(text: str, *, field: str) -> str:
    """Return what was typed as the name of a tag. Raises Invalid when nothing usable is left, or too much."""
    name = tag_name(text)
    if not name:
        raise Invalid("tag_name", _l("Use letters or digits."), field=field)
    if len(name) > LONGEST_TAG:
        raise Invalid("tag_too_long", _l("A tag has at most %(most)s characters.", most=LONGEST_TAG), field=field)
    return name


def _take_name(tag: Tag, name: str, *, field: str) -> int:
    """Make this name lead to the tag and return its id. Raises Invalid where it is not free."""
    (found_id,) = tag_ids([name])
    if not _lead(found_id, tag):
        raise Invalid("tag_name_taken", _l("This name is in use. If it is a tag, merge the two instead."), field=field)
    return found_id


def _hold(tag: Tag) -> None:
    """Let nobody else name a tag meanwhile, and look at it as it is now."""
    db.session.refresh(tag, with_for_update=True)


def _lead(synonym_id: int, tag: Tag) -> bool:
    """Let a name lead to a tag, unless it is in use: carried, leading elsewhere, or led to. Say whether it does now."""
    other = aliased(Tag)
    led = db.session.execute(
        update(Tag)
        .where(Tag.id == synonym_id, Tag.id != tag.id, Tag.synonym_of_id.is_(None), Tag.questions_count == 0)
        .where(~exists().where(QuestionTag.tag_id == synonym_id), ~exists().where(other.synonym_of_id == synonym_id))
        .values(synonym_of_id=tag.id),
        execution_options={"synchronize_session": False},
    )
    return changed_rows(led) == 1


def _swap(actor: Actor, tag: Tag, synonym_id: int) -> None:
    """Let a tag and another name of it change names, on everything that carries it."""
    old = tag.name
    # Names are unique, so one of the two steps aside first.
    synonym = db.session.get_one(Tag, synonym_id, with_for_update=True, populate_existing=True)
    new, synonym.name = synonym.name, f"~{synonym_id}"
    db.session.flush()
    tag.name = new
    db.session.flush()
    synonym.name = old
    db.session.flush()
    relabel(tag.id, {old: new})
    record(TagRenamed(tag_id=tag.id, synonym_id=synonym_id), by=actor)
