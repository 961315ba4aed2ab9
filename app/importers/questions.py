"""Write a batch of a source's questions: new ones in bulk, changed ones one by one, equal ones not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from app.community.events.posts import QuestionAsked, QuestionEdited
from app.community.models.posts import Question
from app.community.models.shelves import QuestionTag
from app.db import db, upsert
from app.importers import rows as given
from app.importers.models import ImportedText
from app.importers.shelves import Shelves, put_tags, tag_names, take_tags_off
from app.importers.survey import language_of
from app.importers.work import QUIET, TOO_LONG, Rendered, Work, digest_of, new_ids, render, table_of
from app.outbox.models import DomainEvent
from app.prose.extract import own_words
from app.prose.language import detect_language
from app.requests.models import HelpRequest


@dataclass(frozen=True)
class _Known:
    """A question that is here already."""

    id: int
    digest: str | None


@dataclass(frozen=True)
class Written:
    """Keys of the questions that were here and have changed, and those that could not be stored, with the reason."""

    changed: list[str]
    refused: list[tuple[given.Question, str]]


def write_questions(work: Work, shelves: Shelves, batch: Sequence[given.Question]) -> Written:
    """Write these questions inside the caller's transaction."""
    known = _known(work.source, [question.id for question in batch])
    digests = {question.id: _digest(question) for question in batch}
    fresh = [question for question in batch if question.id not in known]
    changed = [q for q in batch if q.id in known and known[q.id].digest != digests[q.id]]
    work.counts["questions_same"] += len(batch) - len(fresh) - len(changed)
    rendered = {
        question.id: made for question in (*fresh, *changed) if (made := render(question.body, question.format))
    }
    refused = [(question, TOO_LONG) for question in (*fresh, *changed) if question.id not in rendered]
    fresh = [question for question in fresh if question.id in rendered]
    changed = [question for question in changed if question.id in rendered]
    shelves.tags_of(tag_names(question.tags) for question in (*fresh, *changed))
    if fresh:
        _insert(work, shelves, fresh, rendered, digests)
    for question in changed:
        _update(work, shelves, question, known[question.id].id, rendered[question.id], digests[question.id])
    return Written([question.id for question in changed], refused)


def classify_questions(source: str, batch: Sequence[given.Question]) -> tuple[int, int, int]:
    """Return how many of these would be new, changed and equal."""
    known = _known(source, [question.id for question in batch])
    new = sum(question.id not in known for question in batch)
    same = sum(q.id in known and known[q.id].digest == _digest(q) for q in batch)
    return new, len(batch) - new - same, same


def _known(source: str, keys: Sequence[str]) -> dict[str, _Known]:
    rows = db.session.execute(
        select(HelpRequest.source_key, HelpRequest.id, ImportedText.digest)
        .outerjoin(ImportedText, (ImportedText.object_id == HelpRequest.id) & (ImportedText.kind == "question"))
        .where(HelpRequest.source == source, HelpRequest.source_key.in_(keys))
    )
    return {str(source_key): _Known(question_id, digest) for source_key, question_id, digest in rows}


def _insert(
    work: Work,
    shelves: Shelves,
    fresh: Sequence[given.Question],
    rendered: Mapping[str, Rendered],
    digests: Mapping[str, str],
) -> None:
    times = [work.at(question.at) for question in fresh]
    languages = [_language(question, rendered[question.id]) for question in fresh]
    ids = new_ids(HelpRequest, len(fresh))
    request_rows = [
        {
            "id": question_id,
            "kind": "question",
            "asker_id": work.person(question.user),
            "channel": "import",
            "source": work.source,
            "source_key": question.id,
            "language": language,
            "language_how": how,
            "audience": "public",
            "state": "open",
            "state_since": at,
            "created_at": at,
        }
        for question_id, question, at, (language, how) in zip(ids, fresh, times, languages, strict=True)
    ]
    db.session.execute(insert(table_of(HelpRequest)), request_rows)
    rows: list[dict[str, Any]] = [
        {
            "id": question_id,
            **_words(question, rendered[question.id], shelves),
            "asker_id": work.person(question.user),
            "audience": "public",
            "created_at": at,
            "last_activity_at": at,
            "answers_count": 0,
            "row_version": 1,
            "import_run_id": work.run_id,
        }
        for question_id, question, at in zip(ids, fresh, times, strict=True)
    ]
    db.session.execute(insert(table_of(Question)), rows)
    put_tags(
        [
            (question_id, at, shelves.tags[name])
            for question_id, at, question in zip(ids, times, fresh, strict=True)
            for name in shelves.names_of(question.tags)
        ]
    )
    said = [
        {"kind": "question", "object_id": question_id, "digest": digests[question.id]}
        for question_id, question in zip(ids, fresh, strict=True)
    ]
    db.session.execute(insert(table_of(ImportedText)), said)
    facts = [
        work.fact(
            QuestionAsked(question_id=row["id"], asker_id=row["asker_id"], category_id=row["category_id"]),
            by=row["asker_id"],
            request_id=row["id"],
            at=row["created_at"],
        )
        for row in rows
    ]
    db.session.execute(insert(table_of(DomainEvent)), facts)
    work.counts["questions_new"] += len(fresh)


def _update(
    work: Work, shelves: Shelves, question: given.Question, question_id: int, rendered: Rendered, digest: str
) -> None:
    """Take over what the source says now. Words that somebody changed here stay as they are."""
    edited_here = db.session.scalar(select(Question.edited_at).where(Question.id == question_id)) is not None
    words = {"score": question.score} if edited_here else _words(question, rendered, shelves)
    # Who has the older words in an editor must not save over these unseen.
    version = {} if edited_here else {"text_version": Question.text_version + 1}
    at = work.at(question.at)
    statements = (
        update(Question)
        .where(Question.id == question_id)
        .values(**words, **version, created_at=at, row_version=Question.row_version + 1),
        update(HelpRequest).where(HelpRequest.id == question_id).values(created_at=at),
        update(QuestionTag).where(QuestionTag.question_id == question_id).values(asked_at=at),
    )
    for statement in statements:
        db.session.execute(statement, execution_options=QUIET)
    if not edited_here:
        take_tags_off([question_id])
        put_tags([(question_id, at, shelves.tags[name]) for name in shelves.names_of(question.tags)])
    note_digest("question", question_id, digest)
    asker_id = work.person(question.user)
    fact = work.fact(QuestionEdited(question_id=question_id), by=asker_id, request_id=question_id, at=work.now)
    db.session.execute(insert(table_of(DomainEvent)), [fact])
    work.counts["questions_changed"] += 1


def note_digest(kind: str, object_id: int, digest: str) -> None:
    """Remember what a text says in its source now."""
    row = upsert(ImportedText).values(kind=kind, object_id=object_id, digest=digest)
    db.session.execute(row.on_conflict_do_update(index_elements=["kind", "object_id"], set_={"digest": digest}))


def _words(question: given.Question, rendered: Rendered, shelves: Shelves) -> dict[str, Any]:
    return {
        "title": " ".join(question.title.split()),
        "excerpt": rendered.excerpt,
        "category_id": shelves.category(question.category),
        "tag_names": shelves.names_of(question.tags),
        "body": question.body,
        "body_html": rendered.html,
        "source_format": question.format,
        "renderer_version": rendered.version,
        "score": question.score,
    }


def _language(question: given.Question, rendered: Rendered) -> tuple[str, str]:
    declared = language_of(question.locale)
    if declared:
        return declared, "declared"
    return detect_language(f"{question.title}\n{own_words(rendered.html)}", None)


def _digest(question: given.Question) -> str:
    said: list[object] = [question.title, question.body, question.format, question.tags, question.category]
    when = [question.at, question.accepted_at]
    return digest_of([*said, question.locale, question.user, question.score, question.accepted, *when])
