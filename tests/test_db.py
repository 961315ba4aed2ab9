"""What `app.db` settles once for every package, on both databases alike."""

from __future__ import annotations

import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.accounts.models import Person
from app.community.models.shelves import Tag
from app.community.models.votes import Vote
from app.db import (
    BUSY_TIMEOUT_S,
    Base,
    changed_rows,
    db,
    folded,
    is_away,
    is_storable,
    own_session,
    storable,
    transaction,
    upsert,
    writing,
)
from app.errors import Invalid
from app.paging import Key, row_number
from tests.accounts import make
from tests.community import make as community
from tests.support.clock import NOW
from tests.support.processes import killed_at_each_step, together


class TestMoments:
    """Moments are aware in Python and UTC in the database."""

    @pytest.mark.parametrize(
        "moment",
        [
            NOW,
            datetime(2026, 7, 1, 12, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=2))),
            datetime(1970, 1, 1, tzinfo=UTC),
            datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        ],
    )
    def test_moment_comes_back_as_the_same_moment_in_utc(self, database: Session, moment: datetime) -> None:
        person = make.person(created_at=moment)
        database.expire(person)

        assert person.created_at == moment
        assert person.created_at.utcoffset() == timedelta(0)

    def test_moment_without_a_zone_is_refused(self, database: Session) -> None:
        with pytest.raises(StatementError, match="without a time zone"):
            make.person(created_at=datetime(2026, 1, 1))

    def test_moments_compare_across_zones(self, database: Session) -> None:
        make.person(created_at=NOW)
        same = NOW.astimezone(timezone(timedelta(hours=-5)))

        assert database.scalar(sa.select(sa.func.count(Person.id)).where(Person.created_at == same)) == 1
        assert database.scalar(sa.select(sa.func.count(Person.id)).where(Person.created_at < same)) == 0


class TestTexts:
    """Texts are what both databases can hold, no longer than declared, and in one order."""

    @pytest.mark.parametrize("name", ["a\x00b", "\ud800", "ok \udfff"])
    def test_text_that_one_database_would_refuse_is_refused_by_both(self, database: Session, name: str) -> None:
        with pytest.raises(StatementError) as refused:
            make.person(name=name)

        assert isinstance(refused.value.orig, Invalid)

    @pytest.mark.parametrize("name", ["x" * 80, "é" * 80, "😀" * 80, "e\u0301" * 40, "", "\x01\x7f\u202e"])
    def test_text_comes_back_as_it_was(self, database: Session, name: str) -> None:
        person = make.person()
        person.name = name
        database.flush()
        database.expire(person)

        assert person.name == name

    def test_longer_text_is_refused_before_and_by_the_database(self, database: Session) -> None:
        make.person()
        with pytest.raises(StatementError) as refused, database.begin_nested():
            database.execute(sa.update(Person).values(name="x" * 81))
        assert isinstance(refused.value.orig, Invalid)

        by_hand = sa.text("UPDATE people SET name = :name")
        with pytest.raises(IntegrityError, match="ck_people_name_length"), database.begin_nested():
            database.execute(by_hand, {"name": "x" * 81})

    def test_longer_text_is_equal_to_none(self, database: Session) -> None:
        make.person(handle="carla")

        for handle in ("carla" * 100, "x" * 1000):
            assert database.scalars(sa.select(Person).where(Person.handle_key == handle)).all() == []
            assert database.scalars(sa.select(Person).where(Person.handle_key.in_([handle, handle * 2]))).all() == []

    def test_word_outside_its_closed_set_is_refused(self, database: Session) -> None:
        make.person()
        with pytest.raises(IntegrityError, match="ck_people_theme_choice"), database.begin_nested():
            database.execute(sa.text("UPDATE people SET theme = 'neon'"))

    def test_order_of_texts_is_that_of_code_points(self, database: Session) -> None:
        names = ["Zoë", "ape", "Ape", "äpfel", "apé", "ape 2", "1", "_x", "ß", "日本", "😀", "a-b", "a b", "ab"]
        for name in names:
            community.tag(name)

        found = database.scalars(sa.select(Tag.name).order_by(Tag.name)).all()

        assert found == sorted(names)
        assert database.scalar(sa.select(sa.func.count(Tag.id)).where(Tag.name < "a")) == sum(n < "a" for n in names)

    @pytest.mark.parametrize(
        "one, other",
        [("Carla", "carla"), ("CARLA", "ｃａｒｌａ"), ("straße", "STRASSE"), (" carla ", "carla"), ("é", "e\u0301")],
    )
    def test_names_that_people_take_for_the_same_are_one_key(self, one: str, other: str) -> None:
        assert folded(one) == folded(other)

    def test_same_key_cannot_be_taken_twice(self, database: Session) -> None:
        make.person(handle="Carla")

        with pytest.raises(IntegrityError), database.begin_nested():
            make.person(handle="CARLA")

    @pytest.mark.parametrize("text", ["a\x00b", "\ud800x", "fine", "x" * 50])
    def test_foreign_words_can_be_made_storable(self, text: str) -> None:
        made = storable(text, longest=20)

        assert is_storable(made)
        assert len(made) <= 20
        assert made == text or text != "fine"


class TestIds:
    """Ids have 63 bits and never come back."""

    def test_id_of_a_deleted_row_is_not_given_again(self, database: Session) -> None:
        last = community.tag().id
        database.execute(sa.delete(Tag).where(Tag.id == last))

        assert community.tag().id > last

    def test_largest_id_fits(self, database: Session) -> None:
        made = community.tag("largest", id=2**63 - 1)
        database.expire(made)

        assert made.id == 2**63 - 1

    def test_every_table_that_numbers_its_rows_keeps_count(self, database: Session) -> None:
        """On SQLite only AUTOINCREMENT remembers the largest id that ever was."""
        if database.get_bind().dialect.name != "sqlite":
            return
        rows = database.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        made = {row.name: row.sql for row in rows}
        for table in Base.metadata.sorted_tables:
            if table.autoincrement_column is not None and not table.autoincrement_column.foreign_keys:
                numbered = isinstance(table.autoincrement_column.type, sa.BigInteger)
                assert ("AUTOINCREMENT" in made[table.name]) == numbered, table.name


class TestCounting:
    """What changed is known for sure."""

    def test_upsert_tells_whether_it_added_a_row(self, database: Session) -> None:
        row = {"name": "tap", "questions_count": 0}
        insert = upsert(Tag).values(row).on_conflict_do_nothing(index_elements=["name"])

        assert [changed_rows(database.execute(insert)) for _turn in range(2)] == [1, 0]

    def test_update_and_delete_tell_how_many(self, database: Session) -> None:
        community.tag()
        community.tag()

        assert changed_rows(database.execute(sa.update(Tag).values(questions_count=1))) == 2
        assert changed_rows(database.execute(sa.delete(Tag))) == 2

    def test_number_nobody_knows_is_an_error_and_no_number(self, database: Session) -> None:
        if database.get_bind().dialect.name == "postgresql":
            with pytest.raises(ValueError, match="RETURNING"):
                changed_rows(database.execute(sa.insert(Tag).values(name="tap", questions_count=0)))


class TestTransactions:
    """One commit or none; writers wait for one another and lose nothing."""

    @pytest.mark.commits
    def test_block_that_raises_leaves_nothing(self, database: Session) -> None:
        def fail() -> None:
            with transaction():
                community.tag("tap")
                raise LookupError

        with pytest.raises(LookupError):
            fail()

        assert database.scalar(sa.select(sa.func.count(Tag.id))) == 0

    @pytest.mark.commits
    def test_what_is_committed_others_see_and_what_is_not_they_do_not(self, database: Session) -> None:
        def seen() -> int:
            with own_session() as session:
                return session.scalar(sa.select(sa.func.count(Tag.id))) or 0

        with transaction():
            community.tag("tap")
            assert seen() == 0
        assert seen() == 1

    @pytest.mark.commits
    def test_eight_writers_that_read_first_lose_nothing_and_see_no_lock(self, app: Flask, database: Session) -> None:
        """R4. The default of SQLite fails most of these: it begins reading and finds the lock taken when it writes."""
        tag_id = community.tag("counter").id

        def read_then_write(_number: int) -> None:
            for _turn in range(15):
                with transaction() as session:
                    tag = session.get_one(Tag, tag_id, with_for_update=True)
                    tag.questions_count += 1

        together(app, read_then_write, processes=8)

        assert database.get_one(Tag, tag_id).questions_count == 8 * 15

    @pytest.mark.commits
    def test_first_votes_at_the_same_moment_are_one_vote(self, app: Flask, database: Session) -> None:
        asker, voter = make.person(), make.person()
        question_id, voter_id = community.question(asker).id, voter.id

        def vote(_number: int) -> int:
            row = {"person_id": voter_id, "question_id": question_id, "value": 1, "cast_at": NOW}
            with transaction() as session:
                insert = upsert(Vote).values(row).on_conflict_do_nothing(index_elements=["person_id", "question_id"])
                return changed_rows(session.execute(insert))

        assert sorted(together(app, vote, processes=8)) == [0] * 7 + [1]

    @pytest.mark.commits
    def test_killed_at_any_step_a_transaction_is_whole_or_absent(self, app: Flask, database: Session) -> None:
        def move_everything() -> None:
            with transaction() as session:
                session.execute(sa.delete(Tag))
                for number in range(3):
                    session.execute(sa.insert(Tag).values(name=f"tag {number}", questions_count=0))

        for number in range(3):
            community.tag(f"tag {number}")
        for _step in killed_at_each_step(app, move_everything):
            database.rollback()
            assert database.scalars(sa.select(Tag.name).order_by(Tag.name)).all() == ["tag 0", "tag 1", "tag 2"]


def test_sqlite_is_set_to_lose_no_acknowledged_commit(database: Session) -> None:
    if database.get_bind().dialect.name != "sqlite":
        return

    def asked(pragma: str) -> object:
        return database.scalar(sa.text(f"PRAGMA {pragma}"))

    assert asked("journal_mode") == "wal"
    assert asked("synchronous") == 2  # FULL: NORMAL may lose a commit at a power cut
    assert asked("foreign_keys") == 1
    assert asked("recursive_triggers") == 1
    assert asked("busy_timeout") == 5000
    assert sqlite3.sqlite_version_info >= (3, 35), "RETURNING"


@pytest.mark.parametrize(
    "text", ["", "x", "1", "1~", "~1", "1~2~3", "-1~2", "1.5~2", "١~٢", "9" * 30 + "~1", f"1~{2**63}", "1~2\x00", None]
)
def test_key_of_a_page_that_is_none_is_none(text: str | None) -> None:
    assert Key.parse(text) is None


def test_key_longer_than_any_number_is_none() -> None:
    assert Key.parse("1~" + "9" * 4301) is None


@pytest.mark.parametrize("text", ["", "x", "0", "-1", "1.5", "٣", " 1", "1_0", f"{2**63}", "9" * 4301])
def test_what_is_no_number_of_a_row_counts_as_not_given(text: str) -> None:
    assert MultiDict({"below": text}).get("below", type=row_number) is None


def test_the_number_of_a_row_is_read() -> None:
    assert MultiDict({"below": f"{2**63 - 1}"}).get("below", type=row_number) == 2**63 - 1


def test_key_of_a_page_is_exact_to_the_microsecond() -> None:
    key = Key(NOW.replace(microsecond=123_457), 2**63 - 1)

    assert Key.parse(str(key)) == key


@pytest.mark.commits
def test_writer_waits_for_a_lock_no_longer_than_agreed_in_all_that_a_request_does(app, database, monkeypatch) -> None:
    """R4: three writes of one request that meet a lock wait once for all, and say that the database is away."""
    if database.get_bind().dialect.name == "postgresql":
        assert database.scalar(sa.text("SHOW lock_timeout")) == f"{BUSY_TIMEOUT_S:.0f}s"
        return
    monkeypatch.setattr("app.db.BUSY_TIMEOUT_S", 1.0)
    holder = db.engine.connect()
    with writing():
        holder.exec_driver_sql("SELECT 1")

    began = time.monotonic()
    with app.test_request_context():
        for _write in range(3):
            with pytest.raises(OperationalError) as met, own_session() as session, transaction(session):
                session.execute(sa.delete(Tag))
            assert is_away(met.value)
    assert 0.9 < time.monotonic() - began < 2.5  # each for itself: three

    holder.close()
    with transaction() as session:
        session.execute(sa.delete(Tag))


@pytest.mark.commits
def test_writer_gets_the_lock_as_soon_as_it_is_free(app, database) -> None:
    if database.get_bind().dialect.name == "postgresql":
        return
    holder = db.engine.connect()
    with writing():
        holder.exec_driver_sql("SELECT 1")
    freeing = threading.Timer(0.2, holder.close)
    freeing.start()

    with transaction() as session:
        session.execute(sa.delete(Tag))

    freeing.join()
