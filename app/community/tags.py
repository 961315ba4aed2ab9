"""Tags: from what people type to rows, and the counts beside them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.orm import aliased

from app.community.models.shelves import QuestionTag, Tag
from app.db import db, upsert
from app.errors import Invalid

LONGEST_TAG = 40


def parse_tags(text: str, *, most: int) -> list[str]:
    """Return the tag names in "invoice, car-tax": lower case, hyphens for spaces, each once. Raises Invalid."""
    names = list(dict.fromkeys(filter(None, map(tag_name, re.split(r"[,;\n]+", text)))))
    if len(names) > most:
        raise Invalid("too_many_tags", _l("Those are too many tags: %(most)s at most.", most=most), field="tags")
    for name in names:
        if len(name) > LONGEST_TAG:
            raise Invalid("tag_too_long", _l("A tag has at most %(most)s characters.", most=LONGEST_TAG), field="tags")
    return names


def tag_name(text: str) -> str:
    """Return how this tag is stored; empty when nothing usable is left."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    return re.sub(r"-{2,}", "-", re.sub(r"[^\w.+#-]+", "-", plain)).strip("-_.")


def standing_names(names: Sequence[str], *, had: Collection[str] = ()) -> list[str]:
    """Return these tags by the names they stand under now, each once: another name of a tag gives the tag's own.

    Raises Invalid for one that is no longer used, unless the question `had` it. They are held until the end, so that
    nobody merges or renames one while it is put on a question.
    """
    if not names:
        return []
    meant = _meant(names)
    held = _held(meant.values())
    if any(row.synonym_of_id is not None for row in held.values()):  # merged since they were looked up
        return standing_names(names, had=had)
    found: dict[str, None] = {}
    for name in names:
        row = held.get(meant.get(name, 0))
        stands_as = row.name if row else name
        if row and row.retired_at is not None and stands_as not in had:
            raise Invalid("tag_retired", _l("The tag “%(name)s” is no longer used.", name=stands_as), field="tags")
        found[stands_as] = None
    return list(found)


def still_used(names: Sequence[str], *, had: Collection[str] = ()) -> list[str]:
    """Return these tags without those that are no longer used, unless the question `had` them."""
    standing = aliased(Tag)
    retired = db.session.execute(
        select(Tag.name, standing.name)
        .join(standing, standing.id == func.coalesce(Tag.synonym_of_id, Tag.id))
        .where(Tag.name.in_(names), standing.retired_at.is_not(None))
    )
    gone = {name for name, stands_as in retired if stands_as not in had}
    return [each for each in names if each not in gone]


def put_tags(question_id: int, names: Sequence[str], *, asked_at: datetime, is_public: bool) -> None:
    """Make these the question's tags, creating missing ones; public questions count, others leave no trace."""
    wanted = tag_ids(names)
    have = set(db.session.scalars(select(QuestionTag.tag_id).where(QuestionTag.question_id == question_id)))
    added, removed = sorted(set(wanted) - have), sorted(have - set(wanted))
    if added:
        rows = [{"question_id": question_id, "tag_id": each, "asked_at": asked_at} for each in added]
        db.session.execute(insert(QuestionTag), rows)
        _count(added, 1 if is_public else 0)
    if removed:
        gone = delete(QuestionTag).where(QuestionTag.question_id == question_id, QuestionTag.tag_id.in_(removed))
        db.session.execute(gone)
        _count(removed, -1 if is_public else 0)


def count_tags(question_id: int, change: int) -> None:
    """Add to the counts of a public question's tags: it came, went, or came back."""
    carried = db.session.scalars(
        select(QuestionTag.tag_id).where(QuestionTag.question_id == question_id).order_by(QuestionTag.tag_id)
    )
    _count(carried, change)


def tag_ids(names: Sequence[str]) -> list[int]:
    """Return the ids of these tags, making those that are new; another name of a tag gives the tag's id."""
    if not names:
        return []
    # Sorted, so that two questions with the same new tags wait for each other instead of locking each other out.
    rows = [{"name": name, "questions_count": 0, "texts": {}} for name in sorted(set(names))]
    db.session.execute(upsert(Tag).values(rows).on_conflict_do_nothing(index_elements=["name"]))
    standing = func.coalesce(Tag.synonym_of_id, Tag.id)
    return list(db.session.scalars(select(standing).where(Tag.name.in_(names)).distinct()))


def _meant(names: Sequence[str]) -> dict[str, int]:
    """Return the ids of the tags that these names stand for; new names have none."""
    rows = db.session.execute(select(Tag.name, func.coalesce(Tag.synonym_of_id, Tag.id)).where(Tag.name.in_(names)))
    return {name: tag_id for name, tag_id in rows}  # noqa: C416 (rows are no pairs to mypy)


def _held(ids: Iterable[int]) -> dict[int, Row[int, str, int | None, datetime | None]]:
    """Hold these tags, in one order, and return them as they are now."""
    rows = db.session.execute(
        select(Tag.id, Tag.name, Tag.synonym_of_id, Tag.retired_at)
        .where(Tag.id.in_(sorted(set(ids))))
        .order_by(Tag.id)
        .with_for_update(key_share=True)
    )
    return {row.id: row for row in rows}


def _count(ids: Iterable[int], change: int) -> None:
    db.session.execute(
        update(Tag).where(Tag.id.in_(list(ids))).values(questions_count=Tag.questions_count + change),
        execution_options={"synchronize_session": False},
    )
