"""How often each person helped: stored, because a list of people cannot count all answers there are.

Only what everybody may see counts, so that a number says the same to everyone. A person is counted anew after a fact
that may have changed her number; a job finds whom no fact told of: imported answers, and rows mended by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, distinct, func, insert, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.actor import VISITOR
from app.community.models.posts import Answer, Question
from app.community.models.shelves import QuestionTag
from app.community.queries.visibility import answer_there, visible
from app.db import db, own_session, transaction
from app.providers.models import HelpCount, TopicHelpCount

AT_ONCE = 200


def count_help(person_ids: Collection[int]) -> None:
    """Count anew, in the current transaction, how often these people helped."""
    for some in _batches(sorted(set(person_ids))):
        # One at a time: two that count the same person would both add her row.
        db.session.execute(select(Person.id).where(Person.id.in_(some)).order_by(Person.id).with_for_update())
        for table in (HelpCount, TopicHelpCount):
            db.session.execute(delete(table).where(table.person_id.in_(some)))
        hers = Answer.author_id.in_(some)
        db.session.execute(insert(HelpCount).from_select(["person_id", "solved"], _solved(hers)))
        columns = ["person_id", "tag_id", "solved"]
        db.session.execute(insert(TopicHelpCount).from_select(columns, _solved_by_topic(hers)))


def count_helpers_in(question_ids: Iterable[int]) -> None:
    """Count anew everybody who answered these questions, whatever became of her answer."""
    answered = select(Answer.author_id).where(Answer.question_id.in_(list(question_ids)))
    count_help(db.session.scalars(answered.distinct()).all())


def count_helpers_with(tag_ids: Iterable[int]) -> None:
    """Count anew everybody who helped with these topics."""
    helped = select(TopicHelpCount.person_id).where(TopicHelpCount.tag_id.in_(list(tag_ids)))
    count_help(db.session.scalars(helped.distinct()).all())


def count_whoever_differs() -> None:
    """Count those anew whose numbers are not what their answers say. A job; also after rows came in by the thousand."""
    with own_session() as session:
        differ = _differing(session)
    for some in _batches(differ):
        with transaction():
            count_help(some)


def _differing(session: Session) -> list[int]:
    every: tuple[tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]], ...] = (
        (_solved(), select(HelpCount.person_id, HelpCount.solved)),
        (_solved_by_topic(), select(TopicHelpCount.person_id, TopicHelpCount.tag_id, TopicHelpCount.solved)),
    )
    differ: set[int] = set()
    for counted, stored in every:
        rows: dict[tuple[Any, ...], int] = defaultdict(int)
        for sign, query in ((1, counted), (-1, stored)):
            for *key, solved in session.execute(query):
                rows[tuple(key)] += sign * solved
        differ.update(key[0] for key, difference in rows.items() if difference)
    return sorted(differ)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _solved(*which: ColumnElement[bool]) -> Select[int, int]:
    """Return person and number of questions of others that her answers solved."""
    return (
        select(Answer.author_id, func.count(distinct(Question.id)))
        .join(Question, Question.id == Answer.question_id)
        .join(Person, Person.id == Answer.author_id)
        .where(Answer.accepted_at.is_not(None), answer_there(), visible(VISITOR))
        .where(Answer.author_id != Question.asker_id, Person.erased_at.is_(None), *which)
        .group_by(Answer.author_id)
    )


def _solved_by_topic(*which: ColumnElement[bool]) -> Select[int, int, int]:
    """Return the same for each tag: person, tag, number."""
    return (
        select(Answer.author_id, QuestionTag.tag_id, func.count(distinct(Question.id)))
        .join(Question, Question.id == Answer.question_id)
        .join(Person, Person.id == Answer.author_id)
        .join(QuestionTag, QuestionTag.question_id == Question.id)
        .where(Answer.accepted_at.is_not(None), answer_there(), visible(VISITOR))
        .where(Answer.author_id != Question.asker_id, Person.erased_at.is_(None), *which)
        .group_by(Answer.author_id, QuestionTag.tag_id)
    )
