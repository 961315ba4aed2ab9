"""Writing tags anew on the questions that carry them: the names that lists read, beside the rows they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Select, bindparam, func, select, update

from app.community.models.posts import Question
from app.community.models.shelves import QuestionTag, Tag
from app.community.queries.visibility import there
from app.db import db
from app.privacy.audiences import PUBLIC

AT_ONCE = 500  # ids in one IN (…)
QUIET = {"synchronize_session": False}


def relabel(tag_id: int, names: Mapping[str, str]) -> list[int]:
    """Write other names on every question that carries a tag; return their ids."""
    return _write(_carriers().where(QuestionTag.tag_id == tag_id), names)


def relabel_these(question_ids: Sequence[int], tag_id: int, names: Mapping[str, str], *, beside: str = "") -> list[int]:
    """Do the same for those of these questions that carry the tag; with `beside` that name is added behind."""
    found: list[int] = []
    for part in parts(question_ids):
        carrying = _carriers().where(QuestionTag.tag_id == tag_id, Question.id.in_(part))
        found += _write(carrying, names, beside=beside)
    return found


def count_anew(tag_ids: Iterable[int]) -> None:
    """Count the public questions of these tags that are there."""
    carried = (
        select(func.count())
        .select_from(QuestionTag)
        .join(Question, Question.id == QuestionTag.question_id)
        .where(QuestionTag.tag_id == Tag.id, Question.audience == PUBLIC, there())
        .correlate(Tag)
        .scalar_subquery()
    )
    for tag_id in sorted(tag_ids):  # in one order, so that two who count the same ones wait for each other
        db.session.execute(update(Tag).where(Tag.id == tag_id).values(questions_count=carried), execution_options=QUIET)


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield these ids in parts that fit into one statement."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _carriers() -> Select[int, list[str]]:
    # Held until the end, so that an edit of the same question waits and sees the new names.
    carrying = select(Question.id, Question.tag_names).join(QuestionTag, QuestionTag.question_id == Question.id)
    return carrying.order_by(Question.id).with_for_update(of=Question)


def _write(carriers: Select[int, list[str]], names: Mapping[str, str], *, beside: str = "") -> list[int]:
    rows = [
        {"question": question_id, "names": list(dict.fromkeys([*(names.get(each, each) for each in had), *more]))}
        for question_id, had in db.session.execute(carriers)
        for more in [[beside] if beside else []]
    ]
    if not rows:
        return []
    table = Question.__table__
    statement = (
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("question"))
        .values(tag_names=bindparam("names", type_=table.c.tag_names.type), row_version=table.c.row_version + 1)
    )
    db.session.execute(statement, rows)
    return [int(row["question"]) for row in rows]  # type: ignore[call-overload]
