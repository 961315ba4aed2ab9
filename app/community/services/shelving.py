"""Keeping categories: make them, say what they are for, put them in order, close them, put one into another.

To operators only. A category with questions is never lost: it is merged, and its address leads to the other one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased

from app import clock
from app.actor import Actor
from app.community import policy
from app.community.events.shelves import (
    CategoriesMerged,
    CategoriesParted,
    CategoryChanged,
    CategoryClosed,
    CategoryMade,
)
from app.community.lengths import LONGEST_BODY, LONGEST_CATEGORY_NAME, LONGEST_DESCRIPTION
from app.community.links import LONGEST_SLUG, slug_of
from app.community.models.acts import Act
from app.community.models.follows import Follow
from app.community.models.posts import Question
from app.community.models.shelves import Category
from app.community.services.checks import in_one_line
from app.community.services.noting import note_on_shelf
from app.community.services.relabelling import QUIET, parts
from app.db import changed_rows, db
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.verdict import require

CategoryTexts = Mapping[str, Mapping[Literal["name", "description", "template"], str]]
CHANGED_SINCE = _l("This changed since then, so it cannot be undone.")


def make_category(actor: Actor, texts: CategoryTexts, *, asks_for_version: bool) -> Act:
    """Add a category behind the others. Its address is made of its English name, and stays when that changes."""
    require(policy.can_keep_categories(actor))
    checked = _checked(texts)
    last = db.session.scalar(select(func.max(Category.position))) or 0
    name = checked["en"]["name"] if "en" in checked else next(iter(checked.values()))["name"]
    category = Category(slug=_free_slug(name), position=last + 1, texts=checked, asks_for_version=asks_for_version)
    db.session.add(category)
    db.session.flush()  # the fact carries the id
    record(CategoryMade(category_id=category.id), by=actor)
    return note_on_shelf(actor, "category_made", category)


def change_category(actor: Actor, category: Category, texts: CategoryTexts, *, asks_for_version: bool) -> Act:
    """Give a category other names, descriptions, templates, and say whether evidence names product and version."""
    require(policy.can_keep_categories(actor))
    category.texts, category.asks_for_version = _checked(texts), asks_for_version
    record(CategoryChanged(category_id=category.id), by=actor)
    return note_on_shelf(actor, "category_changed", category)


def place_category(actor: Actor, category: Category, *, is_up: bool) -> None:
    """Let a category and the one above or below it change places; at the end nothing happens."""
    require(policy.can_keep_categories(actor))
    # All are numbered anew: imported ones may share a place.
    order = select(Category).where(Category.merged_into_id.is_(None)).order_by(Category.position, Category.id)
    row = list(db.session.scalars(order.with_for_update()))
    here = row.index(category)
    there = here - 1 if is_up else here + 1
    if 0 <= there < len(row):
        row[here], row[there] = row[there], row[here]
        for position, each in enumerate(row, 1):
            each.position = position
        record(CategoryChanged(category_id=category.id), by=actor)


def close_category(actor: Actor, category: Category, *, is_closed: bool) -> Act:
    """Let a category take no new questions, or let it again. Raises Conflict when it is so already."""
    put_closed(actor, category, is_closed=is_closed)
    return note_on_shelf(actor, "category_closed" if is_closed else "category_opened", category)


def put_closed(actor: Actor, category: Category, *, is_closed: bool) -> None:
    """Do what `close_category` does, without a note. Raises Conflict where nobody could ask anywhere any more."""
    require(policy.can_keep_categories(actor))
    if is_closed:
        _require_another(category)
    changed = db.session.execute(
        update(Category)
        .where(Category.id == category.id, Category.merged_into_id.is_(None))
        .where(Category.closed_at.is_(None) if is_closed else Category.closed_at.is_not(None))
        .values(closed_at=clock.now() if is_closed else None)
    )
    if changed_rows(changed) != 1:
        raise Conflict("changed_since", _l("This is so already."))
    record(CategoryClosed(category_id=category.id, is_closed=is_closed), by=actor)


def merge_category(actor: Actor, category: Category, into: Category) -> Act:
    """Take a category away: its questions and followers go to another one, and so does its address.

    Raises Invalid for the same one, Conflict when either was merged meanwhile.
    """
    require(policy.can_keep_categories(actor))
    if category.id == into.id:
        raise Invalid("same_category", _l("Choose another category from the list."), field="into")
    held = db.session.scalars(
        select(Category.id)
        .where(Category.id.in_([category.id, into.id]), Category.merged_into_id.is_(None))
        .order_by(Category.id)
        .with_for_update()
    ).all()
    if len(held) != 2:
        raise Conflict("changed_since", _l("This is so already."))
    _require_another(category)
    moved = list(db.session.scalars(select(Question.id).where(Question.category_id == category.id)))
    _move(category, into, moved)
    have = aliased(Follow)
    lacking = ~exists().where(have.person_id == Follow.person_id, have.category_id == into.id)
    follows = list(db.session.scalars(select(Follow.id).where(Follow.category_id == category.id, lacking)))
    _let_follow(follows, into)
    led = list(db.session.scalars(select(Category.id).where(Category.merged_into_id == category.id)))
    merged = Category.id.in_([category.id, *led])
    db.session.execute(update(Category).where(merged).values(merged_into_id=into.id))
    record(
        CategoriesMerged(category_id=category.id, into_category_id=into.id, questions=len(moved)),
        by=actor,
    )
    details = {"into_category_id": into.id, "moved": moved, "follows": follows, "led": led}
    return note_on_shelf(actor, "category_merged", category, **details)


def part_category(actor: Actor, act: Act) -> None:
    """Undo `merge_category`: what stood there then and stands in the other one still, stands there again."""
    require(policy.can_keep_categories(actor))
    category = db.session.get_one(Category, act.category_id)
    into = db.session.get_one(Category, act.details["into_category_id"])
    freed = db.session.execute(
        update(Category)
        .where(Category.id == category.id, Category.merged_into_id == into.id)
        .values(merged_into_id=None)
    )
    if changed_rows(freed) != 1:
        raise Conflict("changed_since", CHANGED_SINCE)
    _move(into, category, act.details["moved"])
    _let_follow(act.details["follows"], category)
    led = Category.id.in_(act.details["led"])
    db.session.execute(
        update(Category).where(led, Category.merged_into_id == into.id).values(merged_into_id=category.id)
    )
    questions = len(act.details["moved"])
    record(CategoriesParted(category_id=category.id, from_category_id=into.id, questions=questions), by=actor)


def _move(category: Category, into: Category, question_ids: list[int]) -> None:
    values = {"category_id": into.id, "row_version": Question.row_version + 1}
    for some in parts(question_ids):
        here = (Question.category_id == category.id, Question.id.in_(some))
        db.session.execute(update(Question).where(*here).values(values), execution_options=QUIET)


def _let_follow(follow_ids: list[int], category: Category) -> None:
    for some in parts(follow_ids):
        moved = update(Follow).where(Follow.id.in_(some)).values(category_id=category.id)
        db.session.execute(moved, execution_options=QUIET)


def _require_another(category: Category) -> None:
    """Raise Conflict where no other category takes questions."""
    others = select(Category.id).where(Category.id != category.id)
    is_open = (Category.closed_at.is_(None), Category.merged_into_id.is_(None))
    if db.session.scalars(others.where(*is_open).limit(1)).first() is None:
        raise Conflict("last_category", _l("Somewhere people must be able to ask: open another category first."))


def _checked(texts: CategoryTexts) -> dict[str, dict[str, str]]:
    """Return the texts as they are stored. Raises Invalid, naming the field, for what is missing or too long."""
    checked: dict[str, dict[str, str]] = {}
    for code, words in texts.items():
        name, description = in_one_line(words.get("name", "")), in_one_line(words.get("description", ""))
        template = words.get("template", "").replace("\r\n", "\n").strip()
        if not name:
            raise Invalid("name_missing", _l("This cannot be empty."), field=f"name_{code}")
        longest = {"name": LONGEST_CATEGORY_NAME, "description": LONGEST_DESCRIPTION, "template": LONGEST_BODY}
        for part, text in (("name", name), ("description", description), ("template", template)):
            if len(text) > longest[part]:
                raise Invalid("text_too_long", _l("This is longer than there is room for."), field=f"{part}_{code}")
        checked[code] = {"name": name, "description": description}
        if template:
            checked[code]["template"] = f"{template}\n\n"
    return checked


def _free_slug(name: str) -> str:
    slug = slug_of(name)
    slug = "category" if slug == "-" else slug
    taken = set(db.session.scalars(select(Category.slug).where(Category.slug.startswith(slug, autoescape=True))))
    number = 1
    while (free := slug if number == 1 else f"{slug[: LONGEST_SLUG - 5]}-{number}") in taken:
        number += 1
    return free
