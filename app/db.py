"""The database, and what is settled about it once for every package.

`transaction()` is the only place that commits what was written (a test looks); `reading()` ends what was only read.
Column types refuse what one of the two databases would take silently: NUL and lone surrogates, naive times, texts
longer than declared. On SQLite every transaction that may write begins IMMEDIATE: begun deferred and upgraded later,
most concurrent writers fail with "database is locked".
"""

from __future__ import annotations

import errno
import random
import sqlite3
import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import g, has_request_context
from flask_babel import lazy_gettext as _l
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    CursorResult,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Result,
    String,
    Table,
    Text,
    event,
    func,
    or_,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import DeclarativeBase, Session, registry, sessionmaker
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.errors import Invalid

BUSY_TIMEOUT_S = 5.0
SHORTEST_NAP_S, NAP_S = 0.002, 0.018
_WAITED = "waited_for_write_lock_s"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, always UTC in the database. Refuses naive values."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text of at most `length` characters, with a CHECK on both databases; sorts by code point on both."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(Text(collation=collation))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is not None and not is_storable(value):
            raise Invalid("unstorable_text", _l("The text holds a character that cannot be stored."))
        if value is not None and len(value) > self.length:
            raise Invalid("text_too_long", _l("The text is longer than there is room for."))
        return value

    def coerce_compared_value(self, op: object, value: object) -> TypeEngine[Any]:  # noqa: ARG002
        """Compare with texts of any length: a longer one is equal to none, and no error."""
        return Words(sys.maxsize)


class Choice(Words):
    """One of a closed set of short words, with a CHECK."""

    cache_ok = True

    def __init__(self, *values: str) -> None:
        super().__init__(max(map(len, values)))
        self.values = values


class Base(DeclarativeBase):
    """What every table shares: names for constraints, 63-bit ids that are never reused, checked texts."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UTCDateTime,
            int: BigInteger().with_variant(Integer(), "sqlite"),
            dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
            list[str]: JSON().with_variant(JSONB(), "postgresql"),
            list[int]: JSON().with_variant(JSONB(), "postgresql"),
        },
    )


@event.listens_for(Table, "after_parent_attach")
def _finish_table(table: Table, parent: object) -> None:
    if parent is not Base.metadata:
        return  # Alembic's own copies
    if len(table.primary_key.columns) == 1:
        (key,) = table.primary_key.columns
        if key.autoincrement in {True, "auto"} and not key.foreign_keys and isinstance(key.type, BigInteger):
            table.dialect_options["sqlite"]["autoincrement"] = True  # an id of a deleted row never comes back
    for column in table.columns:
        if isinstance(column.type, Choice):
            CheckConstraint(column.in_(column.type.values), name=f"{column.name}_choice")  # attaches itself
        elif isinstance(column.type, Words):
            CheckConstraint(func.length(column) <= column.type.length, name=f"{column.name}_length")


db = SQLAlchemy(
    model_class=Base, disable_autonaming=True, session_options={"join_transaction_mode": "create_savepoint"}
)

if TYPE_CHECKING:

    class Model(Base):
        """The class every table's class extends."""

        __abstract__ = True
else:
    Model = db.Model

_may_write: ContextVar[bool] = ContextVar("may_write", default=False)
_only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Let transactions that begin inside take the write lock at once. For `transaction()` and the web wrapper."""
    token = _may_write.set(True)
    try:
        yield
    finally:
        _may_write.reset(token)


@contextmanager
def transaction(session: Session | None = None) -> Iterator[Session]:
    """Run the block in one transaction: commit when it ends, roll back when it raises.

    Without `session` the request's or command's own session is used. A transaction cannot hold another.
    """
    session = session if session is not None else db.session()
    with writing():
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def reading() -> Iterator[None]:
    """Let transactions that begin inside change nothing, and end the one that is there at the end. For the web wrapper.

    PostgreSQL is told and refuses every change, so that the end may be a commit: at a rollback the driver forgets the
    statements that the server keeps for it, and each would be planned again for every page.
    """
    token = _only_reads.set(True)
    session = db.session()
    try:
        yield
        is_clean = not (session.new or session.dirty or session.deleted)
        if is_clean and session.in_transaction() and _is_told_to_read(session):
            session.commit()
    finally:
        _only_reads.reset(token)
        session.rollback()


def _is_told_to_read(session: Session) -> bool:
    """Say whether PostgreSQL refuses changes on the session's connection; SQLite's driver cannot be told."""
    driver = session.connection().connection.dbapi_connection
    return bool(getattr(driver, "read_only", False))


@contextmanager
def savepoint() -> Iterator[None]:
    """Run the block as a part of the transaction: when it raises, what the block changed is undone and nothing else."""
    with db.session.begin_nested():
        yield


@contextmanager
def own_session() -> Iterator[Session]:
    """Open a session beside the request's own, for a read or, with `transaction(session)`, a short write.

    On SQLite such a write must come before the request's first statement: there is one write lock.
    """
    session = sessionmaker(bind=db.engine, join_transaction_mode="create_savepoint")()
    token = _may_write.set(False)
    try:
        yield session
    finally:
        _may_write.reset(token)
        session.close()


@contextmanager
def one_moment() -> Iterator[Connection]:
    """Open a connection to read from, for which the database stands still from the first read on while others write."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def upsert(table: Any) -> Any:
    """Return the running database's own INSERT for `table`, which knows ON CONFLICT on both."""
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Without the option an INSERT forgets how many rows it added, and `changed_rows` cannot tell.
    return insert(table).execution_options(preserve_rowcount=True)


def know_what_is_in_tables() -> None:
    """Let PostgreSQL look at tables that were filled at once: until then its plans are for empty ones, and its own turn
    comes minutes later. SQLite plans by the indexes alone.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        with transaction() as session:
            session.execute(text("ANALYZE"))


def changed_rows(result: Result[Any]) -> int:
    """Return how many rows an `upsert`, UPDATE or DELETE changed. Raises ValueError where the driver cannot tell."""
    count = cast("CursorResult[Any]", result).rowcount
    if count < 0:
        raise ValueError("the number of changed rows is not known; ask with RETURNING")
    return count


def is_away(error: BaseException) -> bool:
    """Say whether the database could not do it now, and may in a moment: locked, restarted, out of space or reach."""
    if isinstance(error, (OperationalError, InterfaceError, NoConnectionFree, PendingRollbackError)):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def met_another(error: BaseException) -> bool:
    """Say whether PostgreSQL refused a key that another took, or took away, at this moment (23505, 23503 of its codes).
    SQLite lets one write at a time: there such an error is our own.
    """
    return isinstance(error, IntegrityError) and getattr(error.orig, "sqlstate", "") in {"23505", "23503"}


def is_full(error: BaseException) -> bool:
    """Say whether there was no room left to write: SQLite's own words, PostgreSQL's code, or the system's."""
    if isinstance(error, DBAPIError):
        return "disk is full" in str(error.orig) or getattr(error.orig, "sqlstate", None) == "53100"
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


def is_unleased(lease_until: Any, now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """Return the condition that nobody holds a row: by no lease, by one that ran out, or by one longer than any can be,
    which is from before the clock was set back.
    """
    return or_(lease_until.is_(None), lease_until < now, lease_until > now + longest)


def is_storable(text: str) -> bool:
    """Say whether both databases can hold this text unchanged: no NUL, no lone surrogate."""
    try:
        text.encode()  # hundreds of times faster than looking at each character
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def storable(text: str, *, longest: int) -> str:
    """Return `text` in a form that both databases can hold, cut to `longest`; for errors and other foreign words."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")[:longest]


def folded(text: str) -> str:
    """Return the form in which two names that people take for the same are equal; for unique keys."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def prepare_engine(engine: Engine) -> None:
    """Attach the rules above to an engine, once, before its first connection."""
    if engine.dialect.name != "sqlite":

        @event.listens_for(engine, "connect")
        def _wait_no_longer(connection: Any, _record: object) -> None:
            # Without it, who meets a lock waits for as long as somebody else thinks. A migration too gives up, whole.
            connection.execute(f"SET lock_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
            connection.commit()

        @event.listens_for(engine, "begin")
        def _begin_reading(connection: Connection) -> None:
            # The driver says so with its BEGIN, before the first statement.
            if _only_reads.get() and not _may_write.get():
                cast(Any, connection.connection.dbapi_connection).read_only = True

        @event.listens_for(engine, "checkin")
        def _for_whoever_comes_next(connection: Any, _record: object) -> None:
            if connection is not None and connection.read_only:
                connection.read_only = None

        return

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would begin transactions too late
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "recursive_triggers = ON",  # else REPLACE would pass the triggers that keep facts as they are
            f"busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}",
            "temp_store = MEMORY",
            "cache_size = -32000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if _may_write.get():
            _take_write_lock(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def _take_write_lock(connection: Connection) -> None:
    """Begin a transaction that may write, within five seconds of waiting for the lock in all that a request does.

    SQLite's own waiting asks less and less often, so that who came last is first, and counts its naps instead of the
    time. Here who waits longest asks most often.
    """
    driver: Any = connection.connection.dbapi_connection
    began, waited = time.monotonic(), g.get(_WAITED, 0.0) if has_request_context() else 0.0
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while (now_waited := waited + time.monotonic() - began) < BUSY_TIMEOUT_S:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
                time.sleep(random.uniform(0.5, 1.5) * (SHORTEST_NAP_S + NAP_S * (1 - now_waited / BUSY_TIMEOUT_S)))
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # to fail, in the words of SQLAlchemy
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
        if has_request_context():
            setattr(g, _WAITED, waited + time.monotonic() - began)
