"""Categories and tags of a source: found by their names, made where they are missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from app.community.models.shelves import Category, QuestionTag, Tag
from app.community.queries.shelves import standing_tags
from app.community.tags import LONGEST_TAG, tag_name
from app.db import db, upsert
from app.importers.work import QUIET, ids_by, table_of

OTHER = "other"
NAMES_OF_OTHER = {"en": "Other", "nl": "Overig"}


@dataclass
class Shelves:
    """The ids met so far, so that each batch asks for new names only."""

    categories: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    standing: dict[str, str] = field(default_factory=dict)  # another name of a tag → the tag's own

    def category(self, name: str | None) -> int:
        """Return the id of the category with this name at the source."""
        slug = _slug(name)
        if slug not in self.categories:
            self.categories[slug] = _category(slug, name)
        return self.categories[slug]

    def tags_of(self, batch: Iterable[Sequence[str]]) -> None:
        """Make the tags of these questions that do not exist yet."""
        wanted = sorted({name for tags in batch for name in tags} - set(self.tags))
        if not wanted:
            return
        rows = [{"name": name, "questions_count": 0, "texts": {}} for name in wanted]
        db.session.execute(upsert(Tag).values(rows).on_conflict_do_nothing(index_elements=["name"]))
        own = standing_tags(wanted)
        self.standing.update(own)
        self.tags.update(ids_by(Tag.name, Tag.id, {*wanted, *own.values()}))

    def names_of(self, tags: Iterable[str]) -> list[str]:
        """Return a question's tags by the names they stand under here. `tags_of` has met them."""
        return list(dict.fromkeys(self.standing.get(name, name) for name in tag_names(tags)))


def tag_names(tags: Iterable[str]) -> list[str]:
    """Return a source's tags as ours are written, each once."""
    return list(dict.fromkeys(filter(None, (tag_name(tag)[:LONGEST_TAG] for tag in tags))))


def put_tags(tagged: Sequence[tuple[int, datetime, int]]) -> None:
    """Write (question, asked at, tag) triples that are not there yet, and count those tags anew."""
    if not tagged:
        return
    rows = [{"question_id": question_id, "asked_at": at, "tag_id": tag_id} for question_id, at, tag_id in tagged]
    db.session.execute(insert(table_of(QuestionTag)), rows)
    count_tags({tag_id for _, _, tag_id in tagged})


def take_tags_off(question_ids: Sequence[int]) -> None:
    """Remove every tag from these questions."""
    of_these = QuestionTag.question_id.in_(question_ids)
    had = set(db.session.scalars(select(QuestionTag.tag_id).where(of_these)))
    db.session.execute(delete(QuestionTag).where(of_these), execution_options=QUIET)
    count_tags(had)


def count_tags(tag_ids: Iterable[int]) -> None:
    """Count the questions of these tags anew."""
    of_this = select(func.count()).where(QuestionTag.tag_id == Tag.id).correlate(Tag).scalar_subquery()
    db.session.execute(
        update(Tag).where(Tag.id.in_(sorted(tag_ids))).values(questions_count=of_this),
        execution_options=QUIET,
    )


def _slug(name: str | None) -> str:
    return re.sub(r"[^a-z0-9]+", "-", (name or "").lower()).strip("-")[:60] or OTHER


def _category(slug: str, name: str | None) -> int:
    standing = func.coalesce(Category.merged_into_id, Category.id)
    found = db.session.scalar(select(standing).where(Category.slug == slug))
    if found is not None:
        return found
    last = db.session.scalar(select(func.max(Category.position))) or 0
    words = re.sub(r"[-_]+", " ", name or "").strip()[:80].capitalize()
    texts = {
        language: {"name": other if slug == OTHER else words, "description": ""}
        for language, other in NAMES_OF_OTHER.items()
    }
    row = {"slug": slug, "position": last + 1, "texts": texts}
    made: int = db.session.scalars(insert(Category).values(row).returning(Category.id)).one()
    return made
