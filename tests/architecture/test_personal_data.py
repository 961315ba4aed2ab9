"""Who answers for what is held about a person: no table that points to people may be forgotten."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from app import wiring
from app.db import db

# Tables of packages whose room `personal_data` is still to be written. Take a name off with the room; add none.
STILL_OPEN: set[str] = set()
# Names of columns that mean a person without being a key: the row of hers may be gone.
MEANS_A_PERSON = ("person_id", "_by_id", "actor_id", "author_id", "asker_id", "helper_id")
# Facts hold ids and never a person's words; her id means nothing once her row is empty.
KEEPS_IDS_FOR_GOOD = {"domain_events", "ranking_promotions", "settings"}


def points_to_people(tables: Iterable[sa.Table]) -> set[str]:
    """Return the tables that hold something about a person: by a key to people, or by a column that means one."""
    return {
        table.name
        for table in tables
        if any(
            column.name.endswith(MEANS_A_PERSON)
            or any(key.column.table.name == "people" for key in column.foreign_keys)
            for column in table.columns
        )
    }


def answered_for() -> list[str]:
    return [name for holder in wiring.PERSONAL_DATA for name in holder.TABLES]


def test_every_table_about_people_has_somebody_who_answers_for_it() -> None:
    tables = points_to_people(db.metadata.sorted_tables)

    forgotten = tables - set(answered_for()) - KEEPS_IDS_FOR_GOOD - STILL_OPEN

    assert forgotten == set(), "write the package's personal_data.py and list it in wiring.PERSONAL_DATA"


def test_what_is_still_open_is_really_open() -> None:
    assert STILL_OPEN & set(answered_for()) == set(), "take these off the list"
    assert {name for name in STILL_OPEN if name not in db.metadata.tables} == set()


def test_each_table_has_one_who_answers() -> None:
    names = answered_for()

    assert sorted(names) == sorted(set(names))
    assert set(names) <= set(db.metadata.tables)


def test_a_forgotten_table_is_seen() -> None:
    metadata = sa.MetaData()
    people = sa.Table("people", metadata, sa.Column("id", sa.Integer, primary_key=True))
    by_key = sa.Table("diaries", metadata, sa.Column("of", sa.ForeignKey("people.id")))
    by_name = sa.Table("notes", metadata, sa.Column("written_by_id", sa.Integer))
    other = sa.Table("colours", metadata, sa.Column("name", sa.Text))

    assert points_to_people([people, by_key, by_name, other]) == {"diaries", "notes"}
