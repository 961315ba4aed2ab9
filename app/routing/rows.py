"""From rows of requests and answers to events of the ranking, so that both speak of the same thing.

A provider is named by its row's id, a person by hers; a topic by its tag's id or, where a question has no tag, by the
negative of its category's id.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.community.models.posts import Answer, Question
from app.community.models.shelves import QuestionTag, Tag
from app.community.queries.visibility import answer_there, there
from app.organisations.models import Organisation
from app.providers.models import Provider, Skill
from app.ranking.events import Accepted, Answered, Asked, Described, Event, Joined, Voted
from app.ranking.protocol import plain

AT_ONCE = 500  # ids in one IN (…)

QUESTIONS = select(
    Question.id,
    Question.asker_id,
    Question.created_at,
    Question.title,
    Question.body,
    Question.source_format,
    Question.category_id,
)
ANSWERS = (
    select(
        Answer.id,
        Answer.question_id,
        Answer.author_id,
        Answer.acting_for_organisation_id,
        Answer.created_at,
        Answer.score,
        Question.created_at.label("asked_at"),
        Answer.accepted_at,
        # Who confirmed it where that was not the asker: whoever asked what was merged into this question.
        func.coalesce(Answer.accepted_by_id, Question.asker_id).label("accepted_by_id"),
    )
    .join(Question, Question.id == Answer.question_id)
    .where(there(), answer_there())
)
TAGS = select(QuestionTag.question_id, QuestionTag.tag_id)


@dataclass(frozen=True)
class AnswerNow:
    """An answer with what was said of it so far: its score, and who of those who asked says that it solved it."""

    event: Answered
    score: int
    accepted_by: int | None


def asked_rows(session: Session, request_ids: Sequence[int]) -> list[Asked]:
    """Return these questions as they are now, in the order of their ids."""
    found: list[Asked] = []
    for part in _parts(sorted(request_ids)):
        topics = _topics(session, TAGS.where(QuestionTag.question_id.in_(part)))
        rows = session.execute(QUESTIONS.where(Question.id.in_(part)).order_by(Question.id))
        found.extend(_asked(row, topics) for row in rows)
    return found


def answers_to(session: Session, request_ids: Sequence[int]) -> dict[int, list[AnswerNow]]:
    """Return per request its answers, as they came, as they are judged now.

    An answer by somebody who is no provider (yet) is left out.
    """
    providers = provider_ids(session)
    found: dict[int, list[AnswerNow]] = defaultdict(list)
    for part in _parts(sorted(request_ids)):
        rows = session.execute(ANSWERS.where(Answer.question_id.in_(part)).order_by(Answer.id))
        for row in rows:
            event = _answered(row, providers)
            if event is not None:
                accepted_by = None if row.accepted_at is None else row.accepted_by_id
                found[event.request].append(AnswerNow(event, row.score, accepted_by))
    return found


def provider_ids(session: Session) -> dict[tuple[int | None, int | None], int]:
    """Return (person, organisation) → provider."""
    rows = session.execute(select(Provider.id, Provider.person_id, Provider.organisation_id))
    return {(row.person_id, row.organisation_id): row.id for row in rows}


def description_of(session: Session, provider_ids: Iterable[int]) -> list[Described]:
    """Return what these providers say they can help with: skills of people, for a desk its organisation's texts."""
    found: list[Described] = []
    for part in _parts(sorted(provider_ids)):
        skills: dict[int, list[int]] = defaultdict(list)
        standing = func.coalesce(Tag.synonym_of_id, Tag.id)  # she may have named it otherwise
        known = select(Skill.provider_id, standing.label("tag_id")).join(Tag, Tag.id == Skill.tag_id).distinct()
        for skill in session.execute(known.where(Skill.provider_id.in_(part))):
            skills[skill.provider_id].append(skill.tag_id)
        rows = session.execute(
            select(Provider.id, Provider.person_id, Provider.created_at, Organisation.name, Organisation.texts)
            .outerjoin(Organisation, Organisation.id == Provider.organisation_id)
            .where(Provider.id.in_(part))
            .order_by(Provider.id)
        )
        for row in rows:
            text = "" if row.person_id is not None else _words_of(row.name, row.texts)
            topics = tuple(sorted(skills[row.id]))
            if text or topics:
                found.append(Described(row.created_at.timestamp(), row.id, text, topics))
    return found


def history(session: Session) -> Iterator[Event]:
    """Yield everything that ever happened, in the order of its time, from the rows as they are now."""
    providers = provider_ids(session)
    everybody = sorted(providers.values())
    yield from (Joined(0.0, provider) for provider in everybody)
    described = description_of(session, everybody)
    judged: list[Event] = []
    streams = (_all_asked(session), _all_answered(session, providers, judged))
    # Equal times: asked before answered, as in the order of the streams.
    yield from heapq.merge(*streams, key=attrgetter("at"))
    yield from described
    yield from judged


def _all_asked(session: Session) -> Iterator[Event]:
    topics = _topics(session, TAGS)
    rows = session.execute(QUESTIONS.order_by(Question.created_at, Question.id).execution_options(yield_per=1000))
    for row in rows:
        yield _asked(row, topics)


def _all_answered(
    session: Session, providers: dict[tuple[int | None, int | None], int], judged: list[Event]
) -> Iterator[Event]:
    """Yield the answers; put what was said of them into `judged`, for afterwards."""
    rows = session.execute(ANSWERS.order_by(Answer.created_at, Answer.id).execution_options(yield_per=1000))
    early: list[Answered] = []
    for row in rows:
        event = _answered(row, providers)
        if event is None:
            continue
        if row.score:
            judged.append(Voted(event.at, event.answer, row.score))
        if row.accepted_at is not None:
            judged.append(Accepted(event.at, event.answer, row.accepted_by_id))
        # An answer that precedes its question counts at the question's time, so it may have to wait its turn.
        heapq.heappush(early, event)
        while early and early[0].at <= row.created_at.timestamp():
            yield heapq.heappop(early)
    while early:
        yield heapq.heappop(early)


def _asked(row: Any, topics: dict[int, list[int]]) -> Asked:
    return Asked(
        at=row.created_at.timestamp(),
        request=row.id,
        asker=row.asker_id,
        title=row.title,
        body=plain(row.body, row.source_format),
        topics=topics_of(topics.get(row.id, ()), row.category_id),
    )


def _answered(row: Any, providers: dict[tuple[int | None, int | None], int]) -> Answered | None:
    provider = providers.get((row.author_id, row.acting_for_organisation_id))
    if provider is None:
        return None
    at = max(row.created_at, row.asked_at).timestamp()
    return Answered(at, row.question_id, row.id, provider, row.author_id)


def tag_ids_of(session: Session, question_id: int) -> list[int]:
    """Return the ids of a question's tags."""
    return list(session.scalars(select(QuestionTag.tag_id).where(QuestionTag.question_id == question_id)))


def topics_of(tag_ids: Iterable[int], category_id: int) -> tuple[int, ...]:
    """Return a question's topics: its tags; its category where it has no tag."""
    return tuple(sorted(tag_ids)) or (-category_id,)


def _topics(session: Session, links: Select[int, int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for question_id, tag_id in session.execute(links):
        found[question_id].append(tag_id)
    return found


def _words_of(name: str, texts: dict[str, object]) -> str:
    return "\n".join([name, *(str(text) for text in texts.values())])


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
