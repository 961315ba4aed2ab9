"""Payloads in every column that holds words, and the addresses of every page that may show them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from app.community.models.posts import Question
from app.community.models.shelves import Category, Tag
from app.db import Base, Choice, Words, db, storable
from tests.access.runner import MATRIX, Cell, Runner, cells

# Made by us of what people wrote, or compared by machines: not words that anybody can choose.
OURS = ("_html", "_digest", "_key", "_hash", "_format", "_id", "public_id")
NAMED = {
    *("audience", "language", "note_language", "time_zone", "slug", "handle", "place", "hint", "media_type"),
    *("digest", "key", "source", "source_key", "channel", "kind", "reaction", "version", "alembic_version"),
    *("job", "subject_id", "counter", "location", "content_type", "scope", "model"),
}
LEFT_OUT = {"stored_settings", "throttle_counters", "domain_events", "search_state", "once_keys"}


def columns() -> list[sa.Column]:
    """Return the columns that hold a person's words."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Words)
        and not isinstance(column.type, Choice)
        and not column.foreign_keys
        and column.name not in NAMED
        and not column.name.endswith(OURS)
        and table.name not in LEFT_OUT
    ]


def fill(payloads: Sequence[str]) -> int:
    """Write payloads over the words in each row, another one in each; return how many columns took them."""
    turn, filled = itertools.cycle(payloads), 0
    for column in columns():
        key, took = column.table.primary_key.columns, False
        rows = db.session.execute(sa.select(*key).where(column.is_not(None))).all()
        for row in rows:
            text = storable(next(turn), longest=column.type.length)  # type: ignore[attr-defined]
            this = sa.and_(*(each == value for each, value in zip(key, row, strict=True)))
            with db.session.begin_nested() as undo:
                try:
                    db.session.execute(sa.update(column.table).where(this).values({column: text}))
                    took = True
                except sa.exc.IntegrityError:
                    undo.rollback()  # a name that is there already
        filled += took
    _fill_shelves(turn)
    db.session.commit()
    db.session.expire_all()
    return filled


def _fill_shelves(turn: Iterator[str]) -> None:
    """Names of categories and topics stand in JSON: those of categories by language, those of topics with the post."""
    for category in db.session.scalars(sa.select(Category)):
        category.texts = {code: dict.fromkeys(words, next(turn)[:60]) for code, words in category.texts.items()}
    names = list(db.session.scalars(sa.select(Tag.name)))
    for question in db.session.scalars(sa.select(Question).where(Question.tag_names != [])):
        question.tag_names = names[:3]


def pages(runner: Runner) -> list[tuple[str, str]]:
    """Return (role, address) of each page that exists, as one of those who may see it."""
    seen: dict[tuple[str, str], list[str]] = {}
    for cell in cells(each_role=True):
        if cell.method == "GET" and cell.expected == "ok" and not cell.is_api:
            seen.setdefault((cell.route, cell.state), []).append(cell.role)
    order = ["moderator", "operator", "customer", "agent", "peer", "visitor"]
    found = []
    for (route, state), roles in seen.items():
        role = next((each for each in order if each in roles), roles[0])
        found.append((role, runner.address(route, state) + MATRIX[route].get("query", "")))
    return found


def writing(runner: Runner) -> list[tuple[Cell, str]]:
    """Return each form and JSON body that somebody may send, with each of its fields that takes words."""
    found, met = [], set()
    for cell in cells(each_role=True):
        entry = MATRIX[cell.route]
        sent = entry.get("json" if cell.is_api else "send", {})
        if cell.method != "GET" and cell.expected == "done" and cell.route not in met:
            met.add(cell.route)
            found += [(cell, name) for name, value in sent.items() if isinstance(value, str)]
    return found
