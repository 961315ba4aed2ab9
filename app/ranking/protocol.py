"""From the records of a community archive to events in time order, as the evaluation protocol prescribes.

What is known when: a question and an answer at their own time (an answer whose clock runs before its question counts at
the question's time); votes and acceptances when they were given; where that is not recorded, votes 30 days and
acceptances 14 days after the answer. A date without a time becomes known when that day is over. Answers without an
author help nobody's record, and an asker answering herself is no help.

The order of `questions` and `answers` does not matter. Reading files is left to others.
"""

import html
import re
from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from app.ranking.columns import DAY_S, MINUTE_S
from app.ranking.events import Accepted, Answered, Asked, Event, Voted

VOTES_KNOWN_AFTER_S = 30 * DAY_S
ACCEPTANCE_KNOWN_AFTER_S = 14 * DAY_S
STRANGER = -2  # the asker of a question without an author: nobody who could answer it himself

_TAG = re.compile(r"<[^<>]*>")


class QuestionRecord(NamedTuple):
    """A question: id, seconds since 1970, author, texts, topics, whether its acceptance is recorded, and which."""

    id: str
    at: float
    user: str | None
    title: str
    body: str
    topics: tuple[str, ...]
    accepted: str | None
    accepted_known: bool
    accepted_on: float | None  # the start of the day, or the moment; seconds since 1970


class AnswerRecord(NamedTuple):
    """An answer and its final score."""

    id: str
    question: str
    at: float
    user: str | None
    score: int


class VoteRecord(NamedTuple):
    """A vote with the start of the day it was given: kind is accepted, up or down."""

    post: str
    kind: str
    on: float


class Help(NamedTuple):
    """What one person did for one question: minutes to the first answer, best score, whether it was accepted."""

    wait_minutes: float
    score: int
    accepted: bool


class Timeline(NamedTuple):
    """Events by time; and per question (as in Asked.request) who helped: provider → Help."""

    events: list[Event]
    helpers: dict[int, dict[int, Help]]


def timeline(
    questions: Iterable[QuestionRecord], answers: Iterable[AnswerRecord], votes: Iterable[VoteRecord] = ()
) -> Timeline:
    """Return all events of an archive in the order they became visible. Raises ValueError when an id occurs twice."""
    people: dict[str, int] = {}
    topics: dict[str, int] = {}
    timed: list[tuple[float, int, Event]] = []
    asked: dict[str, tuple[int, int, QuestionRecord]] = {}
    for number, question in enumerate(questions):
        if question.id in asked:
            raise ValueError(f"question {question.id} occurs twice")
        asker = STRANGER if question.user is None else people.setdefault(question.user, len(people))
        asked[question.id] = (number, asker, question)
        rows = tuple(topics.setdefault(topic, len(topics)) for topic in question.topics)
        event = Asked(question.at, number, asker, question.title, question.body, rows, judged=question.accepted_known)
        timed.append((question.at, 0, event))
    helpers: dict[int, dict[int, Help]] = {}
    voted = _votes_by_post(votes)
    seen: set[str] = set()
    for number, answer in enumerate(answers):
        if answer.id in seen:
            raise ValueError(f"answer {answer.id} occurs twice")
        seen.add(answer.id)
        if answer.user is None or answer.question not in asked:
            continue
        request, asker, question = asked[answer.question]
        provider = people.setdefault(answer.user, len(people))
        at = max(answer.at, question.at)
        accepted = question.accepted == answer.id
        timed.append((at, 1, Answered(at, request, number, provider, provider)))
        timed.extend(_judgements(answer, number, at, question if accepted else None, voted))
        if provider != asker:
            _note(
                helpers.setdefault(request, {}), provider, Help((at - question.at) / MINUTE_S, answer.score, accepted)
            )
    timed.sort(key=itemgetter(0, 1))
    return Timeline([event for _, _, event in timed], helpers)


def plain(text: str, source_format: str) -> str:
    """Return the words of a text: HTML loses its tags, the other formats are read as they are."""
    return html.unescape(_TAG.sub(" ", text)) if source_format == "html" else text


def _votes_by_post(votes: Iterable[VoteRecord]) -> dict[str, list[VoteRecord]]:
    by_post: dict[str, list[VoteRecord]] = {}
    for vote in votes:
        by_post.setdefault(vote.post, []).append(vote)
    return by_post


def _judgements(
    answer: AnswerRecord, number: int, at: float, accepted_in: QuestionRecord | None, voted: dict[str, list[VoteRecord]]
) -> list[tuple[float, int, Event]]:
    """Return the votes on an answer and its acceptance, each when it became known."""
    events: list[tuple[float, int, Event]] = []
    votes = voted.get(answer.id, [])
    # Where any vote has a date, the dated ones are the record; otherwise the final score became known at once.
    if voted:
        for vote in votes:
            if vote.kind in ("up", "down"):
                known_at = max(at, vote.on + DAY_S)
                events.append((known_at, 3, Voted(known_at, number, 1 if vote.kind == "up" else -1)))
    elif answer.score:
        known_at = at + VOTES_KNOWN_AFTER_S
        events.append((known_at, 3, Voted(known_at, number, answer.score)))
    if accepted_in is not None:
        dates = [vote.on for vote in votes if vote.kind == "accepted"]
        if accepted_in.accepted_on is not None:
            dates = [accepted_in.accepted_on]
        known_at = max(at, dates[0] + DAY_S) if dates else at + ACCEPTANCE_KNOWN_AFTER_S
        events.append((known_at, 2, Accepted(known_at, number)))
    return events


def _note(helpers: dict[int, Help], provider: int, help_given: Help) -> None:
    """Merge several answers by one person to one question: the first wait, the best score."""
    before = helpers.get(provider)
    if before is not None:
        help_given = Help(
            min(before.wait_minutes, help_given.wait_minutes),
            max(before.score, help_given.score),
            before.accepted or help_given.accepted,
        )
    helpers[provider] = help_given
