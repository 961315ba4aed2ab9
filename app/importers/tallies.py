"""Write votes of nobody in particular as tallies: so many up and down on a day. Scores come with the texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import delete, insert, select, update

from app.community.events.judging import VotesTallied
from app.community.models.posts import Answer, Question
from app.community.models.votes import VoteTally
from app.db import db
from app.importers.origin import Counts, Numbered, Refused, Step
from app.importers.rows import RowError, Tally
from app.importers.work import QUIET, Work, table_of
from app.outbox.models import DomainEvent
from app.requests.models import HelpRequest

TALLY_WEIGHT = 0.3


@dataclass(frozen=True)
class _Text:
    """What the votes were for."""

    question_id: int
    answer_id: int | None
    author_id: int


@dataclass(frozen=True)
class _Change:
    """A day on which there are other votes than we have. `row_id` is the tally we have of it."""

    text: _Text
    on: date | None
    row_id: int | None
    had: tuple[int, int]
    has: tuple[int, int]


def tally_step(work: Work, size: int, read: Callable[[int], Iterator[tuple[int, Tally | RowError]]]) -> Step:
    """Return the step that makes the tallies of each post what the source says."""

    def look(batch: Sequence[Numbered]) -> Counts:
        rows = [row for _, row in batch]
        changes = _changes(work, rows)
        new = sum(change.row_id is None for change in changes)
        return new, len(changes) - new, sum(len(row.days) for row in rows) - len(changes)

    def write(batch: Sequence[Numbered]) -> Sequence[Refused]:
        rows = [row for _, row in batch]
        changes = _changes(work, rows)
        _write(work, changes)
        new = sum(change.row_id is None for change in changes)
        work.counts["tallies_new"] += new
        work.counts["tallies_changed"] += len(changes) - new
        work.counts["tallies_same"] += max(0, sum(len(row.days) for row in rows) - len(changes))
        return ()

    return Step("tallies", size, TALLY_WEIGHT, read, look, write, lambda number: ("", number))


def _changes(work: Work, batch: Sequence[Tally]) -> list[_Change]:
    texts = _texts(work.source, [tally.post for tally in batch])
    rows = _rows(texts.values())
    changes: list[_Change] = []
    for tally in batch:
        text = texts.get(tally.post)
        if text is None:
            continue
        ours = rows[text.question_id if text.answer_id is None else None, text.answer_id]
        days = _moved(work, tally)
        for on in sorted({*days, *ours}, key=str):
            row_id, had = ours.get(on, (None, (0, 0)))
            if (has := days.get(on, (0, 0))) != had:
                changes.append(_Change(text, on, row_id, had, has))
    return changes


def _moved(work: Work, tally: Tally) -> dict[date | None, tuple[int, int]]:
    """Return the votes by day as our rows have it; days that meet when dates are moved are added up."""
    days: dict[date | None, tuple[int, int]] = {}
    for given, ups, downs in tally.days:
        on = work.day(given) if given else None
        had = days.get(on, (0, 0))
        days[on] = had[0] + ups, had[1] + downs
    return days


def _texts(source: str, keys: Sequence[str]) -> dict[str, _Text]:
    """Return what these posts are here; an answer's key is never a question's."""
    asked = db.session.execute(
        select(HelpRequest.source_key, HelpRequest.id, HelpRequest.asker_id)
        .join(Question, Question.id == HelpRequest.id)
        .where(HelpRequest.source == source, HelpRequest.source_key.in_(keys))
    )
    texts = {str(key): _Text(question_id, None, asker_id) for key, question_id, asker_id in asked}
    answered = db.session.execute(
        select(Answer.source_key, Answer.question_id, Answer.id, Answer.author_id).where(
            Answer.source == source, Answer.source_key.in_(keys)
        )
    )
    texts.update((str(key), _Text(question_id, answer_id, by)) for key, question_id, answer_id, by in answered)
    return texts


_Subject = tuple[int | None, int | None]
_Days = dict[date | None, tuple[int, tuple[int, int]]]


def _rows(texts: Collection[_Text]) -> defaultdict[_Subject, _Days]:
    """Return the tallies we have, by text and day."""
    found: defaultdict[_Subject, _Days] = defaultdict(dict)
    questions = [text.question_id for text in texts if text.answer_id is None]
    answers = [text.answer_id for text in texts if text.answer_id is not None]
    columns = (
        VoteTally.question_id,
        VoteTally.answer_id,
        VoteTally.cast_on,
        VoteTally.id,
        VoteTally.ups,
        VoteTally.downs,
    )
    for condition in (VoteTally.question_id.in_(questions), VoteTally.answer_id.in_(answers)):
        for question_id, answer_id, on, row_id, ups, downs in db.session.execute(select(*columns).where(condition)):
            found[question_id, answer_id][on] = (row_id, (ups, downs))
    return found


def _write(work: Work, changes: Sequence[_Change]) -> None:
    fresh = [
        {
            "question_id": change.text.question_id if change.text.answer_id is None else None,
            "answer_id": change.text.answer_id,
            "cast_on": change.on,
            "ups": change.has[0],
            "downs": change.has[1],
        }
        for change in changes
        if change.row_id is None
    ]
    if fresh:
        db.session.execute(insert(table_of(VoteTally)), fresh)
    for change in changes:
        if change.row_id is None:
            continue
        this = VoteTally.id == change.row_id
        if change.has == (0, 0):
            db.session.execute(delete(VoteTally).where(this), execution_options=QUIET)
        else:
            counted = update(VoteTally).where(this).values(ups=change.has[0], downs=change.has[1])
            db.session.execute(counted, execution_options=QUIET)
    _write_facts(work, changes)


def _write_facts(work: Work, changes: Sequence[_Change]) -> None:
    facts = [
        work.fact(
            VotesTallied(
                question_id=change.text.question_id,
                answer_id=change.text.answer_id,
                author_id=change.text.author_id,
                ups=change.has[0] - change.had[0],
                downs=change.has[1] - change.had[1],
            ),
            by=None,
            request_id=change.text.question_id,
            at=datetime(change.on.year, change.on.month, change.on.day, tzinfo=UTC) if change.on else work.now,
        )
        for change in changes
    ]
    if facts:
        db.session.execute(insert(table_of(DomainEvent)), facts)
