"""Close questions as their source did: the same as another one, or for a reason that the source does not tell.

What somebody decided here stands: what was closed or merged here, or closed there and opened here, is left as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BindParameter, Table, bindparam, func, insert, select, update

from app.community.events.closing import QuestionClosed, QuestionReopened
from app.community.models.closings import Closing
from app.community.models.posts import Question
from app.community.services.state import settle
from app.db import db, own_session
from app.importers import rows as given
from app.importers.acceptances import Thread, threads_of
from app.importers.origin import Counts, Numbered, Refused, Step
from app.importers.rows import RowError
from app.importers.work import QUIET, Work, table_of
from app.outbox.models import DomainEvent
from app.requests.models import HelpRequest

CLOSING_WEIGHT = 0.3

Kind = Literal["new", "changed", "same", "absent"]


@dataclass(frozen=True)
class _Change:
    """What is to be done about one question. `row` is the closing that came from the source before."""

    kind: Kind
    question: Thread | None = None
    at: datetime | None = None
    target_id: int | None = None
    row: Closing | None = None

    @property
    def reason(self) -> Literal["duplicate", "other"]:
        return "other" if self.target_id is None else "duplicate"


def closing_step(
    work: Work,
    size: int,
    read: Callable[[int], Iterator[tuple[int, given.Closing | RowError]]],
    is_closed: Callable[[str], bool],
) -> Step:
    """Return the step that closes what is closed at the source, and opens what was and is not any more.

    `read` yields the closed questions; `is_closed` says of any question whether it is one of them.
    """

    def read_all(after: int) -> Iterator[tuple[int, given.Closing | RowError]]:
        yield from read(after)
        for question_id, key in _closed_before(work.source):
            # Behind all that `read` numbered, and in an order that a run which goes on finds again.
            if not is_closed(key) and size + question_id > after:
                yield size + question_id, given.Closing(key, None)

    def look(batch: Sequence[Numbered]) -> Counts:
        kinds = [change.kind for change in _changes(work, [row for _, row in batch])]
        return kinds.count("new") + kinds.count("absent"), kinds.count("changed"), kinds.count("same")

    def write(batch: Sequence[Numbered]) -> Sequence[Refused]:
        changes = _changes(work, [row for _, row in batch])
        _insert(work, [change for change in changes if change.kind == "new"])
        for change in changes:
            if change.kind == "changed":
                _update(work, change)
        for kind in ("new", "changed", "same"):
            work.counts[f"closings_{kind}"] += sum(change.kind == kind for change in changes)
        return ()

    return Step("closings", size, CLOSING_WEIGHT, read_all, look, write, lambda number: ("", number))


def _closed_before(source: str) -> Sequence[tuple[int, str]]:
    """Return (id, key) of the questions that are closed here because they were at the source."""
    here = (
        select(HelpRequest.id, HelpRequest.source_key)
        .join(Closing, Closing.question_id == HelpRequest.id)
        .where(HelpRequest.source == source, Closing.import_run_id.is_not(None), Closing.reopened_at.is_(None))
        .order_by(HelpRequest.id)
    )
    with own_session() as session:
        return [(question_id, str(key)) for question_id, key in session.execute(here)]


def _changes(work: Work, batch: Sequence[given.Closing]) -> list[_Change]:
    keys = {key for row in batch for key in (row.question, row.target) if key is not None}
    threads = threads_of(work.source, keys)
    ours: defaultdict[int, list[Closing]] = defaultdict(list)
    asked = [threads[row.question].id for row in batch if row.question in threads]
    for closing in db.session.scalars(select(Closing).where(Closing.question_id.in_(asked))):
        ours[closing.question_id].append(closing)
    return [_change(work, row, threads, ours) for row in batch]


def _change(work: Work, row: given.Closing, threads: dict[str, Thread], ours: dict[int, list[Closing]]) -> _Change:
    question = threads.get(row.question)
    if question is None or question.merged_question_id is not None:
        return _Change("absent")
    at = work.at(row.at) if row.at else None
    target = threads.get(row.target) if row.target else None
    target_id = target.id if target and target.id != question.id else None
    closings = ours[question.id]
    imported = next((closing for closing in closings if closing.import_run_id is not None), None)
    if imported is None:
        is_closed_here = any(closing.reopened_at is None for closing in closings)
        return _Change("same" if is_closed_here or at is None else "new", question, at, target_id)
    if imported.reopened_at is not None or (imported.closed_at, imported.target_id) == (at, target_id):
        return _Change("same", question, at, target_id)
    return _Change("changed", question, at, target_id, imported)


def _insert(work: Work, changes: Sequence[_Change]) -> None:
    if not changes:
        return
    rows: list[dict[str, Any]] = []
    for change in changes:
        assert change.question is not None, "it is here"
        rows.append(
            {
                "question_id": change.question.id,
                "reason": change.reason,
                "target_id": change.target_id,
                "note": "",
                "note_language": "en",
                "closed_at": change.at,
                "import_run_id": work.run_id,
            }
        )
    db.session.execute(insert(table_of(Closing)), rows)
    _close(rows)
    _count_duplicates(row["target_id"] for row in rows)
    db.session.execute(insert(table_of(DomainEvent)), [_closed(work, change) for change in changes])


def _update(work: Work, change: _Change) -> None:
    assert change.row is not None, "it came before"
    assert change.question is not None, "it is here"
    question_id, had, was = change.question.id, change.row.target_id, change.row.reason
    this = update(Closing).where(Closing.id == change.row.id)
    if change.at is None:
        db.session.execute(this.values(reopened_at=work.now), execution_options=QUIET)
        touched = update(Question).where(Question.id == question_id).values(row_version=Question.row_version + 1)
        db.session.execute(touched, execution_options=QUIET)
        settle(question_id, now=work.now)
        opened = QuestionReopened(question_id=question_id, asker_id=change.question.asker_id, was=was)  # type: ignore[arg-type]
        fact = work.fact(opened, by=None, request_id=question_id, at=work.now)
    else:
        values = {"reason": change.reason, "target_id": change.target_id, "closed_at": change.at}
        db.session.execute(this.values(values), execution_options=QUIET)
        _close([{"question_id": question_id, **values}])
        fact = _closed(work, change)
    _count_duplicates({had, change.target_id})
    db.session.execute(insert(table_of(DomainEvent)), [fact])


def _close(rows: Collection[dict[str, Any]]) -> None:
    """Let the questions of these closings say that they are closed."""
    for table, values in (
        (table_of(HelpRequest), {"state": bindparam("now"), "state_since": bindparam("since")}),
        (table_of(Question), {"row_version": table_of(Question).c.row_version + 1}),
    ):
        statement = update(table).where(_is_question(table)).values(values)
        db.session.execute(statement, [_bound(row) for row in rows])


def _is_question(table: Table) -> Any:
    question: BindParameter[int] = bindparam("question", type_=table.c.id.type)
    return table.c.id == question


def _bound(row: dict[str, Any]) -> dict[str, Any]:
    state = "duplicate" if row["target_id"] is not None else "closed"
    return {"question": row["question_id"], "now": state, "since": row["closed_at"]}


def _count_duplicates(targets: Iterable[int | None]) -> None:
    """Count anew how many questions are closed in favour of these."""
    ids = sorted({target for target in targets if target is not None})
    repeating = select(func.count()).where(Closing.target_id == Question.id, Closing.reopened_at.is_(None))
    counted = (
        update(Question)
        .where(Question.id.in_(ids))
        .values(duplicates_count=repeating.correlate(Question).scalar_subquery())
    )
    db.session.execute(counted, execution_options=QUIET)


def _closed(work: Work, change: _Change) -> dict[str, object]:
    assert change.question is not None, "it is here"
    assert change.at is not None, "it is closed"
    fact = QuestionClosed(
        question_id=change.question.id,
        asker_id=change.question.asker_id,
        reason=change.reason,
        target_id=change.target_id,
    )
    return work.fact(fact, by=None, request_id=change.question.id, at=change.at)
